"""Every model, QuerySet verb and public function says what it means; the desk's groups exist."""

import importlib
import inspect
import pkgutil
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth.models import Group

import alliances

MODULES = [
    module.name
    for module in pkgutil.walk_packages(alliances.__path__, "alliances.")
    if ".migrations" not in module.name
]
# Names that Django or Python give, whose meaning is theirs.
GIVEN = {"natural_key", "get_by_natural_key", "get_absolute_url", "deconstruct", "formfield", "handle", "add_arguments"}


@pytest.mark.parametrize("name", MODULES)
def test_public_things_have_a_docstring(name):
    module = importlib.import_module(name)
    assert module.__doc__ or not Path(module.__file__).read_text().strip()
    bare = []
    for label, thing in vars(module).items():
        if label.startswith("_") or getattr(thing, "__module__", "") != name:
            continue
        if inspect.isfunction(thing) and not thing.__doc__:
            bare.append(label)
        if inspect.isclass(thing) and thing.__name__.endswith("QuerySet"):
            bare += [
                f"{label}.{verb}"
                for verb, function in vars(thing).items()
                if inspect.isfunction(function)
                and not verb.startswith("_")
                and verb not in GIVEN
                and not function.__doc__
            ]
    assert bare == []


def test_every_model_has_a_docstring_of_its_own():
    for model in apps.get_app_config("alliances").get_models():
        assert not model.__doc__.startswith(f"{model.__name__}("), model


@pytest.mark.django_db
def test_three_groups_exist_after_migration():
    granted = {
        group.name: set(group.permissions.values_list("content_type__app_label", "codename"))
        for group in Group.objects.all()
    }
    assert set(granted) == {"administrators", "contributors", "editors"}
    assert {("alliances", "change_membership"), ("alliances", "publish_facts")} <= granted["editors"]
    assert {code for _, code in granted["contributors"] if not code.startswith("view_")} == {
        "add_draft",
        "change_draft",
        "add_remark",
        "change_remark",
    }
    assert {app for app, _ in granted["editors"]} == {"alliances"}
    assert {app for app, _ in granted["administrators"]} == {"alliances", "auth"}
    assert ("auth", "add_user") in granted["administrators"]
