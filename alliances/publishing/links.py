"""Addresses of things, with the date that the reader asked for."""

from functools import cache
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from alliances.dates import PartialDate


@cache
def _root(kind: str) -> str:
    return reverse("suggest", args=[kind, "0"]).removesuffix("0/")


def suggest_address(fact: Any) -> str:
    """Return where a reader reports what is wrong with a fact or a source.

    No route is looked up: two hundred rows of a page ask.
    """
    kind = fact.KIND
    return f"{_root(kind.code)}{fact.address.lower() if kind.has_page else fact.pk}/"


def url(name: str, *args: Any) -> str:
    """Return the address of a named route."""
    return reverse(name, args=args)


def with_date(thing: Any, on: PartialDate | None, /, **parameters: Any) -> str:
    """Return the address of a thing (or an address) with other parameters and the date that the reader asked for."""
    address: str = thing if isinstance(thing, str) else thing.get_absolute_url()
    if on is not None and on.given:
        parameters["on"] = on.text
    if not parameters:
        return address
    path, mark, anchor = address.partition("#")
    return f"{path}?{urlencode(parameters, doseq=True)}{mark}{anchor}"


def query(data: QueryDict, **changes: Any) -> str:
    """Return the query string of a page, from its "?", with some parameters changed; None takes one away."""
    changed = data.copy()
    for name, value in changes.items():
        if value is None:
            changed.pop(name, None)
        else:
            changed[name] = value
    return f"?{changed.urlencode()}"
