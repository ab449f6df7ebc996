"""Where a query leads that is not answered as it stands: to today’s codes, to the codes of names, or to a choice."""

from .fields import CodesField


def redirect_for_renamed_codes(filterset):
    """Return the query string with today's codes if it has some that have been renamed since, else None.

    A code in a filter is a promise, as the address of a page is.
    """
    data = filterset.data.copy()
    renamed = False
    for name, vocabulary in filterset.vocabularies.items():
        given = data.getlist(name)
        if present := vocabulary.present([code for code in given if code and code not in vocabulary.words]):
            renamed = True
            data.setlist(name, dict.fromkeys(present.get(code, code) for code in given))
    return data.urlencode() if renamed else None


def redirect_for_typed_names(filterset):
    """Return the query string with codes for the names that somebody typed into the form, else None.

    Codes are the contract, and no address with a name in it is answered; but a person who types “Armenia” or “одкб”
    into the form, where it can only mean one thing, is led on to its code. An address with an empty field comes from
    the form; one without was written by hand or by a program, and is refused with suggestions.
    """
    if not any(value == "" for name in filterset.filters for value in filterset.data.getlist(name)):
        return None
    data = filterset.data.copy()
    unknown = 0
    for name in filterset.repeatable & data.keys():
        field = filterset.form.fields[name]
        codes = []
        for code in filter(None, data.getlist(name)):
            guesses = [code]
            if code not in field.words:
                unknown += 1
                # The form has one text field for each parameter: more than a few names were not typed into it.
                guesses = field.guess(code) if unknown <= 3 else []
            if len(guesses) != 1:
                return None
            codes.append(guesses[0])
        data.setlist(name, dict.fromkeys(codes))
    if not unknown:
        return None
    for name in list(data):
        data.setlist(name, [value for value in data.getlist(name) if value])
    return data.urlencode()


def suggestions(filterset):
    """Return what unknown codes may mean: {parameter: [(words, query string with that code instead)]}.

    For the first unknown code of each parameter, as its message is; several queries, so only for a refused query.
    """
    found = {}
    for name in filterset.problems:
        field = filterset.form.fields.get(name)
        if isinstance(field, CodesField):
            given = filterset.data.getlist(name)
            unknown = next((code for code in given if code and code not in field.words), None)
            codes = field.guess(unknown) if unknown else []
            found[name] = [(field.words[code], _with_code(filterset, name, unknown, code)) for code in codes]
    return {name: links for name, links in found.items() if links}


def _with_code(filterset, name, unknown, code):
    data = filterset.data.copy()
    data.setlist(name, dict.fromkeys(code if each == unknown else each for each in data.getlist(name)))
    return data.urlencode()
