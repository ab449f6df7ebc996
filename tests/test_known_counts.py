"""The numbers of members that the pages give, against numbers that are well known."""

import re

import pytest
from bs4 import BeautifulSoup

from alliances.publishing.phrases import NUMBERS

from .examples import sample
from .known_counts import KNOWN_COUNTS

pytestmark = pytest.mark.usefixtures("facts", "db")

COUNTS = [(slug, day, number) for slug, numbers in KNOWN_COUNTS.items() for day, number in numbers]


def read(number):
    """Read a number as sentences write it."""
    return NUMBERS.index(number) if number in NUMBERS else int(number.replace(",", ""))


def test_there_are_166_of_111_organizations():
    assert (len(COUNTS), len(KNOWN_COUNTS)) == (166, 111)


@pytest.mark.parametrize(("slug", "day", "known"), sample(COUNTS, every=12))
def test_a_page_gives_the_known_number_of_members(client, slug, day, known):
    """From those that are certain to those that are possible; both stand in the first sentence."""
    low, high = known if isinstance(known, tuple) else (known, known)
    lead = BeautifulSoup(client.get(f"/organizations/{slug}/?on={day}").content, "lxml").find(class_="lead").get_text()
    members = read(re.search(r"had ([\d,]+|[a-z]+) members?", lead)[1])
    possible = re.search(r"([\d,]+|[a-z]+) of them only possibly", lead)
    certain = members - (read(possible[1]) if possible else lead.count("possibly)"))
    assert certain <= high, lead
    assert low <= members, lead
