"""States, past and present."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse

from alliances import dates

from . import kinds
from .base import Fact, FactQuerySet
from .date_columns import date_constraint, earliest, latest, order_constraint
from .folded_text import FoldedField
from .old_address import Addressed
from .temporal import Dated, DatedQuerySet, PartialDateField


class StateQuerySet(FactQuerySet, DatedQuerySet):
    """Verbs of states."""

    @property
    def spells(self):
        """All memberships, reached through the relation: that module imports this one."""
        return self.model._meta.get_field("memberships").related_model.objects

    def on_map(self):
        """Load only what a tile of the map needs: code, name, position and life span."""
        return self.only("iso3", "name", "kind", "tile_column", "tile_row", "existed_from", "existed_until")

    def in_organizations(self, slugs, match="any", statuses=(), on=None):
        """Keep the states with a spell in the named organizations on a date; each spell meets all conditions.

        match: "any" of the organizations, "all" of them, or "none". Without `statuses`, those that bind.
        """
        return self.spells.filter_parties(self, "state", "organization__slug", slugs, match, statuses, on)

    def with_organization_counts(self, on):
        """Annotate `organizations`: in how many organizations a state is bound on a date (possibly included)."""
        return self.annotate(organizations=self.spells.binding().on(on).counted_by("state", "organization"))


class State(Addressed, Fact, Dated):
    """A state, or a territory that sits in its own right, as a member of the world's organizations, past or present.

    Its identity is the ISO 3166-1 alpha-3 code, for former states the old code (SUN, YUG, CSK, DDR,
    SCG, YMD), for Kosovo the user-assigned XKX. An entry means that it is or was a member somewhere, not that every
    state recognizes it. The Baltic states have no predecessor: most of the world never recognized their
    annexation.
    """

    class Region(models.TextChoices):
        AFRICA = "africa", "Africa"
        AMERICAS = "americas", "Americas"
        ASIA = "asia", "Asia"
        EUROPE = "europe", "Europe"
        OCEANIA = "oceania", "Oceania"

    class Kind(models.TextChoices):
        STATE = "state", "State"
        TERRITORY = "territory", "Territory"

    iso3 = models.CharField("ISO code", max_length=3, unique=True, help_text="Three capital letters. Keep it.")
    iso2 = models.CharField("two-letter code", max_length=2, blank=True)
    name = models.CharField(max_length=100, unique=True)
    kind = models.CharField(
        max_length=9,
        choices=Kind,
        default=Kind.STATE,
        help_text="A territory is part of a state, or depends on one, and sits in some organizations in its own right.",
    )
    official_name = models.CharField(max_length=150, blank=True)
    capital = models.CharField(max_length=100, blank=True)
    region = models.CharField(
        max_length=10, choices=Region, blank=True, help_text="Of the UN's M49 standard; empty where it has none."
    )
    subregion = models.CharField(max_length=50, blank=True)
    m49 = models.CharField("M49 code", max_length=3, blank=True)
    cow_code = models.CharField("Correlates of War code", max_length=3, blank=True)
    gw_code = models.CharField("Gleditsch–Ward code", max_length=3, blank=True)
    ioc = models.CharField("IOC code", max_length=3, blank=True, help_text="Of the International Olympic Committee.")
    fips = models.CharField("FIPS code", max_length=6, blank=True, help_text="FIPS 10-4, as in the World Factbook.")
    wikidata = models.CharField("Wikidata item", max_length=12, blank=True, help_text="For example Q399.")
    existed_from = PartialDateField(blank=True, help_text="Only where it matters here; empty: before everything here.")
    existed_until = PartialDateField(blank=True, help_text="The first day on which it was no more; empty: it exists.")
    existed_from_earliest = earliest("existed_from", empty=dates.ALWAYS)
    existed_from_latest = latest("existed_from", empty=dates.ALWAYS)
    existed_until_earliest = earliest("existed_until", empty=dates.NEVER)
    existed_until_latest = latest("existed_until", empty=dates.NEVER)
    predecessor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="successors",
        help_text="The state it was part of and followed, for example the Soviet Union.",
    )
    tile_column = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Its place on the map of tiles.")
    tile_row = models.PositiveSmallIntegerField(null=True, blank=True)
    folded = FoldedField(sources=["name", "official_name", "iso3", "iso2"])
    folded_text = FoldedField(sources=["capital", "region", "subregion", "note", "reason"])

    address_field = "iso3"
    span = ("existed_from", "existed_until")

    KIND = kinds.Kind("state", hidden=("tile_column", "tile_row"))

    objects = StateQuerySet.as_manager()

    class Meta(Fact.Meta):
        abstract = False
        ordering = ["folded"]
        constraints = [
            date_constraint("existed_from", blank=True),
            date_constraint("existed_until", blank=True),
            order_constraint("existed_from", "existed_until", "A state ends after it began."),
            models.CheckConstraint(
                condition=Q(tile_column__isnull=True, tile_row__isnull=True)
                | Q(tile_column__isnull=False, tile_row__isnull=False),
                name="%(app_label)s_%(class)s_tile_is_a_pair",
                violation_error_message="Give both, column and row of the tile, or neither.",
            ),
            models.UniqueConstraint(
                fields=["tile_column", "tile_row"],
                name="%(app_label)s_%(class)s_tile_is_its_own",
                violation_error_message="Another state has this place on the map of tiles.",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("state-detail", args=[self.iso3.lower()])

    @property
    def former_soviet(self):
        """Whether it is a former Soviet republic: its predecessor is the Soviet Union."""
        return self.predecessor is not None and self.predecessor.iso3 == "SUN"

    def former_soviet_on(self, on):
        """Whether it is one on a date: before the Soviet Union ended, Ukraine and Belarus sat in the UN beside it."""
        return self.former_soviet and self.predecessor.holds(on) == dates.Holds.NO

    def clean(self):
        """Refuse a code that is no code, an end before the beginning, and a state that precedes itself."""
        if not (len(self.iso3) == 3 and self.iso3.isascii() and self.iso3.isupper() and self.iso3.isalpha()):
            raise ValidationError({"iso3": "Three capital letters, for example ARM."})
        super().clean()
        if self.pk and self.predecessor_id == self.pk:
            raise ValidationError({"predecessor": "A state does not precede itself."})
