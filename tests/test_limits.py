"""How much one question may ask for: eight words, twenty codes. What is more is refused in words, never cut."""

import pytest
from bs4 import BeautifulSoup

from alliances.models import State
from alliances.queries.fields import MAX_CODES, MAX_WORDS

from . import factories
from .examples import sample

pytestmark = pytest.mark.django_db

SEARCHED = ["organizations", "states", "memberships", "forces", "councils", "documents", "sources", "disagreements"]
EIGHT, NINE = "+".join("abcdefgh"), "+".join("abcdefghi")
REFUSED = f"Search for at most {MAX_WORDS} words; these are 9."


def problems(client, path, status=400):
    """Return what is said at each parameter of a page that cannot be answered."""
    response = client.get(path)
    assert response.status_code == status, path
    page = BeautifulSoup(response.content, "lxml")
    return {item.code.text: item.text for item in page.select(".problems li")}, page


@pytest.mark.parametrize("path", [*(f"/{noun}/" for noun in SEARCHED), "/search/", "/search/suggestions/"])
def test_eight_words_are_searched_for_and_nine_refused(client, path):
    assert client.get(f"{path}?q={EIGHT}").status_code == 200
    said, _ = problems(client, f"{path}?q={NINE}")
    assert said == {"q": f"q: {REFUSED}"}


@pytest.mark.parametrize("noun", SEARCHED)
def test_the_message_stands_at_the_field_and_what_was_typed_in_it(client, noun):
    _, page = problems(client, f"/{noun}/?q={NINE}")
    assert page.find(id="errors-q").get_text(strip=True) == REFUSED
    assert page.find(id="filter-q")["value"] == NINE.replace("+", " ")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("a b c d e f g h !!! ? –", 8),  # What folding leaves out is no word.
        ("Alma-Ata, Alma-Ata, Alma-Ata, Alma-Ata", 8),  # A dash parts two words.
        ("Alma-Ata, Alma-Ata, Alma-Ata, Alma-Ata x", 9),
        ("d’Ivoire d’Ivoire d’Ivoire d’Ivoire d’Ivoire d’Ivoire d’Ivoire d’Ivoire", 8),  # An apostrophe does not.
    ],
)
def test_words_are_counted_as_search_reads_them(client, text, number):
    response = client.get("/states/", {"q": text})
    assert response.status_code == (200 if number <= MAX_WORDS else 400)


LISTED = {
    "organizations": ["state"],
    "states": ["organization"],
    "memberships": ["state", "organization"],
    "forces": ["state", "organization"],
    "councils": ["state", "organization"],
    "documents": ["state", "organization"],
    "disagreements": ["state", "organization"],
    "changes": ["state", "organization"],
    "compare": ["state"],
}


@pytest.fixture
def many():
    """One more state and organization than one parameter may name: their codes."""
    slugs = [f"home-{number}" for number in range(MAX_CODES + 1)]
    codes = [factories.code(number) for number in range(MAX_CODES + 1)]
    for slug, code in zip(slugs, codes, strict=True):
        factories.organization(slug)
        factories.state(code)
    return {"state": codes, "organization": slugs}


@pytest.mark.parametrize("noun", sample(LISTED, every=3))
def test_twenty_codes_are_answered_and_twenty_one_refused(client, noun, many):
    for name in LISTED[noun]:
        assert client.get(f"/{noun}/", {name: many[name][:-1]}).status_code == 200
        query = "&".join(f"{name}={code}" for code in many[name])
        said, page = problems(client, f"/{noun}/?{query}")
        message = f"Give at most {MAX_CODES} codes; these are {MAX_CODES + 1}."
        assert said == {name: f"{name}: {message}"}
        assert page.find(id=f"errors-{name}").get_text(strip=True) == message
        # All of them stay in the form, each to be taken away.
        assert len(page.select(f"#chosen-{name} input:checked")) == MAX_CODES + 1


def test_the_feed_refuses_twenty_one_codes_as_data(client, many):
    response = client.get("/feeds/changes/", {"state": many["state"]})
    assert response.status_code == 400
    assert response.json() == {"errors": {"state": [f"Give at most {MAX_CODES} codes; these are {MAX_CODES + 1}."]}}


def test_a_page_of_as_many_filters_as_there_may_be_stays_small(client, many):
    asked = {name: codes[:-1] for name, codes in many.items()}
    plain = len(client.get("/memberships/").content)
    links = len(client.get("/memberships/", asked).content) - plain
    assert links < 100_000  # Of 208 codes, each linking to the other 207, it was 700,000.


def test_a_long_text_in_place_of_a_code_is_not_searched_for(client, django_assert_max_num_queries):
    factories.state("ARM", name="Armenia")
    path = "/memberships/?state=" + "+".join("armenia" for _ in range(MAX_WORDS + 1))
    with django_assert_max_num_queries(6):
        said, page = problems(client, path)
    assert "is not known here" in said["state"]
    assert page.find(class_="meant") is None


def test_the_desk_searches_for_eight_words_and_says_why_it_does_not_for_nine(editor):
    factories.state("ARM", name="a b c d e f g h i")
    listed = "/admin/alliances/state/"
    assert b"1 state" in editor.get(f"{listed}?q={EIGHT}").content
    page = editor.get(f"{listed}?q={NINE}")
    assert REFUSED in page.content.decode()
    assert b"0 states" in page.content
    assert REFUSED not in editor.get(listed).content.decode()
    field = {"app_label": "alliances", "model_name": "membership", "field_name": "state"}
    for text, number in ((EIGHT, 1), (NINE, 0)):
        found = editor.get("/admin/autocomplete/", {**field, "term": text.replace("+", " ")}).json()["results"]
        assert len(found) == number
    assert State.objects.count() == 1
