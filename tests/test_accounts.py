"""Administrators keep accounts and gain nothing by it; an account that wrote something is never deleted."""

import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db import DEFAULT_DB_ALIAS
from django.test import Client

from alliances import dates
from alliances.admin import accounts
from alliances.apps import make_groups
from alliances.models import ChangeSet, Draft, Remark, Suggestion

from .test_admin_edits import typed

pytestmark = pytest.mark.django_db

LISTED = "/admin/auth/user/"


def account(name, *groups, **kwargs):
    user = get_user_model().objects.create_user(name, password="secret", is_staff=True, **kwargs)
    user.groups.set(Group.objects.filter(name__in=groups))
    return user


def logged_in(user):
    client = Client()
    client.force_login(user)
    return client


def of(user):
    return f"{LISTED}{user.pk}/change/"


def fields(page):
    return {each["name"] for each in BeautifulSoup(page.content, "lxml").select("#user_form [name]")}


@pytest.fixture
def admin():
    return account("keeper", "administrators")


@pytest.fixture
def keeper(admin):
    return logged_in(admin)


def acts(client, action, *users, **more):
    data = {"action": action, "_selected_action": [user.pk for user in users], **more}
    return client.post(LISTED, data, follow=True)


WRITINGS = {
    "change set": lambda user: ChangeSet.objects.create(made=dates.now(), author=user, kind="edit"),
    "draft": lambda user: Draft.objects.create(kind="state", title="A", author=user, kept=dates.now()),
    "review": lambda user: Draft.objects.create(kind="state", title="A", decided_by=user, kept=dates.now()),
    "note": lambda user: Remark.objects.create(kind="state", key=1, text="Look.", author=user, made=dates.now()),
    "decision": lambda user: Suggestion.objects.create(
        kind="state", key=1, title="A", wrong="B", right="C", source="D", decided_by=user, made=dates.now()
    ),
}


@pytest.mark.parametrize("what", WRITINGS)
def test_who_wrote_something_is_not_deleted(keeper, what):
    writer, other = account("writer", "editors"), account("other", "editors")
    WRITINGS[what](writer)
    for send in (keeper.get, keeper.post):
        page = send(f"{LISTED}{writer.pk}/delete/", {"post": "yes"}, follow=True)
        assert "Deactivate instead" in page.content.decode()
        assert page.redirect_chain == [(of(writer), 302)]
    assert "deletelink" not in keeper.get(of(writer)).content.decode()
    page = acts(keeper, "delete_selected", writer, other, post="yes")
    assert "Nothing was deleted. The history names writer as" in page.content.decode()
    assert get_user_model().objects.filter(username__in=["writer", "other"]).count() == 2


def test_a_superuser_deletes_no_author_either():
    writer = account("writer", "editors")
    WRITINGS["change set"](writer)
    root = logged_in(account("root", is_superuser=True))
    root.post(f"{LISTED}{writer.pk}/delete/", {"post": "yes"})
    acts(root, "delete_selected", writer, post="yes")
    assert ChangeSet.objects.get().author == writer


def test_who_wrote_nothing_is_deleted(keeper):
    idle, also = account("idle", "editors"), account("also")
    keeper.post(f"{LISTED}{idle.pk}/delete/", {"post": "yes"})
    acts(keeper, "delete_selected", also, post="yes")
    assert not get_user_model().objects.filter(username__in=["idle", "also"]).exists()


def test_every_column_that_names_an_account_is_asked():
    named = {
        each.related_model._meta.model_name
        for each in get_user_model()._meta.get_fields(include_hidden=True)
        if each.one_to_many and each.related_model in apps.get_app_config("alliances").get_models()
    }
    assert named == {"changeset", "draft", "remark", "suggestion"}


def test_accounts_are_deactivated_one_or_several(keeper, admin):
    one, two = account("one", "editors"), account("two", "contributors")
    root = account("root", is_superuser=True)
    WRITINGS["change set"](one)
    for held in (root, admin):
        page = acts(keeper, "deactivate", one, held)
        assert f"Nobody was deactivated: {held}" in page.content.decode()
    assert get_user_model().objects.filter(is_active=False).count() == 0
    acts(keeper, "deactivate", one, two)
    assert set(get_user_model().objects.filter(is_active=False)) == {one, two}
    assert ChangeSet.objects.get().author == one


# --- nobody gives more than they have ---------------------------------------------------------------------------


def test_an_administrator_makes_an_editor(keeper):
    keeper.post(f"{LISTED}add/", {"username": "new", "usable_password": "false"})
    new = get_user_model().objects.get(username="new")
    groups = list(Group.objects.filter(name__in=["editors", "administrators"]).values_list("pk", flat=True))
    data = typed(keeper.get(of(new)))
    assert keeper.post(of(new), data | {"is_staff": "on", "groups": groups}).status_code == 302
    new.refresh_from_db()
    assert (new.is_staff, new.groups.count(), new.has_perm("alliances.publish_facts")) == (True, 2, True)


def test_an_administrator_makes_no_superuser(keeper, admin):
    editor = account("editor", "editors")
    own = Permission.objects.get(codename="add_logentry")
    for user in (editor, admin):
        page = keeper.get(of(user))
        assert "groups" in fields(page)
        assert not fields(page) & accounts.SUPERUSER_FIELDS
        sent = typed(page) | {"is_superuser": "on", "user_permissions": [own.pk]}
        assert keeper.post(of(user), sent).status_code == 302
        user.refresh_from_db()
        assert (user.is_superuser, user.user_permissions.count()) == (False, 0)
    sent = {"username": "new", "usable_password": "false", "is_superuser": "on", "is_staff": "on"}
    keeper.post(f"{LISTED}add/", sent)
    assert not get_user_model().objects.filter(is_superuser=True).exists()
    assert fields(logged_in(account("root", is_superuser=True)).get(of(editor))) >= accounts.SUPERUSER_FIELDS


def stronger():
    """Return accounts that may do more than an administrator, by each way in which one can."""
    powerful = Group.objects.create(name="powerful")
    powerful.permissions.add(Permission.objects.get(codename="delete_logentry"))
    by_itself = account("by-itself")
    by_itself.user_permissions.add(Permission.objects.get(codename="delete_logentry"))
    return [
        account("root", is_superuser=True),
        account("root-asleep", is_superuser=True, is_active=False),
        account("in-a-group", "powerful"),
        account("asleep-in-a-group", "powerful", is_active=False),
        by_itself,
    ]


def test_an_administrator_changes_nobody_who_may_do_more(keeper):
    for user in stronger():
        password = user.password
        assert not fields(keeper.get(of(user))) & {"is_active", "groups", "username"}
        assert keeper.post(of(user), {"username": "mine", "is_active": "on"}).status_code == 403
        new = {"usable_password": "true", "password1": "kRz84-xq", "password2": "kRz84-xq"}
        assert keeper.get(f"{LISTED}{user.pk}/password/").status_code == 403
        assert keeper.post(f"{LISTED}{user.pk}/password/", new).status_code == 403
        assert keeper.post(f"{LISTED}{user.pk}/delete/", {"post": "yes"}).status_code == 403
        acts(keeper, "delete_selected", user, post="yes")
        user.refresh_from_db()
        assert (user.username == "mine", user.password) == (False, password)


def test_an_administrator_gives_no_group_that_may_do_more(keeper):
    editor = account("editor", "editors")
    stronger()
    page = keeper.get(of(editor))
    offered = {each.get_text() for each in BeautifulSoup(page.content, "lxml").select("#id_groups option")}
    assert offered == {"contributors", "editors", "administrators"}
    sent = typed(page) | {"groups": [Group.objects.get(name="powerful").pk]}
    assert keeper.post(of(editor), sent).status_code == 200
    assert list(editor.groups.values_list("name", flat=True)) == ["editors"]


def test_an_administrator_reads_the_groups_and_changes_none(keeper):
    group = Group.objects.get(name="administrators")
    before = set(group.permissions.all())
    assert keeper.get(f"/admin/auth/group/{group.pk}/change/").status_code == 200
    everything = list(Permission.objects.values_list("pk", flat=True))
    sent = {"name": "administrators", "permissions": everything}
    assert keeper.post(f"/admin/auth/group/{group.pk}/change/", sent).status_code == 403
    assert keeper.post("/admin/auth/group/add/", sent | {"name": "mine"}).status_code == 403
    assert set(group.permissions.all()) == before


# --- the groups themselves ----------------------------------------------------------------------------------------


def test_the_next_migration_takes_back_what_a_group_may_no_longer_do():
    readers = Permission.objects.get(codename="view_suggestion")
    contributors, administrators = (Group.objects.get(name=name) for name in ("contributors", "administrators"))
    assert readers not in contributors.permissions.all()
    contributors.permissions.add(readers)
    administrators.permissions.add(Permission.objects.get(codename="change_group"))
    make_groups(None, DEFAULT_DB_ALIAS)
    assert readers not in contributors.permissions.all()
    assert readers in Group.objects.get(name="editors").permissions.all()
    assert not administrators.permissions.filter(codename="change_group").exists()
