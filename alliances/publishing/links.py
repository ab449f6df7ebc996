"""Addresses of things, with the date that the reader asked for."""

from functools import cache

from django.urls import reverse
from django.utils.http import urlencode


@cache
def _root(kind):
    return reverse("suggest", args=[kind, "0"]).removesuffix("0/")


def suggest_address(fact):
    """Return where a reader says what is wrong with a fact. Two hundred rows of a page ask: no route is looked up."""
    kind = fact.KIND
    return f"{_root(kind.code)}{fact.address.lower() if kind.has_page else fact.pk}/"


def url(name, *args):
    """Return the address of a named route."""
    return reverse(name, args=args)


def with_date(thing, on, /, **parameters):
    """Return the address of a thing (or an address) with the date that the reader asked for."""
    address = thing if isinstance(thing, str) else thing.get_absolute_url()
    if on is not None and on.given:
        parameters["on"] = on.text
    if not parameters:
        return address
    path, mark, anchor = address.partition("#")
    return f"{path}?{urlencode(parameters, doseq=True)}{mark}{anchor}"


def query(data, **changes):
    """Return the query string of a page with some parameters changed; None takes one away."""
    changed = data.copy()
    for name, value in changes.items():
        if value is None:
            changed.pop(name, None)
        else:
            changed[name] = value
    return f"?{changed.urlencode()}"
