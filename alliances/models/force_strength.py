"""How many people a collective force had, as of which date."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from alliances import dates

from . import kinds
from .base import Fact
from .date_columns import date_constraint, earliest, latest
from .identity import once
from .temporal import PartialDateField


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

    force = models.ForeignKey("CollectiveForce", models.CASCADE, related_name="strengths")
    category = models.CharField(max_length=9, choices=Category, default=Category.PERSONNEL)
    precision = models.CharField(max_length=9, choices=Precision, blank=True, default="")
    number = models.PositiveIntegerField(null=True, blank=True, help_text="People. Of a range: its lower end.")
    number_to = models.PositiveIntegerField("to", null=True, blank=True, help_text="Of a range: its upper end.")
    wording = models.CharField(max_length=100, blank=True, help_text="Where the source gives no number: its words.")
    as_of = PartialDateField("as of", blank=True, help_text="The date that the number is of, not that of the source.")
    as_of_earliest = earliest("as_of", empty=dates.ALWAYS)
    as_of_latest = latest("as_of", empty=dates.ALWAYS)

    KIND = kinds.Kind("strength", parents=("force",), named_by=("force",))

    class Meta(Fact.Meta):
        abstract = False
        ordering = ["force__folded", "as_of_earliest", "category"]
        constraints = [
            once(
                "force",
                "category",
                "as_of",
                "number",
                "wording",
                message="This strength is here already.",
                nulls_distinct=None,
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
        return f"{self.force}: {self.amount()}{dated}"

    def get_absolute_url(self):
        return self.force.get_absolute_url()

    def amount(self):
        """Return the strength without its date: "up to 20,000", "about 3,500 military", "brigade-sized"."""
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
