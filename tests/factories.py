"""The cast: real states and organizations, made with as few words as a test needs; each call is one change set."""

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
from alliances.models.changeset import change_set
from alliances.models.citation import FACTS

# Why a fact of the cast has no source, until `cite` gives it one.
WHY = {"unsourced": "Made up for a test."}


@change_set()
def state(iso3="UZB", **kwargs):
    """Make a state, or return the one that is there."""
    return State.objects.get_or_create(iso3=iso3, defaults={"name": kwargs.pop("name", iso3.title()), **WHY, **kwargs})[
        0
    ]


@change_set()
def organization(slug="csto", **kwargs):
    """Make an organization founded in 1945, or return the one that is there."""
    defaults = {"acronym": slug.upper(), "name": slug.upper(), "kind": "military-alliance", "founded": "1945"}
    return Organization.objects.get_or_create(slug=slug, defaults={**defaults, **WHY, **kwargs})[0]


@change_set()
def spell(slug="csto", iso3="UZB", joined="2006-06-23", left="", status="member", **kwargs):
    """Make a spell of a state in an organization."""
    return Membership.objects.create(
        organization=organization(slug), state=state(iso3), joined=joined, left=left, status=status, **{**WHY, **kwargs}
    )


@change_set()
def source(key="brief-2020", **kwargs):
    """Make a source, or return the one that is there."""
    return Source.objects.get_or_create(key=key, defaults={"title": key, "kind": "secondary", **kwargs})[0]


@change_set()
def cite(kind, fact, key="brief-2020", **kwargs):
    """Cite a source for a fact of the named kind."""
    return Citation.objects.create(source=source(key), **{kind: fact}, **kwargs)


def code(number):
    """Return a code of three letters for the n-th made-up state."""
    return "Q" + chr(65 + number // 26) + chr(65 + number % 26)


@change_set()
def forget_sources():
    """Take away every citation; each fact says why it has none."""
    for kind in FACTS:
        Citation._meta.get_field(kind).related_model.objects.update(**WHY)
    Citation.objects.all().delete()


@change_set()
def crowd(number, slug="csto"):
    """Give one organization a number of everything, each cited: what a page may not ask the database one by one."""
    home = organization(slug)
    states = [state(code(each)) for each in range(number)]
    sources = [source(f"source-{each}") for each in range(number)]

    def make(model, row):
        return model.objects.bulk_create(model(**row(each, who)) for each, who in enumerate(states))

    spells = make(Membership, lambda _, who: dict(organization=home, state=who, joined="2002-10-07", note="Signed."))
    councils = make(
        Council,
        lambda each, _: dict(organization=home, slug=f"{slug}-council-{each}", name=f"Council {each}", level="council"),
    )
    forces = make(
        CollectiveForce,
        lambda each, _: dict(
            organization=home, slug=f"{slug}-force-{each}", name=f"Force {each}", kind="aviation", established="2001"
        ),
    )
    documents = make(
        Document,
        lambda each, _: dict(
            organization=home,
            slug=f"{slug}-treaty-{each}",
            title=f"Treaty {each}",
            kind="treaty",
            signed="1992-05-15",
            in_force="1994",
            adopted_by=councils[each],
        ),
    )
    facts = {
        "membership": spells,
        "council": councils,
        "force": forces,
        "document": documents,
        "provision": make(Provision, lambda each, _: dict(organization=home, kind="purpose", text=f"Purpose {each}")),
        "chairmanship": make(Chairmanship, lambda each, who: dict(council=councils[each], state=who, began="2020")),
        "participation": make(ForceParticipation, lambda each, who: dict(force=forces[each], state=who, since="2001")),
        "strength": make(ForceStrength, lambda each, _: dict(force=forces[each], number=4000 + each, as_of="2013")),
        "action": make(
            TreatyAction, lambda each, who: dict(document=documents[each], state=who, action="ratified", date="1993")
        ),
    }
    for kind, made in facts.items():
        make(
            Citation,
            lambda each, _, kind=kind, made=made: {"source": sources[each], "quote": "word for word", kind: made[each]},
        )
    return home
