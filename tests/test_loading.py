"""`loaddata` writes facts together, and does what Django's would do one by one."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.serializers.base import DeserializationError
from django.db import IntegrityError

from alliances.models import ChangeSet, Citation, Membership, Name, Source, State
from alliances.models.sourcing import Unsourced

from . import factories
from .factories import WHY

pytestmark = pytest.mark.django_db


@pytest.fixture
def load(tmp_path):
    def load(*rows, out=None):
        path = tmp_path / "facts.jsonl"
        path.write_text("".join(json.dumps({"model": f"alliances.{m}", "fields": f}) + "\n" for m, f in rows))
        call_command("loaddata", path, verbosity=0, stdout=out or StringIO())

    return load


def state(code, name, **fields):
    return "state", {"iso3": code, "name": name, **WHY, **fields}


def spell(code, joined="2002-10-07", **fields):
    key = {"organization": ["csto"], "state": [code], "status": "member", "joined": joined}
    return "membership", {**key, **WHY, **fields}


def test_facts_of_several_kinds_that_name_each_other_in_any_order(load):
    factories.organization("csto")
    load(
        state("ARM", "Armenia", predecessor=["SUN"]),  # Which comes after it.
        state("SUN", "Soviet Union", existed_until="1991-12-26"),
        state("BLR", "Belarus", predecessor=["SUN"]),
        spell("ARM"),
        ("source", {"key": "protocol", "title": "Protocol", "kind": "primary"}),
        spell("BLR", unsourced=""),
        ("citation", {"source": ["protocol"], "membership": ["csto", "BLR", "member", "2002-10-07"]}),
        ("name", {"state": ["BLR"], "language": "be", "text": "Беларусь", **WHY}),
    )
    assert set(State.objects.filter(predecessor__iso3="SUN").values_list("iso3", flat=True)) == {"ARM", "BLR"}
    assert Citation.objects.get().membership.state.iso3 == "BLR"
    assert State.objects.search("беларусь").get().iso3 == "BLR"
    made = ChangeSet.objects.first()
    assert Membership.history.filter(change_set=made).count() == 2
    assert State.history.filter(change_set=made, history_type="+").count() == 3


def test_a_fact_that_stands_twice_in_a_file_is_one_and_the_last_line_counts(load):
    factories.organization("csto")
    factories.state("ARM")
    load(spell("ARM", note="first"), spell("ARM", note="last"))
    assert Membership.objects.get().note == "last"


def test_what_is_here_already_is_changed_and_the_rest_is_left_alone(load):
    here = factories.spell("csto", "ARM", "2002-10-07")
    factories.state("BLR")
    load(spell("ARM", left="2024"), spell("BLR"))
    here.refresh_from_db()
    assert (here.left, here.history.count(), Membership.objects.count()) == ("2024", 2, 2)
    name = ("name", {"state": ["BLR"], "language": "be", "text": "Беларусь", **WHY})
    source = ("source", {"key": "list", "title": "List", "kind": "primary"})
    citation = ("citation", {"source": ["list"], "membership": ["csto", "BLR", "member", "2002-10-07"], "locator": "1"})
    load(source, name, citation)
    sets = ChangeSet.objects.count()
    load(spell("ARM", left="2024"), spell("BLR", unsourced=""), source, name, citation)
    assert ChangeSet.objects.count() == sets
    assert (Name.objects.count(), Source.objects.count(), Citation.objects.count()) == (1, 1, 1)


@pytest.mark.parametrize(
    ("row", "error", "words"),
    [
        (spell("BLR", "1991-13"), IntegrityError, "Membership"),
        (spell("BLR", unsourced=""), Unsourced, "no source is cited"),
        (spell("XXX"), DeserializationError, "Membership has no state"),
    ],
)
def test_one_refused_fact_leaves_none_of_the_file(load, row, error, words):
    factories.organization("csto")
    factories.state("ARM")
    factories.state("BLR")
    with pytest.raises(error, match=words):
        load(spell("ARM"), row)
    assert not Membership.objects.exists()


def test_a_terminal_sees_how_far_it_is(load):
    factories.organization("csto")
    out = StringIO()
    out.isatty = lambda: True
    load(state("ARM", "Armenia"), spell("ARM"), out=out)
    assert "] 1: states" in out.getvalue()
    assert f"[{'#' * 30}] 2: memberships" in out.getvalue()


def test_the_number_of_queries_does_not_grow_with_the_facts(load, django_assert_max_num_queries):
    factories.organization("csto")
    factories.state("ARM")
    with django_assert_max_num_queries(60):
        load(*(spell("ARM", str(year), left=str(year + 1)) for year in range(1002, 1402)))
