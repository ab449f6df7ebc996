"""Addresses of things, with the date that the reader asked for."""

from functools import cache
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from alliances.dates import PartialDate
from alliances.models import Source
from alliances.models.base import Fact
from alliances.models.fact_reference import page_kind

IDENTITY = {"state": "iso3", "source": "key"} | dict.fromkeys(("organization", "force", "council", "document"), "slug")


@cache
def _root(kind: str) -> str:
    return reverse("suggest", args=[kind, "0"]).removesuffix("0/")


def suggest_address(fact: Fact | Source) -> str:
    """Return where a reader says what is wrong with a fact. Two hundred rows of a page ask: no route is looked up."""
    kind: str = page_kind(fact)
    key = getattr(fact, IDENTITY[kind]).lower() if kind in IDENTITY else fact.pk
    return f"{_root(kind)}{key}/"


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
