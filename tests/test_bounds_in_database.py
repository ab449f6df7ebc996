"""The bounds of a date are made by the database, whatever the path of the write, and it refuses what is no date."""

import sqlite3

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, connection, transaction

from alliances import dates
from alliances.models import Membership, Source
from alliances.models.date_columns import DateConstraint

from . import factories
from .examples import IN_CI, sample

pytestmark = pytest.mark.django_db

TEXTS = [
    *("1991", "1991-12", "1991-04", "1991-02", "1992-02", "1900-02", "2000-02", "1991-12-21", "2024-02-29"),
    *(
        "[1985..1989]",
        "[..1990]",
        "[1985..]",
        "[1985-02..1989-02]",
        "[1985-02-03..1992-02]",
        "[..2000-02]",
        "[1985-12-31..]",
    ),
    *("[1990..1990-05]", "[1990-05..1990]", "[1991-12-21..1991-12-25]"),
]


@pytest.mark.parametrize("text", TEXTS)
def test_the_database_makes_the_bounds_that_python_makes(text):
    spell = Membership.objects.get(pk=factories.spell(joined=text).pk)
    expected = dates.read(text)
    assert (spell.joined_earliest, spell.joined_latest) == (expected.earliest, expected.latest)
    assert (spell.left_earliest, spell.left_latest) == (dates.NEVER, dates.NEVER)


def test_bounds_follow_every_path_of_a_write():
    spell = factories.spell(joined="1999")
    Membership.objects.filter(pk=spell.pk).update(left="2001-02")
    spell.refresh_from_db()
    assert (spell.left_earliest, spell.left_latest) == ("2001-02-01", "2001-02-28")
    spell.left = "XXXX"
    Membership.objects.bulk_update([spell], ["left"])
    spell.refresh_from_db()
    assert (spell.left_earliest, spell.left_latest) == (dates.ALWAYS, dates.NEVER)
    [made] = Membership.objects.bulk_create(
        [Membership(**factories.WHY, organization=spell.organization, state=factories.state("GRC"), joined="1952-02")]
    )
    made.refresh_from_db()
    assert (made.joined_earliest, made.joined_latest) == ("1952-02-01", "1952-02-29")


NO_DATES = [
    "",
    "93",
    "1993-13",
    "1993-00",
    "1993-02-30",
    "1993-2-3",
    "1900-02-29",
    "0000",
    "abcd",
    "1993-12-",
    "1993/12",
    "19931221",
    "1993-ab",
    "1993-12-a1",
    "1993-12-32",
    "１９９３",
    *("[1990..1985]", "[1990-02..1990-01-31]", "[..]", "[1990", "[1990]", "1990]", "..1990", "[1990..1991..1992]", "["),
    *("[0000..1990]", "[1990-02-30..]", "[1990...1991]", "[XXXX..1990]", "[93..1995]"),
    *("[1990..1991", "[1990..1991]]", "[[1990..1991]", "(1990..1991]", "1984~", "[1990/1991]"),
]


@pytest.mark.parametrize(
    ("written", "kept"), [("by 1990", "[..1990]"), ("[1990 ..1991]", "[1990..1991]"), ("[1990..1990]", "1990")]
)
def test_what_people_write_is_kept_in_one_form_on_every_path_and_the_database_takes_no_other(written, kept):
    spell = factories.spell(joined=written)
    spell.refresh_from_db()
    assert spell.joined == kept
    assert spell.history.get().joined == kept
    Membership.objects.filter(pk=spell.pk).update(joined="1999")
    Membership.objects.filter(pk=spell.pk).update(joined=written)
    assert Membership.objects.get().joined == kept
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE alliances_membership SET joined = %s", [written])


@pytest.mark.parametrize("text", NO_DATES)
def test_the_database_refuses_what_is_no_date(text):
    spell = factories.spell()
    # What is too long for a bound PostgreSQL refuses before it looks at the rule.
    with pytest.raises((IntegrityError, DataError)), transaction.atomic():
        Membership.objects.filter(pk=spell.pk).update(joined=text)
    spell.refresh_from_db()
    assert spell.joined == "2006-06-23"


@pytest.mark.parametrize("text", sample([*TEXTS, *NO_DATES], every=4))
def test_a_form_refuses_the_dates_that_the_database_refuses(text):
    """Of each dated column of each kind in CI, here of one of those that allow the same: Django asks the database."""
    judged = {}
    for model in apps.get_app_config("alliances").get_models():
        for rule in model._meta.constraints:
            if isinstance(rule, DateConstraint) and (IN_CI or tuple(rule.allowed) not in judged):
                fact = model(**{rule.column: text})
                assert accepts(rule.validate, model, fact) == accepts(
                    super(DateConstraint, rule).validate, model, fact
                ), rule
                judged[tuple(rule.allowed)] = judged.get(tuple(rule.allowed), 0) + 1
    assert len(judged) >= 3
    assert not IN_CI or sum(judged.values()) > 20


def accepts(validate, *args):
    try:
        validate(*args)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize(
    ("joined", "left"), [("1999", "1998"), ("1999-05-05", "1999-05-05"), ("1999-05", "1999-04"), ("1999-12-31", "1999")]
)
def test_the_database_refuses_an_end_that_cannot_follow_the_beginning(joined, left):
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.spell(joined=joined, left=left)
    assert not Membership.objects.exists()


@pytest.mark.parametrize(
    ("joined", "left"), [("1999", "1999"), ("1999-05-05", "1999-05"), ("1999", "XXXX"), ("1999", "")]
)
def test_an_end_that_can_follow_the_beginning_is_kept(joined, left):
    assert factories.spell(joined=joined, left=left).pk


def test_one_state_has_one_ongoing_status_in_an_organization():
    factories.spell(joined="2002-10-07")
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.spell(joined="2024-02-22", status="frozen")
    assert Membership.objects.count() == 1


def test_a_citation_belongs_to_exactly_one_fact():
    spell = factories.spell()
    for facts in ({}, {"membership": spell, "state": spell.state}):
        with pytest.raises(IntegrityError), transaction.atomic():
            factories.source().citations.create(**facts)
    assert factories.cite("membership", spell).fact == spell


def test_another_client_than_django_can_write_and_gets_the_bounds(tmp_path):
    """The schema uses nothing that only Django's connection knows."""
    if connection.vendor != "sqlite":
        pytest.skip("about SQLite's schema")
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = 'alliances_source'")
        schema = cursor.fetchone()[0]
    other = sqlite3.connect(tmp_path / "plain.sqlite3")
    other.execute(schema)
    columns = "key, title, author, publisher, published, url, kind, note, withdrawn, folded, folded_text"
    row = ("nyt-1991", "Text of Accords", "", "", "1991-12", "", "secondary", "", "", "", "")
    other.execute(f"INSERT INTO alliances_source ({columns}) VALUES (?,?,?,?,?,?,?,?,?,?,?)", row)  # noqa: S608
    assert other.execute("SELECT published_earliest FROM alliances_source").fetchone() == ("1991-12-01",)
    with pytest.raises(sqlite3.IntegrityError):
        other.execute("UPDATE alliances_source SET published = '1991-13'")
    other.close()
    assert not Source.objects.exists()
