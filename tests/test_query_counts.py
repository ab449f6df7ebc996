"""A page asks the database as often for seven rows as for two: lists at most 8 times, pages at most 15."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from alliances.models.changeset import change_set

from . import factories
from .pages import DETAILS, LISTS

pytestmark = pytest.mark.django_db

PAGES = ["/", *DETAILS]


def queries(client, path):
    """Count the queries of a page, and check that it is one."""
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


@change_set()
def crowded_pages(number):
    """Make a number of everything, so that each page of PAGES has that many rows."""
    home = factories.crowd(number)
    first = {"state": factories.state("QAA"), "force": home.forces.first(), "council": home.councils.first()}
    document = home.documents.first()
    for each in range(number):
        other = factories.state(factories.code(300 + each))
        slug = f"other-{each}"
        factories.spell(slug, "QAA", "1992")
        part = first["force"].participations.create(**factories.WHY, state=other, since="2001")
        chair = first["council"].chairmanships.create(**factories.WHY, state=other, began="2019", ended="2020")
        action = document.actions.create(**factories.WHY, state=other, action="signed", date="1992")
        own = document.actions.create(**factories.WHY, state=first["state"], action="signed", date=f"199{each}")
        factories.cite("action", own, "source-0", locator=f"row {each}")
        provision = document.provisions.create(
            **factories.WHY, organization=home, kind="function", text=f"Function {each}"
        )
        strength = first["force"].strengths.create(**factories.WHY, number=each + 1, as_of="2014")
        first["state"].names.create(**factories.WHY, language="ru", text=f"Имя {each}")
        facts = {"participation": part, "chairmanship": chair, "action": action, "provision": provision}
        for kind, fact in {**facts, "strength": strength}.items():
            factories.cite(kind, fact, "source-0", locator=f"page {each}")


def test_a_list_asks_as_often_for_seven_rows_as_for_two(client):
    factories.crowd(2)
    factories.crowd(2, slug="other")
    two = {path: queries(client, path) for path in LISTS}
    for number in range(4):
        factories.crowd(1, slug=f"org-{number}")
    factories.crowd(7, slug="many")
    seven = {path: queries(client, path) for path in LISTS}
    assert {path: number for path, number in seven.items() if number > min(two[path], 8)} == {}


@pytest.mark.parametrize(
    "query", ["?state=QAA&match=all&status=member&on=2010&q=csto&order=-members&kind=military-alliance"]
)
def test_every_filter_at_once_stays_within_the_bound(client, query):
    factories.crowd(7)
    assert queries(client, f"/organizations/{query}") <= 8


def test_a_page_asks_as_often_for_seven_rows_as_for_two_and_stays_within_the_bound(client):
    def asked(rows):
        with transaction.atomic():
            crowded_pages(rows)
            counts = {path: queries(client, path) for path in PAGES}
            transaction.set_rollback(True)
        return counts

    two, seven = asked(2), asked(7)
    assert {path: number for path, number in seven.items() if number > min(two[path], 15)} == {}
