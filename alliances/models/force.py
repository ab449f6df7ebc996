"""Collective forces: troops that an organization can call on, who takes part, and how many they are."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from alliances import dates

from .base import Fact, FactQuerySet, FoldedField
from .dated import (
    Dated,
    DatedQuerySet,
    PartialDateField,
    date_constraint,
    earliest,
    latest,
    order_constraint,
    validate_order,
)


class CollectiveForceQuerySet(FactQuerySet, DatedQuerySet):
    """Verbs of collective forces."""

    def get_by_natural_key(self, slug):
        return self.get(slug=slug)

    def with_participants(self, states, on):
        """Keep the forces in which one of the named states (ISO codes) takes part on a date."""
        taking_part = ForceParticipation.objects.on(on).filter(force=OuterRef("pk"), state__iso3__in=list(states))
        return self.filter(Exists(taking_part))


class CollectiveForce(Fact, Dated):
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

    span = ("established", "disbanded")
    within = "organization"

    objects = CollectiveForceQuerySet.as_manager()

    class Meta(Fact.Meta):
        abstract = False
        ordering = ["organization__name", "name"]
        constraints = [
            date_constraint("established", unknown=True),
            date_constraint("disbanded", blank=True, unknown=True),
            order_constraint("established", "disbanded", "A force is disbanded after it was established."),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("force-detail", args=[self.slug])

    def natural_key(self):
        return (self.slug,)

    natural_key.dependencies = ["alliances.organization"]

    def clean(self):
        """Refuse a force that is disbanded before it was established."""
        validate_order(self, *self.span, "This is not after “established”. Check both dates.")

    @classmethod
    def search_condition(cls, word):
        """Return the condition that a word occurs in one of the force's names, in any language."""
        from .name import Name

        names = Name.objects.filter(force=OuterRef("pk"), folded__contains=word)
        return Q(folded__contains=word) | Q(Exists(names))


class ForceParticipationQuerySet(FactQuerySet, DatedQuerySet):
    """Verbs of participations in forces."""

    def get_by_natural_key(self, force, state, since):
        return self.get(force__slug=force, state__iso3=state, since=since)


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

    objects = ForceParticipationQuerySet.as_manager()

    class Meta(Fact.Meta):
        abstract = False
        ordering = ["force__name", "state__name", "since_earliest"]
        constraints = [
            models.UniqueConstraint(
                fields=["force", "state", "since"],
                name="%(app_label)s_%(class)s_once",
                violation_error_message="This state takes part in this force already.",
            ),
            date_constraint("since", unknown=True),
            date_constraint("until", blank=True, unknown=True),
            order_constraint("since", "until", "A participation ends after it began."),
        ]

    def __str__(self):
        return f"{self.state} in {self.force}"

    def get_absolute_url(self):
        return self.force.get_absolute_url()

    def natural_key(self):
        return (self.force.slug, self.state.iso3, self.since)

    natural_key.dependencies = ["alliances.collectiveforce", "alliances.state"]

    def clean(self):
        """Refuse a participation that ends before it began."""
        validate_order(self, *self.span, "This is not after “since”. Check both dates.")

    @classmethod
    def search_condition(cls, word):
        """Return the condition that a word occurs in the name of the state or of the force."""
        return Q(state__folded__contains=word) | Q(force__folded__contains=word)


class ForceStrengthQuerySet(FactQuerySet):
    """Verbs of strengths."""

    def get_by_natural_key(self, force, category, as_of, number, wording):
        return self.get(force__slug=force, category=category, as_of=as_of, number=number, wording=wording)


class ForceStrength(Fact):
    """How many people of one category a force had as of a date, as exactly as the source says it.

    A number without its date misleads: the brief gave figures of 2013 in 2020. Where the source gives no
    number ("a battalion from each"), `wording` says what it says.
    """

    class Category(models.TextChoices):
        PERSONNEL = "personnel", "Personnel, all together"
        MILITARY = "military", "Military"
        POLICE = "police", "Police"

    class Precision(models.TextChoices):
        EXACT = "", "Exactly"
        ABOUT = "about", "About"
        UP_TO = "up-to", "Up to"
        MORE_THAN = "more-than", "More than"
        PLANNED = "planned", "Planned"

    force = models.ForeignKey(CollectiveForce, models.CASCADE, related_name="strengths")
    category = models.CharField(max_length=9, choices=Category, default=Category.PERSONNEL)
    precision = models.CharField(max_length=9, choices=Precision, blank=True, default="")
    number = models.PositiveIntegerField(null=True, blank=True, help_text="People. Of a range: its lower end.")
    number_to = models.PositiveIntegerField("to", null=True, blank=True, help_text="Of a range: its upper end.")
    wording = models.CharField(max_length=100, blank=True, help_text="Where the source gives no number: its words.")
    as_of = PartialDateField("as of", blank=True, help_text="The date that the number is of, not that of the source.")
    as_of_earliest = earliest("as_of", empty=dates.ALWAYS)

    objects = ForceStrengthQuerySet.as_manager()

    class Meta(Fact.Meta):
        abstract = False
        ordering = ["force__name", "as_of_earliest", "category"]
        constraints = [
            models.UniqueConstraint(
                fields=["force", "category", "as_of", "number", "wording"],
                name="%(app_label)s_%(class)s_once",
                nulls_distinct=None,
                violation_error_message="This strength is here already.",
            ),
            models.CheckConstraint(
                condition=Q(number__isnull=False) | ~Q(wording=""),
                name="%(app_label)s_%(class)s_says_something",
                violation_error_message="Give a number, or the words of the source.",
            ),
            models.CheckConstraint(
                condition=Q(number_to__isnull=True) | Q(number__lt=models.F("number_to")),
                name="%(app_label)s_%(class)s_range_is_ordered",
                violation_error_message="The upper end of a range is greater than its lower end.",
            ),
            date_constraint("as_of", blank=True),
        ]

    def __str__(self):
        dated = f", {self.as_of}" if self.as_of else ""
        return f"{self.force}: {self.in_words()}{dated}"

    def get_absolute_url(self):
        return self.force.get_absolute_url()

    def natural_key(self):
        return (self.force.slug, self.category, self.as_of, self.number, self.wording)

    natural_key.dependencies = ["alliances.collectiveforce"]

    def in_words(self):
        """Say the strength without its date: "up to 20,000", "about 3,500 military", "brigade-sized"."""
        if self.number is None:
            return self.wording
        number = f"{self.number:,}" + (f" to {self.number_to:,}" if self.number_to else "")
        precision = self.get_precision_display().lower() if self.precision else ""
        category = "" if self.category == self.Category.PERSONNEL else self.get_category_display().lower()
        return " ".join(filter(None, [precision, number, category]))

    def clean(self):
        """Say next to the field what the constraints refuse."""
        if self.number is None and not self.wording:
            raise ValidationError({"number": "Give a number, or the words of the source in “wording”."})
        if self.number_to is not None and (self.number is None or self.number_to <= self.number):
            raise ValidationError({"number_to": "The upper end of a range is greater than its lower end."})

    @classmethod
    def search_condition(cls, word):
        """Return the condition that a word occurs in the name of the force."""
        return Q(force__folded__contains=word)
