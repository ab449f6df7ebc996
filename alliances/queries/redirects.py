"""Where a query leads that is not answered as it stands: to today’s codes, to the code of a name, or to a choice.

All of it is asked of a form and its data (`Form.fields`, `Form.data`): of the filters of a list, or of a page's query.
"""

from .fields import CodesField, OnField


def redirect_for_renamed_codes(form):
    """Return the query string with today's codes if it has some that have been renamed since, else None.

    A code in a filter is a promise, as the address of a page is.
    """
    data = form.data.copy()
    renamed = False
    for name, field in form.fields.items():
        vocabulary = getattr(field, "vocabulary", None)
        if vocabulary and name in data:
            given = data.getlist(name)
            if present := vocabulary.present([code for code in given if code and code not in vocabulary.words]):
                renamed = True
                data.setlist(name, dict.fromkeys(present.get(code, code) for code in given))
    return data.urlencode() if renamed else None


def redirect_for_typed(form):
    """Return the query string with codes for exact names, and dates in ISO form, that somebody typed, else None.

    Names and dates are read where they can only mean one thing. Everything else of the query is kept, except empty
    fields, which ask for nothing; what is not understood is refused, with suggestions, where this leads.
    """
    data = form.data.copy()
    understood = False
    for name, field in _typed(form):
        given = [value for value in data.getlist(name) if value]
        meant = {value: field.named(value) for value in dict.fromkeys(given) if not field.known(value)}
        if certain := {value: codes[0] for value, codes in meant.items() if len(codes) == 1}:
            understood = True
            values = [certain.get(value, value) for value in given]
            # A date given twice stays an error.
            data.setlist(name, dict.fromkeys(values) if isinstance(field, CodesField) else values)
    if not understood:
        return None
    for name in [name for name in data if name in form.fields]:
        data.setlist(name, [value for value in data.getlist(name) if value])
    return data.urlencode()


def suggestions(form, problems):
    """Return what unknown codes and dates may mean: {parameter: [(words, query string with that instead)]}.

    For the first unknown one of each parameter, as its message is; several queries, so only for a refused query.
    """
    found = {}
    for name, field in _typed(form):
        if name in problems:
            given = form.data.getlist(name)
            unknown = next((value for value in given if value and not field.known(value)), None)
            meant = field.guess(unknown) if unknown else []
            found[name] = [(field.word(each), _instead(form, name, unknown, each)) for each in meant]
    return {name: links for name, links in found.items() if links}


def _typed(form):
    """Return [(parameter, field)] of the dates and codes that are given."""
    fields = form.fields.items()
    return [(name, field) for name, field in fields if isinstance(field, CodesField | OnField) and name in form.data]


def _instead(form, name, unknown, value):
    data = form.data.copy()
    data.setlist(name, dict.fromkeys(value if each == unknown else each for each in data.getlist(name)))
    return data.urlencode()
