"""How many suggestions came from one client within an hour: counted where all processes see it."""

from datetime import timedelta

from django.db import models
from django.db.models import F

from alliances import dates

HOUR = timedelta(hours=1)


class SuggestionCountQuerySet(models.QuerySet):
    """Verbs of counts."""

    def add(self, client):
        """Count one more suggestion of a client, and return how many there were within this hour of the clock.

        Counts of hours that are over are removed: nothing of a client is known for longer than two hours.
        """
        hour = dates.now().replace(minute=0, second=0, microsecond=0)
        self.filter(hour__lt=hour).delete()
        mine = self.filter(client=client, hour=hour)
        count, new = self.get_or_create(client=client, hour=hour, defaults={"number": 1})
        if new:
            return 1
        mine.update(number=F("number") + 1)
        count.refresh_from_db()
        return count.number

    add.alters_data = True


class SuggestionCount(models.Model):
    """How many suggestions came from one client within an hour of the clock.

    `client` is a keyed hash of the address: the address itself is not stored. In the database, not in the cache: a
    cache that each process has of its own would count to five in each.
    """

    client = models.CharField(max_length=64, editable=False)
    hour = models.DateTimeField(editable=False)
    number = models.PositiveIntegerField(editable=False)

    objects = SuggestionCountQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["client", "hour"], name="%(app_label)s_%(class)s_once")]

    def __str__(self):
        return f"{self.number} within the hour from {self.hour:%Y-%m-%d %H:%M}"
