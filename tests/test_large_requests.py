"""What is larger than anybody means is refused before it is read, or before anything is locked."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alliances.admin.rows import RowFormSet
from alliances.middleware import MOST_BYTES, MOST_BYTES_OF_STAFF, MOST_ROWS
from alliances.models import Draft, Organization

from . import factories
from .test_admin_edits import add_row, errors, typed

pytestmark = pytest.mark.django_db


class Unread:
    """A body of which nothing may be read."""

    def read(self, *args):
        raise AssertionError("It was read.")

    readline = read


def send(client, path, length):
    """Say that a body of some length follows, and send none of it."""
    said = {"CONTENT_LENGTH": str(length), "CONTENT_TYPE": "multipart/form-data; boundary=x"}
    return client.generic("POST", path, **said, **{"wsgi.input": Unread()})


@pytest.mark.parametrize("path", ["/suggest/organization/csto/", "/admin/login/", "/wp-login.php", "/"])
@pytest.mark.parametrize("length", [MOST_BYTES + 1, 150_000_000, 10**30])
def test_strangers_send_a_hundred_kilobytes_at_most(path, length):
    factories.organization("csto")
    client = Client(enforce_csrf_checks=True)
    client.cookies["csrftoken"] = "a" * 32
    with CaptureQueriesContext(connection) as captured:
        answer = send(client, path, length)
    assert answer.status_code == 413
    assert "We take at most 100 kB at once" in answer.content.decode()
    assert not [each["sql"] for each in captured if "SELECT" not in each["sql"]]


def test_who_is_logged_in_sends_a_spreadsheet(editor):
    answer = send(editor, "/admin/alliances/membership/sheet/", MOST_BYTES_OF_STAFF + 1)
    assert answer.status_code == 413
    assert "We take at most 11 MB at once" in answer.content.decode()
    with pytest.raises(AssertionError, match="It was read"):
        send(editor, "/admin/alliances/membership/sheet/", MOST_BYTES_OF_STAFF)


def test_what_does_not_say_how_long_it_is_is_refused(client):
    answer = client.post("/suggest/organization/csto/", HTTP_TRANSFER_ENCODING="chunked")
    assert answer.status_code == 411
    assert "does not say how long it is" in answer.content.decode()


@pytest.mark.parametrize("length", ["x", "-1", "1e3", "٣", "9 9"])
@pytest.mark.parametrize("path", ["/suggest/organization/csto/", "/admin/alliances/state/add/"])
def test_a_length_that_is_no_number_is_refused(editor, path, length):
    answer = editor.generic("POST", path, CONTENT_LENGTH=length)
    assert answer.status_code == 400
    assert "The request was not understood." in answer.content.decode()


def counted(prefixes, rows):
    """Return what a form sends of its groups of rows without any row."""
    sent = {f"{prefix}-INITIAL_FORMS": 0 for prefix in prefixes}
    return sent | {f"{prefix}-TOTAL_FORMS": rows for prefix in prefixes}


GROUPS = ["names", "memberships", "relations", "forces", "councils", "documents", "provisions", "citations"]


@pytest.mark.parametrize("rows", [99_999, MOST_ROWS + 1, "9" * 18])
def test_a_form_that_claims_many_rows_is_refused_before_anything_is_locked(contributor, rows):
    with CaptureQueriesContext(connection) as captured:
        answer = contributor.post("/admin/alliances/organization/add/", counted(["memberships"], rows))
    assert answer.status_code == 400
    assert "A form has at most 1,000 rows" in answer.content.decode()
    assert not [each["sql"] for each in captured if "SELECT" not in each["sql"]]


def test_the_rows_of_all_groups_of_a_form_count_together(contributor):
    address = "/admin/alliances/organization/add/"
    assert contributor.post(address, counted(GROUPS, MOST_ROWS // 8 + 1)).status_code == 400
    assert contributor.post(address, counted(GROUPS, 0)).status_code == 200


def test_a_form_has_a_hundred_rows_more_than_are_stored(editor):
    home = factories.crowd(2)
    address = home.get_admin_url()
    data = typed(editor.get(address))
    most = 2 + RowFormSet.MOST_NEW_ROWS
    page = editor.post(address, data | {"memberships-TOTAL_FORMS": str(most + 1)})
    assert "Add at most 100 rows at once" in errors(page)
    assert page.content.count(b'class="form-row has_original" id="memberships-') == 2
    assert Organization.objects.count() == 1


def test_a_hundred_rows_are_proposed_at_once(contributor):
    home = factories.organization("csto")
    data = typed(contributor.get(home.get_admin_url())) | {"change_reason": "All of them."}
    for number in range(RowFormSet.MOST_NEW_ROWS):
        state = factories.state(factories.code(number))
        add_row(data, state=state.pk, joined="2002", unsourced="Lost.")
    answer = contributor.post(home.get_admin_url(), data | {"_draft": "Propose"})
    assert answer.status_code == 302
    assert len(Draft.objects.get().told) == 100
