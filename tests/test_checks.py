"""The system checks refuse a model that says too little of itself."""

import pytest
from django.core import checks as django_checks

from alliances import checks
from alliances.models import Membership, State, kinds


@pytest.fixture
def kind(monkeypatch):
    """Return a function that changes what the KIND of memberships says, for one test."""

    def change(**values):
        for name, value in values.items():
            monkeypatch.setattr(Membership.KIND, name, value)

    return change


def found():
    return [(error.id, error.obj) for error in checks.check_kinds(None)]


def test_our_models_lack_nothing():
    assert found() == []
    assert checks.check_kinds in django_checks.registry.registry.get_checks()


def test_a_model_without_a_kind_is_refused(monkeypatch):
    monkeypatch.delattr(Membership, "KIND")
    assert found() == [("alliances.E001", Membership)]


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ({"citable": False}, 2),
        ({"code": "spell"}, 3),
        ({"parents": ("organization", "status")}, 4),
        ({"parents": ("organization", "alliance")}, 4),
        ({"named_by": ("organization__state",)}, 4),
        ({"hidden": ("tile_column",)}, 5),
        ({"claimed": "began"}, 5),
    ],
)
def test_what_a_kind_says_must_be_true(kind, said, number):
    kind(**said)
    assert {(f"alliances.E{number:03}", Membership)} == set(found())


def test_a_fact_that_nothing_tells_from_another_is_refused(monkeypatch):
    others = [rule for rule in Membership._meta.constraints if not rule.name.endswith("_once")]
    monkeypatch.setattr(Membership._meta, "constraints", others)
    assert found() == [("alliances.E006", Membership)]


def test_a_date_without_its_constraint_is_refused(monkeypatch):
    others = [rule for rule in Membership._meta.constraints if not rule.name.endswith("_left_is_date")]
    monkeypatch.setattr(Membership._meta, "constraints", others)
    assert found() == [("alliances.E008", Membership)]


def test_a_code_belongs_to_one_kind():
    with pytest.raises(ValueError, match="is the kind of Membership already"):
        kinds.Kind("membership").contribute_to_class(State, "KIND")
