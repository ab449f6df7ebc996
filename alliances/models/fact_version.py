"""Which change set wrote which version of which fact: one table for all kinds, beside the history table of each."""

from django.db import models
from django.db.models import Exists, Max, OuterRef

from .changeset import ChangeSet


def code_of(model):
    """Return the code of a kind, for example "force" for a collective force. A waiver is no kind of fact."""
    return model.KIND.code if hasattr(model, "KIND") else model._meta.model_name


class FactVersionQuerySet(models.QuerySet):
    """Verbs of versions, whatever they are versions of."""

    def of(self, model, *keys):
        """Keep the versions of one kind; of the facts whose keys are in each of `keys`, lists or subqueries."""
        found = self.filter(kind=code_of(model))
        for each in keys:
            found = found.filter(key__in=each)
        return found

    def edits(self):
        """Keep those that say more than that a fact was verified."""
        return self.exclude(change_set__kind=ChangeSet.Kind.VERIFICATION)

    def latest(self):
        """Return the latest version of each fact among these: rows of `kind`, `key` and `latest`."""
        return self.order_by().values("kind", "key").annotate(latest=Max("version"))

    def latest_of(self, facts):
        """Return the latest version of each of these facts, a QuerySet of one kind: rows of `kind`, `key`, `latest`."""
        return self.of(facts.model, facts.order_by().values("pk")).latest()

    def standing_deletions(self):
        """Keep the deletions of what did not come back, the latest first."""
        later = FactVersion.objects.filter(kind=OuterRef("kind"), key=OuterRef("key"), version__gt=OuterRef("version"))
        return self.filter(~Exists(later), sign="-").order_by("-change_set", "-pk")


class FactVersion(models.Model):
    """One version of one fact: the change set that wrote it, and where it stands in the history table of its kind.

    `sign` is that of the history: + created, ~ changed, - deleted. `version` is the `history_id` there: of two versions
    of one fact the later one has the higher. `record` (versioning.py) writes it together with the version.
    """

    change_set = models.ForeignKey(ChangeSet, models.PROTECT, related_name="versions", db_index=False, editable=False)
    kind = models.CharField(max_length=20, editable=False)
    key = models.BigIntegerField(editable=False)
    sign = models.CharField(max_length=1, editable=False)
    version = models.BigIntegerField(editable=False)

    objects = FactVersionQuerySet.as_manager()

    class Meta:
        default_permissions = ()  # It says nothing that the histories do not say.
        constraints = [
            # Also the index for the versions of a fact in order, and for its latest.
            models.UniqueConstraint(fields=["kind", "key", "version"], name="%(app_label)s_%(class)s_once"),
        ]
        indexes = [
            # What a change set wrote, and how much of each: answered from the index alone.
            models.Index(fields=["change_set", "sign", "kind", "key"], name="factversion_written"),
            models.Index(fields=["-change_set", "-id"], condition=models.Q(sign="-"), name="factversion_deletions"),
        ]

    def __str__(self):
        return f"{self.sign}{self.kind} {self.key}, version {self.version}"
