"""The cast: real states and organizations, made with as few words as a test needs."""

from alliances.models import (
    Chairmanship,
    Citation,
    CollectiveForce,
    Council,
    Document,
    ForceParticipation,
    ForceStrength,
    Membership,
    Organization,
    Provision,
    Source,
    State,
    TreatyAction,
)
from alliances.models.history import change_set


def state(iso3="UZB", **kwargs):
    """Make a state, or return the one that is there."""
    return State.objects.get_or_create(iso3=iso3, defaults={"name": kwargs.pop("name", iso3.title()), **kwargs})[0]


def organization(slug="csto", **kwargs):
    """Make an organization founded in 1945, or return the one that is there."""
    defaults = {"acronym": slug.upper(), "name": slug.upper(), "kind": "military-alliance", "founded": "1945"}
    return Organization.objects.get_or_create(slug=slug, defaults={**defaults, **kwargs})[0]


def spell(slug="csto", iso3="UZB", joined="2006-06-23", left="", status="member", **kwargs):
    """Make a spell of a state in an organization."""
    return Membership.objects.create(
        organization=organization(slug), state=state(iso3), joined=joined, left=left, status=status, **kwargs
    )


def source(key="brief-2020", **kwargs):
    """Make a source, or return the one that is there."""
    return Source.objects.get_or_create(key=key, defaults={"title": key, "kind": "secondary", **kwargs})[0]


def cite(kind, fact, key="brief-2020", **kwargs):
    """Cite a source for a fact of the named kind."""
    return Citation.objects.create(source=source(key), **{kind: fact}, **kwargs)


def code(number):
    """Return a code of three letters for the n-th made-up state."""
    return "Q" + chr(65 + number // 26) + chr(65 + number % 26)


@change_set()
def crowd(number, slug="csto"):
    """Give one organization a number of everything, each cited: what a page may not ask the database one by one."""
    home = organization(slug)
    for each in range(number):
        who = state(code(each))
        facts = {
            "membership": spell(slug, who.iso3, "2002-10-07", note="Signed."),
            "provision": Provision.objects.create(organization=home, kind="purpose", text=f"Purpose {each}"),
        }
        council = Council.objects.create(
            organization=home, slug=f"{slug}-council-{each}", name=f"Council {each}", level="council"
        )
        force = CollectiveForce.objects.create(
            organization=home, slug=f"{slug}-force-{each}", name=f"Force {each}", kind="aviation", established="2001"
        )
        document = Document.objects.create(
            organization=home, slug=f"{slug}-treaty-{each}", title=f"Treaty {each}", kind="treaty", signed="1992-05-15",
            in_force="1994", adopted_by=council,
        )  # fmt: skip
        facts |= {
            "council": council,
            "force": force,
            "document": document,
            "chairmanship": Chairmanship.objects.create(council=council, state=who, began="2020"),
            "participation": ForceParticipation.objects.create(force=force, state=who, since="2001"),
            "strength": ForceStrength.objects.create(force=force, number=4000 + each, as_of="2013"),
            "action": TreatyAction.objects.create(document=document, state=who, action="ratified", date="1993"),
        }
        for kind, fact in facts.items():
            cite(kind, fact, f"source-{each}", quote="word for word")
    return home
