"""Waivers: findings of the rules that an editor accepted, and why."""

from django.db import models

from .base import exactly_one, filled_column
from .citation import FACTS, arc
from .versioning import Recorded, RecordedQuerySet

# What a rule can find fault with: any fact, or a citation of one.
WAIVABLE = (*FACTS, "citation")


class WaiverQuerySet(RecordedQuerySet):
    """Verbs of waivers."""

    def of_rule(self, rule, kind):
        """Return {(key of the fact, what it is about)} of a rule's waived findings about one kind of fact."""
        rows = self.filter(rule=rule, **{f"{kind}__isnull": False})
        return set(rows.values_list(f"{kind}_id", "about"))


class Waiver(Recorded):
    """A finding that an editor lets stand, by name and for a reason.

    `about` holds the values that the finding was about: when they change, the finding comes back.
    """

    rule = models.CharField(max_length=40, db_index=True)
    state = arc("State", "waivers")
    organization = arc("Organization", "waivers")
    name = arc("Name", "waivers")
    relation = arc("Relation", "waivers")
    membership = arc("Membership", "waivers")
    force = arc("CollectiveForce", "waivers")
    participation = arc("ForceParticipation", "waivers")
    strength = arc("ForceStrength", "waivers")
    council = arc("Council", "waivers")
    chairmanship = arc("Chairmanship", "waivers")
    document = arc("Document", "waivers")
    action = arc("TreatyAction", "waivers")
    provision = arc("Provision", "waivers")
    citation = arc("Citation", "waivers")
    about = models.TextField(blank=True)
    reason = models.TextField(help_text="Why it may stand.")
    waived_by = models.CharField("by", max_length=150, help_text="The name of who decided it.")

    objects = WaiverQuerySet.as_manager()

    class Meta:
        ordering = ["rule", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=exactly_one(WAIVABLE),
                name="%(app_label)s_%(class)s_of_one_fact",
                violation_error_message="A waiver is of one finding about one fact.",
            ),
            models.CheckConstraint(
                condition=~models.Q(reason="") & ~models.Q(waived_by=""),
                name="%(app_label)s_%(class)s_says_who_and_why",
                violation_error_message="Say who lets it stand, and why.",
            ),
            *(
                models.UniqueConstraint(
                    fields=[kind, "rule", "about"],
                    condition=models.Q(**{f"{kind}__isnull": False}),
                    name=f"%(app_label)s_%(class)s_once_a_{kind}",
                    violation_error_message="This finding is waived already.",
                )
                for kind in WAIVABLE
            ),
        ]

    def __str__(self):
        return f"{self.rule}, {self.fact}: {self.reason}"

    @property
    def kind(self):
        """The name of the column that is filled, for example "membership"."""
        return filled_column(self, WAIVABLE)

    @property
    def fact(self):
        """The fact whose finding is waived."""
        return getattr(self, self.kind) if self.kind else None
