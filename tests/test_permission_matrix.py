"""Who may open, and who may send, each address of the desk: a new address needs a row here.

A row is what answers to anonymous, contributor, editor and administrator: to GET, and to POST (of nothing, unless
`SENT` says what). Most rows follow from the last word of the name of an address; what differs stands in `ROWS`.
"""

import re

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from alliances import dates
from alliances.models import AuditEntry, ChangeSet, Draft, Remark, Suggestion, Waiver, kinds

from . import factories
from .databases import cast_once
from .examples import sample
from .test_admin_desk import crowd

pytestmark = pytest.mark.django_db

WHO = ["anonymous", "contributor", "editor", "administrator"]
OPEN = "302 200 200 200"
EDITORS = "302 403 200 200"
ADMINISTRATORS = "302 403 403 200"
NOBODY = "302 403 403 403"
POSTED = "302 405 405 405"
DONE_BY_EDITORS = "302 403 302 302"
TO_ACCOUNT = "302 302 302 302"

# Facts: contributors open every form, and what they send becomes a draft.
OF_FACTS = {
    "changelist": (OPEN, OPEN),
    "add": (OPEN, OPEN),
    "change": (OPEN, OPEN),
    "delete": (EDITORS, EDITORS),
    "history": (OPEN, OPEN),
    "verify": (POSTED, DONE_BY_EDITORS),
    "verify_many": (DONE_BY_EDITORS, DONE_BY_EDITORS),  # Nothing is chosen: back to the list.
    "rename": (EDITORS, EDITORS),
    "sheet": (OPEN, EDITORS),
    "export": (OPEN, OPEN),
    "compare": (OPEN, OPEN),
    "restore": (EDITORS, EDITORS),
}
OF_USERS = dict.fromkeys(("changelist", "add", "change", "delete", "history"), (ADMINISTRATORS, ADMINISTRATORS))
ROWS = {
    "index": (OPEN, OPEN),
    "login": ("200 302 302 302", "200 200 200 200"),
    "logout": ("302 405 405 405", "302 200 200 200"),
    "password_change": (OPEN, OPEN),
    "auth_user_password_change": (ADMINISTRATORS, ADMINISTRATORS),
    "password_change_done": (OPEN, POSTED),
    "autocomplete": (OPEN, POSTED),
    "jsi18n": (OPEN, POSTED),
    "view_on_site": ("302 302 302 302", "302 302 302 302"),
    "app_list": (OPEN, OPEN),
    "(?P<url>.*)$": ("302 404 404 404", "302 404 404 404"),  # Whatever there is not.
    # A citation is added at its fact.
    "alliances_citation_add": (NOBODY, NOBODY),
    # What may stand although a rule finds it odd: an editor's word.
    "alliances_findings": (OPEN, DONE_BY_EDITORS),
    "alliances_waiver_add": (NOBODY, NOBODY),
    "alliances_waiver_change": (OPEN, EDITORS),
    # The contributor is the author of the draft. It is read on its page, and decided on by its buttons.
    "alliances_draft_add": (NOBODY, NOBODY),
    "alliances_draft_change": (OPEN, NOBODY),
    "alliances_draft_delete": (NOBODY, NOBODY),
    "alliances_draft_publish": (POSTED, DONE_BY_EDITORS),
    "alliances_draft_decline": (POSTED, DONE_BY_EDITORS),
    "alliances_draft_withdraw": (POSTED, "302 302 403 403"),
    # Administrators read which groups there are; their permissions are given by apps.py.
    "auth_group_add": (NOBODY, NOBODY),
    "auth_group_change": (ADMINISTRATORS, NOBODY),
    "auth_group_delete": (NOBODY, NOBODY),
    # What readers suggest is for editors alone: an address for an answer may stand beside it. Notes are everybody's.
    **{f"alliances_suggestion_{each}": (EDITORS, EDITORS) for each in ("changelist", "change", "delete", "history")},
    "alliances_suggestion_add": (NOBODY, NOBODY),
    "alliances_suggestion_decide": (POSTED, DONE_BY_EDITORS),
    "alliances_remark_add": (NOBODY, NOBODY),
    "alliances_remark_change": (OPEN, NOBODY),
    "alliances_remark_about": (POSTED, "302 302 302 302"),
    "alliances_remark_done": (POSTED, "302 302 302 302"),
    "alliances_guide": (OPEN, OPEN),
    # What was written is read by all on the desk, written by nobody, and taken back by editors.
    "alliances_changeset_add": (NOBODY, NOBODY),
    "alliances_changeset_change": (OPEN, OPEN),  # Whatever is sent, it only tells.
    "alliances_changeset_delete": (NOBODY, NOBODY),
    "alliances_changeset_history": ("302 302 302 302", "302 302 302 302"),
    "alliances_changeset_undo": (EDITORS, EDITORS),
    "alliances_deleted": (OPEN, OPEN),
    "alliances_bring_back": (EDITORS, EDITORS),
    # One's own account. These have no second factor that could be asked for: back to the account.
    "alliances_account": (OPEN, POSTED),
    "alliances_log_out_everywhere": (POSTED, "302 302 302 302"),
    "alliances_set_up": (OPEN, OPEN),
    **dict.fromkeys(("alliances_verify", "alliances_new_codes", "alliances_remove_factor"), (TO_ACCOUNT, TO_ACCOUNT)),
    # Administrators let colleagues in again, and read who logged in.
    "alliances_log_ins": (ADMINISTRATORS, "302 403 403 405"),
    "alliances_unlock": (POSTED, "302 403 403 302"),
    "alliances_remove_factor_of": (POSTED, "302 403 403 404"),  # Nobody is named.
    "alliances_auditentry_changelist": (ADMINISTRATORS, ADMINISTRATORS),
    "alliances_auditentry_add": (NOBODY, NOBODY),
    "alliances_auditentry_change": (ADMINISTRATORS, NOBODY),
    "alliances_auditentry_delete": (NOBODY, NOBODY),
    "alliances_auditentry_history": (ADMINISTRATORS, ADMINISTRATORS),
    # Many facts at once, each after a preview.
    "alliances_membership_end": (DONE_BY_EDITORS, DONE_BY_EDITORS),  # Nothing is chosen: back to the list.
    "alliances_organization_dissolve": (EDITORS, EDITORS),
    "alliances_source_merge": (DONE_BY_EDITORS, DONE_BY_EDITORS),  # Nothing is chosen: back to the list.
    "alliances_source_facts": (EDITORS, EDITORS),
}
# Addresses that take more than the key of an object of their model.
ADDRESSES = {
    "autocomplete": lambda things: "autocomplete/?app_label=alliances&model_name=membership&field_name=state",
    "view_on_site": lambda things: (
        f"r/{ContentType.objects.get_for_model(things['organization']).pk}/{things['organization'].pk}/"
    ),
    "app_list": lambda things: "alliances/",
    "alliances_remark_about": lambda things: f"alliances/remark/about/membership/{things['membership'].pk}/",
    "alliances_bring_back": lambda things: f"alliances/changeset/deleted/membership/{things['deleted']}/",
    "(?P<url>.*)$": lambda things: "nothing/of/the/kind/",
}
SENT = {}


def addresses(patterns=None, before=""):
    """Yield the name and the pattern of every address of the desk; the old form `<key>/` of Django has no name."""
    if patterns is None:
        # What stands beside the admin's own addresses, below /admin/.
        others = [each for each in get_resolver().url_patterns if str(each.pattern).startswith("admin/")]
        yield from (
            (each.name, str(each.pattern).removeprefix("admin/")) for each in others if getattr(each, "name", "")
        )
    for each in admin.site.get_urls() if patterns is None else patterns:
        pattern = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from addresses(each.url_patterns, pattern)
        elif each.name or not pattern.endswith("/<path:object_id>/"):
            yield each.name or pattern, pattern


PATTERNS = dict(addresses())


def row(name):
    """Return what an address answers to GET and to POST, a word for each of WHO; None: it has no row."""
    if name in ROWS:
        return ROWS[name]
    app, _, rest = name.partition("_")
    rows = {"alliances": OF_FACTS, "auth": OF_USERS}.get(app, {})
    return rows.get(rest.partition("_")[2])


def test_every_address_of_the_desk_has_a_row():
    assert [name for name in PATTERNS if row(name) is None] == []
    assert [name for name in ROWS if name not in PATTERNS] == []


@cast_once
def cast():
    """The users, and one object of each model of the desk."""
    users = make_users()
    return users, make_things(users)


def make_users():
    """Make a user for each of WHO."""
    made = {"anonymous": None}
    for who in WHO[1:]:
        made[who] = get_user_model().objects.create_user(who, password="x", is_staff=True)
        made[who].groups.add(Group.objects.get(name=f"{who}s"))
    return made


def make_things(users):
    """Make one object of each model of the desk."""
    crowd(1)
    found = {kind.model._meta.model_name: kind.model.objects.first() for kind in kinds.facts()}
    found["source"], found["waiver"] = factories.source(), Waiver.objects.get()
    found["citation"] = factories.cite("organization", found["organization"])
    spell = found["membership"]
    found["draft"] = Draft.objects.create(
        kind="membership", key=spell.pk, title=str(spell), author=users["contributor"], kept=dates.now()
    )
    found["suggestion"], found["remark"] = Suggestion.objects.first(), Remark.objects.first()
    gone = factories.spell("gone", "QAA", "1999")
    found["deleted"] = gone.pk
    gone.delete()
    found["auditentry"] = AuditEntry.objects.record(AuditEntry.What.LOGGED_IN, "editor")
    found["changeset"] = ChangeSet.objects.first()
    found["user"], found["group"] = users["editor"], Group.objects.get(name="editors")
    return found


def address_of(name, things):
    """Return the address under which a row is tried."""
    if name in ADDRESSES:
        return f"/admin/{ADDRESSES[name](things)}"
    model = re.match(r"(?:alliances|auth)_([a-z]+)_", name)
    key = str(things[model[1]].pk) if model and model[1] in things else "?"
    path = PATTERNS[name].replace("<str:form>", "csv").replace("<int:change_set>", str(things["changeset"].pk))
    path = re.sub(r"<(path:object_id|int:\w+|id)>", key, path)
    assert not re.search(r"[<?^]", path), f"Say in ADDRESSES where {name} is tried."
    return f"/admin/{path}"


def asked(entered, method, address, data=None):
    """Ask with the cookies of a client, which stay as they are, and take back what the request wrote."""
    with transaction.atomic():
        browser = Client()
        browser.cookies.load({name: morsel.value for name, morsel in entered.cookies.items()})
        answer = getattr(browser, method)(address, data)
        transaction.set_rollback(True)
    return answer


@pytest.mark.parametrize("who", WHO)
def test_each_address_answers_to_each_as_its_row_says(who, cast):
    """In CI each address to each; here one in five, others to each."""
    users, things = cast
    wrong, entered = [], Client()
    if users[who]:
        entered.force_login(users[who])
    for name in sample(filter(row, PATTERNS), every=5, start=WHO.index(who)):
        for method, words in zip(("get", "post"), row(name), strict=True):
            expected = int(words.split()[WHO.index(who)])
            answer = asked(entered, method, address_of(name, things), SENT.get(name) if method == "post" else None)
            to_login = answer.status_code == 302 and "/login/" in answer.headers["Location"]
            asked_in = who == "anonymous" and expected == 302 and name != "logout"
            if answer.status_code != expected or to_login != asked_in:
                wrong.append(f"{method} {name}: {answer.status_code}, not {expected}")
    assert "\n".join(wrong) == ""


# What the password alone opens to somebody with a second factor.
OPEN_TO_HALF = {"alliances_verify": (200, 200), "logout": (405, 200), "alliances_set_up": (302, 302)}


def test_the_password_alone_opens_nothing_to_who_has_a_second_factor(cast):
    users, things = cast
    wrong, entered = [], Client()
    with transaction.atomic():
        entered.force_login(users["administrator"])
        TOTPDevice.objects.create(user=users["administrator"], name="phone")
        for name in sample(filter(row, PATTERNS), every=3):
            for method, expected in zip(("get", "post"), OPEN_TO_HALF.get(name, (302, 302)), strict=True):
                answer = asked(entered, method, address_of(name, things))
                leads = answer.headers.get("Location", "").startswith(reverse("alliances_verify"))
                if answer.status_code != expected or leads != (name not in OPEN_TO_HALF):
                    wrong.append(f"{method} {name}: {answer.status_code} {answer.headers.get('Location')}")
        transaction.set_rollback(True)
    assert "\n".join(wrong) == ""


@pytest.mark.parametrize("how", ["deactivated", "no longer staff"])
def test_who_was_shut_out_while_logged_in_is_a_stranger_at_every_address(cast, how):
    """In CI at each address; here at one in ten. Whose name is locked at log-in stays in: tests/test_lock_out.py."""
    users, things = cast
    wrong, entered = [], Client()
    with transaction.atomic():
        entered.force_login(users["administrator"])
        shut_out = {"is_active": False} if how == "deactivated" else {"is_staff": False, "is_superuser": False}
        get_user_model().objects.filter(pk=users["administrator"].pk).update(**shut_out)
        for name in sample(filter(row, PATTERNS), every=10, start=len(how) % 10):
            for method, words in zip(("get", "post"), row(name), strict=True):
                answer = asked(entered, method, address_of(name, things))
                if answer.status_code != int(words.split()[0]):
                    wrong.append(f"{method} {name}: {answer.status_code}")
        transaction.set_rollback(True)
    assert "\n".join(wrong) == ""
