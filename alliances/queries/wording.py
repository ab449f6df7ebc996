"""A query in words: the filters applied to a list, each removable, and the title of the list with them."""

from .fields import OnField


def applied(filterset):
    """Return [(label, value in words, query string without it)] of the filters in use, in the order of the form.

    Every link repeats the other values, so their length grows with the square of the values: at most MAX_CODES of a
    parameter keep it within a few kilobytes.
    """
    rows = []
    for name in filterset.filters:
        if name == "order":
            continue
        label = filterset.filters[name].label
        rows += [(label, words, without) for _, words, without in given(filterset, name)]
    return rows


def given(filterset, name):
    """Return [(value, value in words, query string without it)] of one parameter."""
    words = getattr(filterset.form.fields[name], "words", {})
    values = filter(None, dict.fromkeys(filterset.data.getlist(name)))
    return [(value, words.get(value, value), _without(filterset, name, value)) for value in values]


def titled(noun, filterset, page):
    """Return a noun with the filters in words, except dates, and the number of the page."""
    fields = filterset.form.fields
    dated = {fields[name].label for name in fields if isinstance(fields[name], OnField)}
    words = [f"{label}: {value}" for label, value, _ in filterset.applied if label not in dated]
    if page.has_other_pages():
        words.append(f"page {page.number} of {page.paginator.num_pages}")
    return f"{noun} ({'; '.join(words)})" if words else noun


def _without(filterset, name, value):
    left = filterset.data.copy()
    left.pop("page", None)
    left.setlist(name, [each for each in left.getlist(name) if each != value])
    return left.urlencode()
