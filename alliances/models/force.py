"""Collective forces: troops that an organization can call on, and who takes part."""

from django.db import models
from django.db.models import Exists, OuterRef
from django.urls import reverse

from alliances import dates

from . import kinds
from .base import Fact, FactQuerySet
from .date_columns import date_constraint, earliest, latest, order_constraint
from .folded_text import FoldedField
from .identity import once
from .old_address import Addressed
from .temporal import Dated, DatedQuerySet, PartialDateField


class CollectiveForceQuerySet(FactQuerySet, DatedQuerySet):
    """Verbs of collective forces."""

    def with_participants(self, states, on):
        """Keep the forces in which one of the named states (ISO codes) takes part on a date."""
        taking_part = ForceParticipation.objects.on(on).filter(force=OuterRef("pk"), state__iso3__in=list(states))
        return self.filter(Exists(taking_part))


class CollectiveForce(Addressed, Fact, Dated):
    """Troops that an organization can call on. An organization can have several, of different kinds."""

    class Kind(models.TextChoices):
        REGIONAL = "regional-group", "Regional group"
        DEPLOYMENT = "rapid-deployment", "Rapid deployment"
        REACTION = "rapid-reaction", "Rapid reaction"
        PEACEKEEPING = "peacekeeping", "Peacekeeping"
        AVIATION = "aviation", "Aviation"

    organization = models.ForeignKey("Organization", models.PROTECT, related_name="forces")
    slug = models.SlugField(max_length=80, unique=True, help_text="Its public address. Keep it.")
    name = models.CharField(max_length=200)
    acronym = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=16, choices=Kind)
    region = models.CharField(max_length=60, blank=True, help_text="Where it is meant to act.")
    role = models.CharField(max_length=300, blank=True, help_text="What it is for, in one sentence.")
    established = PartialDateField(unknown=True, help_text="XXXX: it exists, nobody says since when.")
    disbanded = PartialDateField(blank=True, unknown=True, help_text="The first day on which it was no more.")
    established_earliest = earliest("established", empty=dates.ALWAYS)
    established_latest = latest("established", empty=dates.ALWAYS)
    disbanded_earliest = earliest("disbanded", empty=dates.NEVER)
    disbanded_latest = latest("disbanded", empty=dates.NEVER)
    folded = FoldedField(sources=["name", "acronym"])
    folded_text = FoldedField(sources=["kind", "region", "role", "note", "reason"])

    span = ("established", "disbanded")
    within = "organization"

    KIND = kinds.Kind("force", parents=("organization",), named_by=("organization",))

    objects = CollectiveForceQuerySet.as_manager()

    class Meta(Fact.Meta):
        abstract = False
        ordering = ["organization__folded", "folded"]
        constraints = [
            date_constraint("established", unknown=True),
            date_constraint("disbanded", blank=True, unknown=True),
            order_constraint("established", "disbanded", "A force is disbanded after it was established."),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("force-detail", args=[self.slug])


class ForceParticipationQuerySet(FactQuerySet, DatedQuerySet):
    """Verbs of participations in forces."""


class ForceParticipation(Fact, Dated):
    """One state takes part in one force for a time. XXXX: since when is not said."""

    force = models.ForeignKey(CollectiveForce, models.CASCADE, related_name="participations")
    state = models.ForeignKey("State", models.PROTECT, related_name="participations")
    since = PartialDateField(unknown=True, default=dates.UNKNOWN, help_text="XXXX: nobody says since when.")
    until = PartialDateField(blank=True, unknown=True, help_text="The first day on which it took part no more.")
    since_earliest = earliest("since", empty=dates.ALWAYS)
    since_latest = latest("since", empty=dates.ALWAYS)
    until_earliest = earliest("until", empty=dates.NEVER)
    until_latest = latest("until", empty=dates.NEVER)

    span = ("since", "until")
    within = "force"

    KIND = kinds.Kind("participation", parents=("force", "state"), named_by=("force__organization", "state"))

    objects = ForceParticipationQuerySet.as_manager()

    class Meta(Fact.Meta):
        abstract = False
        ordering = ["force__folded", "state__folded", "since_earliest"]
        constraints = [
            once("force", "state", "since", message="This state takes part in this force already."),
            date_constraint("since", unknown=True),
            date_constraint("until", blank=True, unknown=True),
            order_constraint("since", "until", "A participation ends after it began."),
        ]

    def __str__(self):
        return f"{self.state} in {self.force}"

    def get_absolute_url(self):
        return self.force.get_absolute_url()
