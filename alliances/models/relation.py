"""How organizations relate to each other."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from . import kinds
from .base import Fact, FactQuerySet
from .identity import once


class RelationQuerySet(FactQuerySet):
    """Verbs of relations between organizations."""

    def about(self, organization):
        """Keep the relations of an organization, seen from either side."""
        return self.filter(Q(organization=organization) | Q(other=organization))


class Relation(Fact):
    """One organization to another: it succeeds it, is called its counterpart, or is part of it."""

    class Kind(models.TextChoices):
        SUCCESSOR = "successor-of", "Successor of"
        COUNTERPART = "counterpart-of", "Counterpart of"
        PART = "part-of", "Part of"

    organization = models.ForeignKey("Organization", models.CASCADE, related_name="relations")
    kind = models.CharField(max_length=14, choices=Kind)
    other = models.ForeignKey("Organization", models.PROTECT, related_name="relations_from_others")

    KIND = kinds.Kind("relation", parents=("organization", "other"), named_by=("organization", "other"))

    objects = RelationQuerySet.as_manager()

    class Meta(Fact.Meta):
        abstract = False
        ordering = ["organization__folded", "kind", "other__folded"]
        constraints = [
            once("organization", "kind", "other", message="This relation is here already."),
            models.CheckConstraint(
                condition=~Q(organization=F("other")),
                name="%(app_label)s_%(class)s_to_another",
                violation_error_message="An organization has relations to others, not to itself.",
            ),
        ]

    def __str__(self):
        return f"{self.organization.acronym}: {self.get_kind_display().lower()} {self.other.acronym}"

    def get_absolute_url(self):
        return self.organization.get_absolute_url()

    def clean(self):
        """Refuse a relation of an organization to itself."""
        if self.organization_id and self.organization_id == self.other_id:
            raise ValidationError({"other": "An organization has relations to others, not to itself."})
