"""Councils, the standing bodies of organizations, and who presides over them."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Exists, OuterRef
from django.urls import reverse

from alliances import dates

from . import kinds
from .base import Fact, FactQuerySet
from .date_columns import date_constraint, earliest, latest, order_constraint
from .folded_text import FoldedField
from .identity import once
from .membership import Membership
from .old_address import Addressed
from .temporal import Dated, DatedQuerySet, PartialDateField


class CouncilQuerySet(FactQuerySet, DatedQuerySet):
    """Verbs of councils."""

    def of_organizations_with(self, states, on):
        """Keep the councils of organizations that bind one of the named states (ISO codes) on a date."""
        spells = Membership.objects.on(on).binding().filter(state__iso3__in=list(states))
        return self.filter(Exists(spells.filter(organization=OuterRef("organization"))))


class Council(Addressed, Fact, Dated):
    """A standing body of an organization: heads of state, ministers, parliament, secretariat, court.

    `chair_selection` and `chair_term_months` say the rule of its presidency; who presided is Chairmanship.
    """

    class Level(models.TextChoices):
        SUPREME = "supreme", "Supreme body"
        COUNCIL = "council", "Council"
        ASSEMBLY = "assembly", "Parliamentary assembly"
        SECRETARIAT = "secretariat", "Secretariat"
        MILITARY = "military", "Military body"
        COURT = "court", "Court"
        AUXILIARY = "auxiliary", "Auxiliary body"

    class ChairSelection(models.TextChoices):
        ROTATION = "rotation", "Rotates among the members"
        ELECTION = "election", "Elected"
        FIXED = "fixed", "Held by one state or office"

    organization = models.ForeignKey("Organization", models.PROTECT, related_name="councils")
    slug = models.SlugField(max_length=120, unique=True, help_text="Its public address. Keep it.")
    name = models.CharField(max_length=200)
    level = models.CharField(max_length=11, choices=Level)
    composition = models.CharField(max_length=200, blank=True, help_text="Who sits on it, for example heads of state.")
    chair_selection = models.CharField("presidency", max_length=8, choices=ChairSelection, blank=True)
    chair_term_months = models.PositiveSmallIntegerField(
        "term of the presidency, months", null=True, blank=True, validators=[MaxValueValidator(240)]
    )
    established = PartialDateField(unknown=True, default=dates.UNKNOWN, help_text="XXXX: nobody says since when.")
    dissolved = PartialDateField(blank=True, unknown=True, help_text="The first day on which it was no more.")
    established_earliest = earliest("established", empty=dates.ALWAYS)
    established_latest = latest("established", empty=dates.ALWAYS)
    dissolved_earliest = earliest("dissolved", empty=dates.NEVER)
    dissolved_latest = latest("dissolved", empty=dates.NEVER)
    folded = FoldedField(sources=["name"])
    folded_text = FoldedField(sources=["level", "composition", "note", "reason"])

    span = ("established", "dissolved")
    within = "organization"

    KIND = kinds.Kind("council", parents=("organization",), named_by=("organization",))

    objects = CouncilQuerySet.as_manager()

    class Meta(Fact.Meta):
        abstract = False
        ordering = ["organization__folded", "folded"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "name"],
                name="%(app_label)s_%(class)s_once",
                violation_error_message="This organization has a council of this name.",
            ),
            date_constraint("established", unknown=True),
            date_constraint("dissolved", blank=True, unknown=True),
            order_constraint("established", "dissolved", "A council is dissolved after it was established."),
        ]

    def __str__(self):
        return f"{self.name} of {self.organization.acronym}"

    def get_absolute_url(self):
        return reverse("council-detail", args=[self.slug])


class ChairmanshipQuerySet(FactQuerySet, DatedQuerySet):
    """Verbs of chairmanships."""


class Chairmanship(Fact, Dated):
    """A state presides over a council, and by it over the organization, from `began` until `ended`."""

    council = models.ForeignKey(Council, models.PROTECT, related_name="chairmanships")
    state = models.ForeignKey("State", models.PROTECT, related_name="chairmanships")
    began = PartialDateField()
    ended = PartialDateField(blank=True, unknown=True, help_text="The first day on which another presided.")
    began_earliest = earliest("began", empty=dates.ALWAYS)
    began_latest = latest("began", empty=dates.ALWAYS)
    ended_earliest = earliest("ended", empty=dates.NEVER)
    ended_latest = latest("ended", empty=dates.NEVER)
    holder = models.CharField(max_length=200, blank=True, help_text="The person, where known.")

    span = ("began", "ended")

    KIND = kinds.Kind(
        "chairmanship", parents=("council", "state"), named_by=("council__organization", "state"), claimed="began"
    )

    objects = ChairmanshipQuerySet.as_manager()

    class Meta(Fact.Meta):
        abstract = False
        ordering = ["council", "began_earliest"]
        constraints = [
            once("council", "state", "began", message="This chairmanship is here already."),
            date_constraint("began"),
            date_constraint("ended", blank=True, unknown=True),
            order_constraint("began", "ended", "A chairmanship ends after it began."),
        ]

    def __str__(self):
        ended = f" until {self.ended}" if self.ended else ""
        return f"{self.state} presides over {self.council} from {self.began}{ended}"

    def get_absolute_url(self):
        return self.council.get_absolute_url()
