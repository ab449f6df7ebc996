"""What the rules must know of each kind of fact. Each table stands here once, and nowhere else in this package."""

from django.db.models import Model

from alliances.models import (
    CITABLE,
    Chairmanship,
    Citation,
    CollectiveForce,
    Council,
    Document,
    ForceParticipation,
    ForceStrength,
    Membership,
    Name,
    Organization,
    Provision,
    Relation,
    State,
    TreatyAction,
)
from alliances.models.citation import kind_of

# Every kind of fact, and those whose lack of a source is a warning rather than a hint (besides organizations).
FACTS: list[type[Model]] = [Citation._meta.get_field(code).related_model for code in CITABLE]
CORE = [model for model in FACTS if model not in {State, Organization, Name}]

# Whatever a rule can find fault with, by the column of a waiver.
WAIVABLE: dict[str, type[Model]] = {**{kind_of(model): model for model in FACTS}, "citation": Citation}

# What the sentence about a fact names, joined wherever findings are listed.
NAMED_BY = {
    Membership: ("organization", "state"),
    Council: ("organization",),
    Chairmanship: ("council__organization", "state"),
    CollectiveForce: ("organization",),
    ForceParticipation: ("force__organization", "state"),
    ForceStrength: ("force",),
    Document: ("organization",),
    TreatyAction: ("document", "state"),
    Provision: ("organization",),
    Relation: ("organization", "other"),
    Name: ("organization", "state", "council", "force"),
}

# What a fact belongs to, and should not begin before or outlive.
PARENT = {
    Council: "organization",
    CollectiveForce: "organization",
    ForceParticipation: "force",
    Chairmanship: "council",
}

# The date from which a fact claims to be true, by its column in Citation: no source older than that can know it.
CLAIMED_FROM = {"membership": "joined", "chairmanship": "began", "action": "date", "document": "signed"}


def code_of(model: type[Model]) -> str:
    """Return the column of Waiver for a model, for example "force" for collective forces."""
    return "citation" if model is Citation else kind_of(model)
