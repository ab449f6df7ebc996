"""The editor's guide: linked on every page of the desk, open to everybody who may enter it, true."""

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth import get_user_model
from django.test import Client

from alliances import typed_dates
from alliances.admin.guide import TYPED
from alliances.models import Citation, Membership, Organization

pytestmark = pytest.mark.django_db


def test_the_guide_is_linked_in_the_header_of_the_desk(editor):
    for path in ("/admin/", "/admin/alliances/membership/", "/admin/alliances/membership/add/", "/admin/guide/"):
        tools = BeautifulSoup(editor.get(path).content, "lxml").find(id="user-tools")
        assert tools.find("a", string="Guide")["href"] == "/admin/guide/", path


def test_everybody_on_the_desk_reads_it_and_nobody_else():
    assert Client().get("/admin/guide/").headers["Location"].startswith("/admin/login/")
    client = Client()
    client.force_login(get_user_model().objects.create_user("new", is_staff=True))
    assert client.get("/admin/guide/").status_code == 200


def test_every_part_that_it_names_is_there(editor):
    page = BeautifulSoup(editor.get("/admin/guide/").content, "lxml").find(class_="guide")
    links = page.nav.find_all("a")
    assert len(links) > 3
    for link in links:
        assert page.find(id=link["href"].removeprefix("#")).name == "h2"
    rows = [[cell.get_text() for cell in row(["th", "td"])] for row in page.tbody("tr")]
    assert rows == [[text, typed_dates.meaning(text), example] for text, example in TYPED]


@pytest.mark.usefixtures("facts")
def test_its_examples_are_our_facts():
    assert Membership.objects.filter(organization__slug="nato", state__iso3="GRC", joined="1952-02-18").exists()
    assert Membership.objects.filter(organization__slug="cst", state__iso3="UZB", left="1999-04").exists()
    uzbekistan = Membership.objects.filter(organization__slug="csto", state__iso3="UZB").order_by("joined_earliest")
    assert list(uzbekistan.values_list("status", "joined", "left")) == [
        ("member", "2006-06-23", "2012-06-28"),
        ("suspended", "2012-06-28", "2012-12-19"),
    ]
    armenia = Membership.objects.filter(organization__slug="csto", state__iso3="ARM").order_by("joined_earliest")
    member, frozen = armenia
    assert (member.status, frozen.status) == ("member", "frozen")
    assert member.left == frozen.joined
    assert Organization.objects.get(slug="wp").dissolved == "1991-07-01"
    assert Citation.objects.filter(organization__slug="csto", quote__contains="seven former Soviet").exists()


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("1991-12-21", "21 December 1991."),
        (" 1991-12 ", "December 1991: any day of the month."),
        ("1991", "1991: any day of the year."),
        ("0991", "0991: any day of the year."),
        ("XXXX", "It has happened; the date is unknown."),
    ],
)
def test_what_a_date_means(text, means):
    assert typed_dates.meaning(text) == means


@pytest.mark.parametrize("text", ["1991-13", "1991-02-29", "21 December 1991", "", "0000"])
def test_what_is_no_date_means_nothing(text):
    with pytest.raises(ValueError, match=r"Write a year|months go from|has days"):
        typed_dates.meaning(text)
