"""A fact is found by the names, in any language, of all that its sentence names: the desk's search box promises it."""

import pytest

from alliances.models import (
    Chairmanship,
    Council,
    ForceParticipation,
    ForceStrength,
    Membership,
    Name,
    Relation,
    TreatyAction,
    kinds,
)

from . import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    """The CSTO, Armenia, and one fact of each kind that names them; each has its name in Russian."""
    home, state = factories.organization("csto"), factories.state("ARM", name="Armenia")
    home.names.create(**factories.WHY, language="ru", text="ОДКБ")
    state.names.create(**factories.WHY, language="ru", text="Армения")
    council = home.councils.create(**factories.WHY, slug="council", name="Council", level="supreme")
    council.names.create(**factories.WHY, language="ru", text="Совет")
    force = home.forces.create(**factories.WHY, slug="force", name="Force", kind="peacekeeping", established="2007")
    force.names.create(**factories.WHY, language="ru", text="КСОР")
    document = home.documents.create(**factories.WHY, slug="treaty", title="Treaty", kind="treaty")
    other = factories.organization("nato")
    other.names.create(**factories.WHY, language="ru", text="НАТО")
    return {
        "membership": factories.spell("csto", "ARM"),
        "council": council,
        "force": force,
        "document": document,
        "chairmanship": council.chairmanships.create(**factories.WHY, state=state, began="2008"),
        "participation": force.participations.create(**factories.WHY, state=state, since="2009"),
        "strength": force.strengths.create(**factories.WHY, number=100, as_of="2010"),
        "action": TreatyAction.objects.create(
            **factories.WHY, document=document, state=state, action="signed", date="1992"
        ),
        "provision": home.provisions.create(**factories.WHY, kind="purpose", text="It consults."),
        "relation": home.relations.create(**factories.WHY, kind="counterpart-of", other=other),
    }


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (Membership, ["армения", "одкб", "одкб armenia"]),
        (Council, ["одкб", "совет"]),
        (Chairmanship, ["армения", "совет", "одкб"]),
        (ForceParticipation, ["армения", "ксор", "одкб"]),
        (ForceStrength, ["ксор"]),
        (TreatyAction, ["армения", "treaty"]),
        (Relation, ["одкб", "нато"]),
        (Name, ["ксор", "force"]),
    ],
)
def test_a_fact_is_found_by_what_its_sentence_names(cast, model, words):
    for word in words:
        assert model.objects.search(word).exists(), f"{model.__name__} is not found by “{word}”."
    assert not model.objects.search("узбекистан").exists()


def test_every_kind_that_names_something_is_found_by_it(cast):
    for kind in kinds.facts():
        for path in kind.named_by:
            for fact in kind.model.objects.all():
                thing = fact
                for name in path.split("__"):
                    thing = thing and getattr(thing, name)
                if thing is not None:
                    called = getattr(thing, "name", "") or thing.title
                    assert fact in kind.model.objects.search(called), f"{kind.code} by {path}"
