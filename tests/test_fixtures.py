"""The facts themselves: how many they are, what they must say, and that they load twice without a change."""

import hashlib
import json

import pytest
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command

from alliances.models import (
    ChangeSet,
    Citation,
    Document,
    Fact,
    FactVersion,
    Membership,
    Name,
    Organization,
    Source,
    State,
)
from alliances.models.versioning import Recorded

from .brief import BRIEF
from .examples import IN_CI, sample

pytestmark = pytest.mark.usefixtures("facts", "db")

FIXTURES = sorted((settings.BASE_DIR / "fixtures").glob("*.jsonl"))
MODELS = [model for model in apps.get_app_config("alliances").get_models() if issubclass(model, Recorded)]

# Sources that the facts of the brief brought along, and the spells that they are cited for.
BESIDE_THE_BRIEF = ["brief-2020", "liquisearch-csto", "wikimili-csto", "eata-nato"]


def members(organization, day, status=None):
    """Return the ISO codes of the states bound on a day, or of those of one status."""
    spells = Membership.objects.on(day).of_status([status] if status else ())
    return set(spells.filter(organization__slug=organization).values_list("state__iso3", flat=True))


@pytest.mark.parametrize(
    ("model", "number"), [(State, 230), (Organization, 262), (Membership, 14909), (Source, 720), (Document, 96)]
)
def test_how_many_there_are(model, number):
    assert model.objects.count() == number


def test_spells_keep_all_their_citations():
    assert Citation.objects.filter(membership__isnull=False).exclude(source__key__in=BESIDE_THE_BRIEF).count() == 28_672


def test_one_spell_has_no_citation():
    uncited = Membership.objects.filter(citations=None).values_list("organization__slug", "state__iso3", "joined")
    assert set(uncited) == {("un", "YMD", "1967-12-14")}


@pytest.mark.parametrize(
    ("organization", "day", "number"),
    [
        ("csto", "2002-10-06", 0),
        ("csto", "2002-10-07", 6),
        ("csto", "2006-06-22", 6),
        ("csto", "2006-06-23", 7),
        ("csto", "2008-01-01", 7),
        ("csto", "2012-12-18", 7),
        ("csto", "2012-12-19", 6),
        ("csto", "2020-09-05", 6),
        ("csto", "2026-11-23", 6),
        ("cis", "2020-09-05", 9),
        ("nato", "1952-02-17", 12),
        ("nato", "1952-02-18", 14),
        ("nato", "2019-06-01", 29),
        ("nato", "2020-03-26", 29),
        ("nato", "2020-09-05", 30),
        ("nato", "2024-06-01", 32),
        ("wp", "1991-06-30", 6),
        ("wp", "1991-07-01", 0),
        ("eu", "2019-06-15", 28),
        ("eu", "2020-01-31", 28),
        ("eu", "2020-02-01", 27),
        ("eu", "2025-06-01", 27),
        ("coe", "2010-06-15", 47),
        ("coe", "2025-06-15", 46),
        ("un", "2026-11-23", 193),
    ],
)
def test_well_known_numbers_of_members(organization, day, number):
    assert len(members(organization, day)) == number


def test_the_cis_had_one_associate_when_the_brief_was_written():
    assert members("cis", "2020-09-05", "associate") == {"TKM"}


def test_the_members_of_the_csto_when_the_brief_was_written():
    assert members("csto", "2020-09-05") == {"ARM", "BLR", "KAZ", "KGZ", "RUS", "TJK"}
    assert members("csto", "2020-09-05", "observer") == {"AFG", "SRB"}


def test_armenia_froze_its_part_in_the_csto_and_stays_bound():
    assert members("csto", "2024-02-21", "frozen") == set()
    assert members("csto", "2024-02-22", "frozen") == {"ARM"}
    assert "ARM" in members("csto", "2024-02-22")


def test_the_baltic_states_are_no_successors_of_the_soviet_union():
    successors = set(State.objects.get(iso3="SUN").successors.values_list("iso3", flat=True))
    assert len(successors) == 12
    for state in [State.objects.get(iso3=iso3) for iso3 in ("EST", "LVA", "LTU")]:
        assert state.iso3 not in successors
        assert "recognized" in state.note


def test_every_dissent_has_a_public_reason():
    silent = [str(citation) for citation in Citation.objects.dissenting().with_facts() if not citation.fact.reason]
    assert silent == []


def test_every_name_in_russian_is_in_cyrillic():
    names = Name.objects.filter(language="ru").values_list("text", flat=True)
    assert names
    for text in names:
        assert any("\u0400" <= sign <= "\u04ff" for sign in text), text


def test_the_brief_is_cited_for_each_of_its_81_facts():
    assert [fact.number for fact in BRIEF] == list(range(1, 82))
    cited = set(Citation.objects.filter(source__key="brief-2020").values_list("quote", flat=True))
    assert "" not in cited
    assert {fact.quote for fact in BRIEF[2:]} == cited
    brief = Source.objects.get(key="brief-2020")
    assert (brief.title, brief.published) == ("CSTO and CIS", "2020-09-05")


def test_the_pages_named_for_the_brief_are_those_of_the_facts():
    """A fact on the page of a force is a citation of that force, of its strength, and so on."""
    citations = Citation.objects.filter(source__key="brief-2020").with_facts()
    pages = {(citation.quote, citation.fact.get_absolute_url().partition("#")[0]) for citation in citations}
    missing = [fact.number for fact in BRIEF[2:] if (fact.quote, fact.path) not in pages]
    assert missing == []


def test_public_sentences_speak_to_readers():
    """Notes of the gathering (stored copies, rows, seeds) stay out of what readers see."""
    facts = [fact for model in Fact.__subclasses__() for fact in model.objects.exclude(note="", reason="")]
    assert facts
    for fact in facts:
        said = f"{fact.note} {fact.reason}".lower()
        for word in ("our row", "seed", "not read", "mledoze", "stored page", "count it in"):
            assert word not in said, f"{fact}: {said}"


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_fact_is_clean(model):
    """Fields and sense, of some hundred facts and in CI of each; constraints were asked when the row was written."""
    wrong, facts = {}, model._default_manager.order_by("pk")
    for fact in sample(facts, every=max(7, len(facts) // 100)):
        try:
            fact.clean_fields()
            fact.clean()
        except ValidationError as error:
            wrong[str(fact)] = error.message_dict
    assert wrong == {}


def test_one_fact_a_line_by_natural_keys_only():
    for path in FIXTURES:
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            made = [
                name for name in row["fields"] if name.endswith(("_earliest", "_latest")) or name.startswith("folded")
            ]
            assert "pk" not in row, path.name
            assert made == [], path.name


def fingerprint():
    """Return the number of rows of each model and a hash of all that is in them."""
    models = apps.get_app_config("alliances").get_models()
    rows = {model.__name__: list(model._default_manager.order_by("pk").values_list()) for model in models}
    counts = {name: len(values) for name, values in rows.items()}
    return counts, hashlib.sha256(repr(rows).encode()).hexdigest()


def test_loading_again_changes_nothing():
    """All of them in CI; elsewhere two that have most kinds of facts and citations."""
    again = FIXTURES if IN_CI else [each for each in FIXTURES if each.name[:2] in {"06", "11"}]
    assert len(again) >= 2
    look = fingerprint if IN_CI else lambda: (FactVersion.objects.count(), ChangeSet.objects.count())
    before = look()
    call_command("loaddata", *again, verbosity=0)
    assert look() == before
