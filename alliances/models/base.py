"""What every fact has in common."""

from django.db import models, transaction
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.urls import reverse

from alliances import dates
from alliances.text import fold

from .batches import batches
from .changeset import ChangeSet, change_set
from .folded_text import shadows_of
from .identity import Identified, IdentifiedQuerySet
from .kinds import Kind
from .searchable import Match, Searchable
from .versioning import Recorded, RecordedQuerySet


def exactly_one(names):
    """Return the condition that exactly one of the named columns is filled."""
    filled = Q()
    for name in names:
        others = {f"{other}__isnull": True for other in names if other != name}
        filled |= Q(**{f"{name}__isnull": False}, **others)
    return filled


def filled_column(instance, names):
    """Return which of the named foreign keys is filled; empty if none is."""
    return next((name for name in names if getattr(instance, f"{name}_id") is not None), "")


def count_subquery(queryset, link, what="pk"):
    """Return a subquery: the number of different `what` among the rows whose `link` is the outer row; 0 if none."""
    count = queryset.filter(**{link: OuterRef("pk")}).order_by().values(link)
    return Coalesce(Subquery(count.annotate(number=Count(what, distinct=True)).values("number")), 0)


class SearchableQuerySet(IdentifiedQuerySet, RecordedQuerySet):
    """Verbs of what is recorded, found by words, and known by its identity: facts, sources and citations."""

    def with_named(self):
        """Bring along what the sentences of these rows name, in one query."""
        return self.select_related(*self.model.KIND.named_by) if self.model.KIND.named_by else self

    def search(self, text):
        """Keep the facts in whose names and texts every word of `text` occurs, ignoring script, case and accents.

        An empty text keeps all; a text without a letter or digit (“!”) keeps none.
        """
        words = fold(text).split()
        if text.strip() and not words:
            return self.none()
        found = self
        for word in dict.fromkeys(words):
            found = found.filter(self.model.search_condition(word))
        return found

    def ranked(self, text, *order):
        """Rank what `search` finds: annotate `found` (a Match), closest first, then in the given order."""
        return self.search(text).annotate(found=self.model.closeness(text)).order_by("found", *order, "pk")

    def guess(self, text, most=4):
        """Return the few facts that a person may mean by this text: those with exactly this name in any language,
        script and case; otherwise those whose names contain its words; none if there are more than `most`.
        """
        if not fold(text) or not text.isprintable():
            return []
        named = list(self.ranked(text).filter(found__lte=Match.WITHIN)[: most + 1])
        exact = [each for each in named if each.found == Match.EXACTLY]
        return exact or (named if len(named) <= most else [])

    def update(self, **kwargs):
        """Update all rows at once, and rebuild the folded shadows of changed fields in batches."""
        shadows = shadows_of(self.model, kwargs)
        if not shadows:
            return super().update(**kwargs)
        with transaction.atomic(using=self.db, savepoint=False):
            keys = list(self.order_by().values_list("pk", flat=True))
            updated = super().update(**kwargs)
            plain = self.model._base_manager.using(self.db)
            for some in batches(keys):
                plain.bulk_update(plain.filter(pk__in=some), shadows)
        return updated

    update.alters_data = True


class FactQuerySet(SearchableQuerySet):
    """Verbs of every fact."""

    def verify(self):
        """Record that these facts were checked today and found right."""
        with change_set(kind=ChangeSet.Kind.VERIFICATION):
            return self.update(verified_on=dates.today())

    verify.alters_data = True

    def with_source_counts(self):
        """Annotate `sources`: the number of supporting citations. A source that says otherwise does not count."""
        link = self.model._meta.get_field("citations").field
        return self.annotate(sources=count_subquery(link.model.objects.supporting(), link.name))


class Fact(Searchable, Identified, Recorded):
    """A statement about the world that can be checked against sources, and can be wrong.

    `note` is shown to readers. `reason` tells readers why we hold our value where sources differ. `confidence` is for
    editors: how well the fact was checked when it was entered. `verified_on` is the day on which somebody last checked
    it and found it right; setting it does not change the fact. `unsourced` says why no source is cited: a fact has
    either a source or such a reason (models/sourcing.py).
    """

    class Confidence(models.TextChoices):
        HIGH = "high", "High"
        MEDIUM = "medium", "Medium"
        LOW = "low", "Low"

    confidence = models.CharField(
        max_length=6,
        choices=Confidence,
        blank=True,
        help_text="High: a page about this very fact was read. Low: check it. Readers do not see this.",
    )
    note = models.TextField(blank=True, help_text="Shown to readers beside the fact.")
    reason = models.TextField(blank=True, help_text="Shown to readers: where sources differ, why we hold this value.")

    unsourced = models.TextField(
        "why there is no source",
        blank=True,
        help_text="Only where no source is cited: say why there is none. Readers see it. It goes when one is cited.",
    )
    verified_on = models.DateField(null=True, blank=True, editable=False)

    KIND: Kind  # Each kind of fact says its own.

    objects = FactQuerySet.as_manager()

    class Meta:
        abstract = True

    @classmethod
    def facts_to_check(cls, row):
        """Return the fact itself: it must have a source, or say why it has none."""
        return [(cls, row.id)]

    def get_admin_url(self):
        """Return the address of this fact on the editors' desk."""
        return reverse(f"admin:{self._meta.label_lower.replace('.', '_')}_change", args=[self.pk])


@receiver(pre_save)
def keep_verification(sender, instance, raw, using, **kwargs):
    """Keep the date of verification when a fixture is loaded again: files do not hold it."""
    if raw and issubclass(sender, Fact) and instance.pk:
        stored = sender._base_manager.using(using).filter(pk=instance.pk)
        both = [instance.verified_on, stored.values_list("verified_on", flat=True).first()]
        instance.verified_on = max(filter(None, both), default=None)
