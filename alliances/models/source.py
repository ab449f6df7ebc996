"""Sources: where facts come from."""

from django.db import models
from django.urls import reverse

from alliances import dates

from . import kinds
from .base import SearchableQuerySet, count_subquery
from .date_columns import date_constraint, earliest, latest
from .folded_text import FoldedField
from .identity import Identified
from .old_address import Addressed
from .searchable import Searchable
from .temporal import PartialDateField
from .versioning import Recorded


class SourceQuerySet(SearchableQuerySet):
    """Verbs of sources."""

    def with_citation_counts(self):
        """Annotate `facts`: how many citations rest on each source, without those in which it says something else."""
        return self.annotate(
            facts=count_subquery(self.model._meta.get_field("citations").related_model.objects.supporting(), "source")
        )


class Source(Addressed, Searchable, Identified, Recorded):
    """Where facts come from: a text, page or list, with its publisher and date.

    Primary: the treaty, the organization or the state itself. Secondary: press and studies that report on it.
    Tertiary: encyclopaedias and lists compiled from other sources.
    """

    class Kind(models.TextChoices):
        PRIMARY = "primary", "Primary"
        SECONDARY = "secondary", "Secondary"
        TERTIARY = "tertiary", "Tertiary"

    key = models.SlugField(max_length=80, unique=True, help_text="Its public address and name in files. Keep it.")
    title = models.CharField(max_length=300)
    author = models.CharField(max_length=200, blank=True)
    publisher = models.CharField(max_length=200, blank=True)
    published = PartialDateField(blank=True, help_text="As far as it is known: 2020, 2020-09 or 2020-09-05.")
    published_earliest = earliest("published", empty=dates.NEVER)
    published_latest = latest("published", empty=dates.NEVER)
    url = models.URLField("address", max_length=500, blank=True, help_text="Never guess one; leave it empty instead.")
    kind = models.CharField(max_length=9, choices=Kind)
    withdrawn = models.TextField(
        "withdrawn: why",
        blank=True,
        help_text="Only if it may no longer be relied on: retracted by its publisher, shown to be forged. Readers see "
        "it, and every fact that rests on it alone comes into the queue.",
    )
    note = models.TextField(blank=True, help_text="Shown to readers, for example “read in a stored copy”.")
    folded = FoldedField(sources=["title", "key"])
    folded_text = FoldedField(sources=["author", "publisher", "note"])

    address_field = "key"

    KIND = kinds.Kind("source", hidden=("withdrawn",), citable=False)

    objects = SourceQuerySet.as_manager()

    class Meta:
        ordering = ["folded", "key"]
        constraints = [date_constraint("published", blank=True)]

    def __str__(self):
        """Title and publisher; the date tells editions of one text apart."""
        return ", ".join(filter(None, [self.title, self.publisher, self.published]))

    def get_absolute_url(self):
        return reverse("source-detail", args=[self.key])

    def get_admin_url(self):
        """Return the address of the source on the editors' desk."""
        return reverse("admin:alliances_source_change", args=[self.pk])
