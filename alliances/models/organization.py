"""Organizations."""

from django.db import models
from django.urls import reverse

from alliances import dates

from . import kinds
from .base import Fact, FactQuerySet
from .date_columns import date_constraint, earliest, latest, order_constraint
from .folded_text import FoldedField
from .old_address import Addressed
from .temporal import Dated, DatedQuerySet, PartialDateField


class OrganizationQuerySet(FactQuerySet, DatedQuerySet):
    """Verbs of organizations."""

    @property
    def spells(self):
        """All memberships, reached through the relation: that module imports this one."""
        return self.model._meta.get_field("memberships").related_model.objects

    def active(self, on, yes=True):
        """Keep the organizations that exist on a date, or with yes=False those that do not."""
        return self.on(on) if yes else self.exclude(pk__in=self.model.objects.on(on).values("pk"))

    def with_members(self, states, match="any", statuses=(), on=None):
        """Keep the organizations in which the named states (ISO codes) have a spell on a date.

        Status, state and date hold for one and the same spell. match: "any" of the states, "all" (each of
        them has such a spell) or "none" (no listed state has one). Without `statuses`, those that bind.
        Without `states`, any state at all.
        """
        return self.spells.filter_parties(self, "organization", "state__iso3", states, match, statuses, on)

    def with_member_counts(self, on):
        """Annotate `members`: how many states are bound on a date, including those that possibly are."""
        return self.annotate(members=self.spells.binding().on(on).counted_by("organization", "state"))


class Organization(Addressed, Fact, Dated):
    """An intergovernmental organization, alliance or treaty framework.

    It lasts from its founding (the act that the members signed or declared) until it is dissolved; the
    treaty enters into force later, and that date stands beside it.
    """

    class Kind(models.TextChoices):
        ASSOCIATION = "association", "Association"
        COMMODITY = "commodity-organization", "Commodity organization"
        CONFEDERATION = "confederation", "Confederation"
        ECONOMIC = "economic-organization", "Economic organization"
        ECONOMIC_UNION = "economic-union", "Economic union"
        FINANCIAL = "financial-institution", "Financial institution"
        FISHERIES = "fisheries-organization", "Fisheries organization"
        FORUM = "forum", "Forum"
        INTERPARLIAMENTARY = "interparliamentary-body", "Interparliamentary body"
        ALLIANCE = "military-alliance", "Military alliance"
        REGIONAL = "regional-organization", "Regional organization"
        REGIONAL_SECURITY = "regional-security-organization", "Regional security organization"
        SCIENTIFIC = "scientific-organization", "Scientific organization"
        SECURITY_ARRANGEMENT = "security-arrangement", "Security arrangement"
        SECURITY_PARTNERSHIP = "security-partnership", "Security partnership"
        SUPRANATIONAL = "supranational-union", "Supranational union"
        TECHNICAL = "technical-organization", "Technical organization"
        TRADE_AGREEMENT = "trade-agreement", "Trade agreement"
        TRADE_ASSOCIATION = "trade-association", "Trade association"
        TREATY = "treaty-framework", "Treaty framework"
        UNIVERSAL = "universal-organization", "Universal organization"

    class Type(models.TextChoices):
        """What readers look for: each kind belongs to one type (`TYPES`)."""

        SECURITY = "security", "Security"
        ECONOMIC = "economic", "Economic"
        REGIONAL = "regional", "Regional"
        GLOBAL = "global", "Global"
        FORUM = "forum", "Forum"
        TREATY = "treaty", "Treaty regime"
        PARLIAMENTARY = "parliamentary", "Parliamentary"
        OTHER = "other", "Other"

    TYPES = {
        Type.SECURITY: [
            Kind.ALLIANCE,
            Kind.REGIONAL_SECURITY,
            Kind.SECURITY_ARRANGEMENT,
            Kind.SECURITY_PARTNERSHIP,
        ],
        Type.ECONOMIC: [
            Kind.COMMODITY,
            Kind.ECONOMIC,
            Kind.ECONOMIC_UNION,
            Kind.FINANCIAL,
            Kind.TRADE_AGREEMENT,
            Kind.TRADE_ASSOCIATION,
        ],
        Type.REGIONAL: [Kind.CONFEDERATION, Kind.REGIONAL, Kind.SUPRANATIONAL],
        Type.GLOBAL: [Kind.UNIVERSAL],
        Type.FORUM: [Kind.FORUM],
        Type.TREATY: [Kind.TREATY, Kind.FISHERIES],
        Type.PARLIAMENTARY: [Kind.INTERPARLIAMENTARY],
        Type.OTHER: [Kind.ASSOCIATION, Kind.SCIENTIFIC, Kind.TECHNICAL],
    }

    # Numbers that follow from other facts and are never typed; sources may be cited for them.
    DERIVED = ["members", "former_soviet_members", "force_kinds", "regional_groups"]

    slug = models.SlugField(max_length=40, unique=True, help_text="Its public address, for example csto. Keep it.")
    acronym = models.CharField(max_length=20)
    name = models.CharField(max_length=200, help_text="In English.")
    kind = models.CharField("type", max_length=30, choices=Kind)
    purpose = models.CharField(max_length=200, blank=True, help_text="What it is for, in one line without a full stop.")
    founded = PartialDateField(help_text="The founding act: 1949, 1949-04 or 1949-04-04.")
    in_force = PartialDateField("in force", blank=True, help_text="When the founding treaty entered into force.")
    dissolved = PartialDateField(
        blank=True, unknown=True, help_text="The first day on which it was no more; XXXX: nobody knows when."
    )
    complete_until = PartialDateField(
        "members complete up to",
        blank=True,
        help_text="Only where our list of members ends early: the date of the last list that was read.",
    )
    founded_earliest = earliest("founded", empty=dates.ALWAYS)
    founded_latest = latest("founded", empty=dates.ALWAYS)
    in_force_earliest = earliest("in_force", empty=dates.ALWAYS)
    in_force_latest = latest("in_force", empty=dates.ALWAYS)
    dissolved_earliest = earliest("dissolved", empty=dates.NEVER)
    dissolved_latest = latest("dissolved", empty=dates.NEVER)
    complete_until_earliest = earliest("complete_until", empty=dates.NEVER)
    complete_until_latest = latest("complete_until", empty=dates.NEVER)
    seat = models.CharField("headquarters", max_length=100, blank=True, help_text="The city.")
    website = models.URLField(blank=True)
    folded = FoldedField(sources=["name", "acronym", "slug"])
    folded_text = FoldedField(sources=["kind", "purpose", "seat", "note", "reason"])

    span = ("founded", "dissolved")

    KIND = kinds.Kind("organization")

    objects = OrganizationQuerySet.as_manager()

    class Meta(Fact.Meta):
        abstract = False
        ordering = ["folded"]
        constraints = [
            date_constraint("founded"),
            date_constraint("in_force", blank=True),
            date_constraint("complete_until", blank=True),
            date_constraint("dissolved", blank=True, unknown=True),
            order_constraint("founded", "dissolved", "An organization is dissolved after it was founded."),
        ]

    @property
    def type(self):
        """What readers look for: the type that its kind belongs to."""
        return next(found for found, kinds_of_it in self.TYPES.items() if self.kind in kinds_of_it)

    def __str__(self):
        return self.name if self.acronym == self.name else f"{self.name} ({self.acronym})"

    def get_absolute_url(self):
        return reverse("organization-detail", args=[self.slug])
