"""What treaties and charters say, a sentence each."""

from django.db import models

from . import kinds
from .base import Fact
from .folded_text import FoldedField
from .identity import once
from .organization import Organization


class Provision(Fact):
    """A sentence of substance about an organization, with the document and article that it rests on.

    A characterization is what others say of it (“a counterpart of NATO”): no text binds anybody to it.
    """

    class Kind(models.TextChoices):
        PURPOSE = "purpose", "Purpose"
        PRINCIPLE = "principle", "Principle"
        FUNCTION = "function", "Function"
        ACTIVITY = "activity", "Activity"
        OBLIGATION = "obligation", "Obligation"
        BENEFIT = "benefit", "Benefit"
        GUARANTEE = "guarantee", "Guarantee"
        CHARACTERIZATION = "characterization", "Characterization"

    organization = models.ForeignKey("Organization", models.CASCADE, related_name="provisions")
    kind = models.CharField(max_length=16, choices=Kind)
    text = models.CharField(max_length=400, help_text="One sentence, in our words.")
    area = models.CharField("policy area", max_length=40, blank=True, help_text="For example defence, economy.")
    document = models.ForeignKey("Document", models.PROTECT, null=True, blank=True, related_name="provisions")
    article = models.CharField(max_length=40, blank=True, help_text="For example 4, or preamble.")
    bars = models.CharField(
        "bars from",
        max_length=30,
        choices=Organization.Kind,
        blank=True,
        help_text="Of an obligation: the kind of other organizations that its members may not be members of.",
    )
    folded_text = FoldedField(sources=["text", "area", "kind", "note", "reason"])

    KIND = kinds.Kind("provision", parents=("organization", "document"), named_by=("organization",))

    class Meta(Fact.Meta):
        abstract = False
        ordering = ["organization__folded", "kind", "pk"]
        constraints = [
            once("organization", "kind", "text", message="This sentence is here already."),
        ]

    def __str__(self):
        return f"{self.organization.acronym}, {self.get_kind_display().lower()}: {self.text}"

    def get_absolute_url(self):
        return f"{self.organization.get_absolute_url()}provisions/#provision-{self.pk}"
