"""What sentences are made of: texts, names for links, numbers, dates and articles, as people write them."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from alliances import dates
from alliances.dates import PartialDate
from alliances.models import Organization, State

NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
# States that a sentence gives an article.
_ARTICLE = {"Bahamas", "Comoros", "DR Congo", "Gambia", "Maldives", "Netherlands", "Philippines"}
_ARTICLE_BEFORE = (" Antilles", " Emirates", " Islands", " Kingdom", " Republic", " States", " Union")


class Name(NamedTuple):
    """A thing that a sentence names, for a link."""

    text: str
    thing: Any


Parts = list[str | Name]


class Sentence(NamedTuple):
    """A sentence: texts and names in their order."""

    parts: tuple[str | Name, ...]

    def __str__(self) -> str:
        return "".join(part if isinstance(part, str) else part.text for part in self.parts)


def said(*parts: str | Name | Parts) -> Sentence:
    """Make a sentence of texts, names, and lists of both."""
    flat: Parts = []
    for part in parts:
        flat += part if isinstance(part, list) else [part]
    return Sentence(tuple(flat))


def capital(sentence: Sentence) -> Sentence:
    """Begin a sentence with a capital letter; a name has one."""
    first, *rest = sentence.parts
    return Sentence((capitalized(first), *rest)) if isinstance(first, str) else sentence


def number(count: int) -> str:
    """Write a number as a sentence has it: in words up to twelve."""
    return NUMBERS[count] if count < len(NUMBERS) else f"{count:,}"


def counted(count: int, one: str, many: str = "") -> str:
    """Write a number with its noun: "six members", "1 member" never."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def at(text: str) -> str:
    """Say when: "on 7 October 2002", "in October 2002", "by 1990", "at an unknown date"."""
    words = dates.in_words(text)
    if text == dates.UNKNOWN:
        return f"at {words}"
    return words if text.startswith("[") else f"on {words}" if len(text) == len("2002-10-07") else f"in {words}"


def the(state: State) -> Parts:
    """Name a state with its article, if it has one: "the Netherlands"."""
    name = Name(state.name, state)
    return ["the ", name] if state.name in _ARTICLE or state.name.endswith(_ARTICLE_BEFORE) else [name]


def listed(items: Sequence[Parts]) -> Parts:
    """Join items, each a list of parts, with commas and "and"."""
    joined: Parts = []
    for place, item in enumerate(items):
        if place:
            joined.append(" and " if place == len(items) - 1 else ", ")
        joined += item
    return joined


def titled(organization: Organization) -> str:
    """Name an organization with its article: "the European Union", but "AUKUS"."""
    return organization.name if organization.acronym == organization.name else f"the {organization.name}"


def dates_of(on: PartialDate) -> str:
    """Say a date on view: "on 1 January 2008", "in 1993"."""
    return at(on.text)


def capitalized(text: str) -> str:
    """Begin a text with a capital letter; the rest stays as it is."""
    return text[0].upper() + text[1:]
