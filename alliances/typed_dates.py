"""What people type for a date: understood where it can be, and told what it means or what is wrong with it.

static/alliances/desk.js says the same while it is typed; a test in a browser compares the two.
"""

import re

from alliances import dates

# What people write instead, in lower case with single spaces; a date is what `_PIECE` matches.
_PIECE = r"([0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?)"
_WRITTEN = [
    (re.compile(written.replace("DATE", _PIECE)), means)
    for written, means in (
        (r"by DATE|DATE or earlier", "[..{0}]"),
        (r"DATE or later", "[{0}..]"),
        (r"before DATE", "[..<]"),
        (r"after DATE", "[>..]"),
        (r"between DATE and DATE|DATE ?/ ?DATE|DATE to DATE|DATE ?[–—] ?DATE", "[{0}..{1}]"),
        (r"\[ ?DATE ?\.\. ?DATE ?\]", "[{0}..{1}]"),
        (r"\[ ?\.\. ?DATE ?\]", "[..{0}]"),
        (r"\[ ?DATE ?\.\. ?\]", "[{0}..]"),
    )
]


def understand(text: str) -> str:
    """Return a date in the form in which it is kept, from what people write: "by 1990", "between 1985 and 1989".

    "before 1990" is [..1989], "after 1985-03" [1985-04..]. What is not understood comes back as it is, without the
    spaces around it, for `read` to refuse.
    """
    text = text.strip()
    if len(text) > 60 or re.fullmatch("[0-9-]*", text):  # Most are as they are to be.
        return text
    plain = " ".join(text.split()).lower()
    if plain == dates.UNKNOWN.lower():
        return dates.UNKNOWN
    for written, means in _WRITTEN:
        if match := written.fullmatch(plain):
            pieces = [piece for piece in match.groups() if piece]
            try:
                if "<" in means or ">" in means:
                    means = means.replace("<", _neighbour(pieces[0], -1)).replace(">", _neighbour(pieces[0], 1))
                return dates.read(means.format(*pieces)).text
            except ValueError:
                return means.format(*pieces) if "{" in means else text
    return text


def _neighbour(text: str, step: int) -> str:
    """Return the year, month or day before (-1) or after (1) one; a ValueError where there is none."""
    known = dates.parse(text)
    if len(text) == 10:
        found = dates.previous_day(text) if step < 0 else dates.next_day(text)
        return dates.parse(found).text
    if len(text) == 7:
        return dates.parse((dates.previous_day(known.earliest) if step < 0 else dates.next_day(known.latest))[:7]).text
    return dates.parse(f"{int(text) + step:04}").text


def meaning(text: str) -> str:
    """Say to who types a date what it means; a ValueError says what is wrong with it, as `dates.read` does."""
    text = understand(text)
    if text == dates.UNKNOWN:
        return "It has happened; the date is unknown."
    text = dates.read(text).text
    if text.startswith("["):
        words = dates.in_words(text)
        return f"{words[0].upper()}{words[1:]}: some day in that time."
    loose = {4: ": any day of the year", 7: ": any day of the month"}
    return f"{dates.in_words(text)}{loose.get(len(text), '')}."
