"""Rules about memberships in organizations that belong together: predecessor and successor, agency and parent."""

from django.db.models import Exists, OuterRef, Q, Subquery

from alliances.models import Membership, Relation, State
from alliances.quality.engine import Level, Suspects, rule

from .spans import span_values


def _bound_in(kind):
    """Keep the binding spells in organizations that are `kind` of another: few, so that the rest is not judged."""
    homes = Relation.objects.filter(kind=kind).order_by().values("organization")
    return Membership.objects.binding().filter(organization__in=homes)


def _bound_elsewhere(kind):
    """Return, in a subquery, the binding spells of the same state in what its organization is `kind` of."""
    home = (
        Relation.objects.filter(kind=kind, organization=OuterRef(OuterRef("organization"))).order_by().values("other")
    )
    return Membership.objects.binding().filter(state=OuterRef("state"), organization__in=home)


@rule("member-of-both", Level.HINT, "A member of an organization and of the one that it succeeded", Membership)
def member_of_both(model):
    """A successor binds a state on days on which its predecessor certainly still bound it: one date may be wrong.

    Some went over for years, as GATT and the WTO did in 1995: such a finding can be waived.
    """
    earlier = _bound_elsewhere(Relation.Kind.SUCCESSOR).filter(
        joined_latest__lt=OuterRef("left_earliest"), left_earliest__gt=OuterRef("joined_latest")
    )
    spells = _bound_in(Relation.Kind.SUCCESSOR).annotate(
        before=Subquery(earlier.order_by("pk").values("organization__acronym")[:1]),
        until=Subquery(earlier.order_by("pk").values("left")[:1]),
    )
    return Suspects(
        spells.filter(before__isnull=False),
        lambda spell: f"{spell}, but {spell.before}, which it succeeded, binds it until {spell.until or 'today'}.",
        about=lambda spell: f"{span_values(spell)}|{spell.before}|{spell.until}",
    )


@rule("agency-member-outside", Level.HINT, "A member of an agency that is no member of its parent", Membership)
def agency_member_outside(model):
    """A state is in a specialized agency and at no time of that in the United Nations, of which the agency is part.

    Some are rightly so (Switzerland until 2002, the Cook Islands): such a finding can be waived. Territories are passed
    over, and so are parts of what has no members of its own.
    """
    inside = _bound_elsewhere(Relation.Kind.PART).filter(
        joined_earliest__lt=OuterRef("left_latest"), left_latest__gt=OuterRef("joined_earliest")
    )
    home = Relation.objects.filter(kind=Relation.Kind.PART, organization=OuterRef("organization"))
    parents = Membership.objects.binding().filter(
        organization=OuterRef("other"), joined_earliest__lt=OuterRef(OuterRef("left_latest"))
    )
    spells = _bound_in(Relation.Kind.PART).annotate(
        parent=Subquery(home.filter(Exists(parents)).order_by("pk").values("other__acronym")[:1])
    )
    return Suspects(
        spells.filter(~Exists(inside), Q(parent__isnull=False), state__kind=State.Kind.STATE),
        lambda spell: f"{spell}, and at no time of that a member of {spell.parent}.",
        about=lambda spell: f"{span_values(spell)}|{spell.parent}",
    )
