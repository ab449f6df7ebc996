"""Spans of time: as values that a waiver hangs on, and in words."""

from collections.abc import Callable

from alliances import dates
from alliances.models.temporal import Dated


def span_values(fact: Dated) -> str:
    """Return both ends of a fact, as they were typed: "1992-05-15|1999"."""
    return "|".join(str(getattr(fact, end)) for end in fact.span)


def with_spans_of(*parents: str) -> Callable[[Dated], str]:
    """Return a function that gives the ends of a fact, and of what it is judged by."""

    def about(fact: Dated) -> str:
        return "|".join([span_values(fact), *(span_values(getattr(fact, parent)) for parent in parents)])

    return about


def period(fact: Dated) -> str:
    """Say from when until when a thing is: "since 1945", "from 1955 until 1991", "until 1991"; empty if neither."""
    return dates.span_in_words(*(getattr(fact, name) for name in fact.span))
