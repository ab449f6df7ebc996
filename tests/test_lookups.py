"""No list of the desk tells by its address what it does not show: only its own filters are read."""

from urllib.parse import parse_qs

import pytest
from bs4 import BeautifulSoup
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client, RequestFactory
from django.urls import reverse

from alliances.models import Draft, Membership, Suggestion

from .examples import IN_CI, sample
from .test_admin_desk import crowd

pytestmark = pytest.mark.django_db

LISTS = sorted(admin.site._registry.items(), key=lambda pair: pair[0]._meta.label)
GROUPS = ["contributors", "editors", "administrators"]
ENDINGS = ("__startswith", "__contains", "__regex", "__gt", "__in", "__year")


@pytest.fixture(params=GROUPS)
def member(request):
    """Log in as a member of each group."""
    user = get_user_model().objects.create_user("member", is_staff=True, password="secret", email="m@example.org")
    user.groups.add(Group.objects.get(name=request.param))
    client = Client()
    client.force_login(user)
    client.user, client.group = user, request.param
    return client


def address(model):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def probes(model):
    """Return lookups through every column of a model, and every column of every model that it leads to."""
    for each in model._meta.get_fields():
        yield from (each.name + ending for ending in ENDINGS)
        for other in each.related_model._meta.get_fields() if each.is_relation and each.related_model else ():
            yield from (f"{each.name}__{other.name}{ending}" for ending in ("", *ENDINGS))


@pytest.mark.parametrize(("model", "model_admin"), LISTS, ids=lambda each: getattr(each, "__name__", ""))
def test_no_column_is_probed(model, model_admin, member):
    request = RequestFactory().get("/")
    request.user = member.user
    asked = list(probes(model))
    assert len(asked) > 30
    assert [each for each in asked if model_admin.lookup_allowed(each, "a", request)] == []


@pytest.mark.parametrize("model", sample([model for model, _ in LISTS], every=4), ids=lambda model: model.__name__)
def test_a_probe_is_refused_and_shows_no_row(model, member):
    crowd(1)
    text = next(each for each in model._meta.fields if each.get_internal_type() in {"CharField", "TextField"})
    relation = next((each for each in model._meta.get_fields() if each.is_relation and each.related_model), None)
    tried = [f"{text.name}__startswith", "pk__gt", *([f"{relation.name}__pk__gt"] if relation else [])]
    may_see = member.get(address(model)).status_code == 200
    for lookup in tried:
        page = member.get(address(model), {lookup: "0"})
        assert page.status_code == (400 if may_see else 403), lookup
        assert "result_list" not in page.content.decode()


@pytest.mark.parametrize("path", ["", "sheet/", "export/csv/", "export/xlsx/"])
def test_what_a_list_refuses_its_exports_refuse(editor, path):
    crowd(1)
    assert editor.get(f"/admin/alliances/membership/{path}", {"note__startswith": "a"}).status_code == 400
    assert editor.get(f"/admin/alliances/membership/{path}", {"status__exact": "member"}).status_code == 200


def test_nobody_but_who_answers_readers_learns_their_addresses():
    crowd(1)
    Suggestion.objects.update(contact="reader@example.org")
    for name in GROUPS:
        client = Client()
        user = get_user_model().objects.create_user(name, is_staff=True)
        user.groups.add(Group.objects.get(name=name))
        client.force_login(user)
        for value in ("reader", "nobody"):
            answer = client.get("/admin/alliances/suggestion/", {"contact__startswith": value})
            assert answer.status_code == {"contributors": 403}.get(name, 400)
        assert client.get("/admin/alliances/draft/", {"author__password__startswith": "p"}).status_code == 400
    assert Draft.objects.exists()


def test_every_filter_of_every_list_is_read(member):
    """In CI every link of every list answers; here a link of each filter of some, other lists for each group."""
    crowd(2)
    followed = 0
    for model, model_admin in sample(LISTS, every=4, start=GROUPS.index(member.group)):
        page = member.get(address(model))
        if page.status_code == 403:
            continue
        links = BeautifulSoup(page.content, "lxml").select("#changelist-filter li a")
        assert links or not model_admin.list_filter, model
        addresses = {link["href"] for link in links}
        if not IN_CI:
            addresses = {tuple(sorted(parse_qs(link.lstrip("?")))): link for link in sorted(addresses)}.values()
        for link in addresses:
            assert member.get(address(model) + link).status_code == 200, (model, link)
            followed += 1
    assert followed > (30 if IN_CI else 3)


@pytest.mark.parametrize(("name", "field"), [("name", "type"), ("membership", "status__exact"), ("source", "kind")])
def test_a_value_that_no_database_can_hold_is_refused(editor, name, field):
    address = reverse(f"admin:alliances_{name}_changelist")
    assert editor.get(address, {field: "a"}).status_code in {200, 302}
    assert editor.get(address, {field: "a\0b"}).status_code == 400


def test_an_empty_field_to_look_by_is_none(editor):
    crowd(1)
    for fact in (Membership.objects.first(), Draft.objects.first()):
        for view in ("change", "delete", "history"):
            address = reverse(f"admin:alliances_{fact._meta.model_name}_{view}", args=[fact.pk])
            assert editor.get(address, {"_to_field": ""}).status_code in {200, 302, 403}
