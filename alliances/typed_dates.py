"""What people type for a date: understood where it can be, and told what it means or what is wrong with it.

`understand` reads what an editor types into a form of the desk: static/alliances/desk.js says the same while it is
typed; a test in a browser compares the two. `readings` reads what anybody writes into an address to ask about a date.
"""

import re
import unicodedata
from datetime import date

from alliances import dates
from alliances.text import fold

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


# Months as people write them, in the languages that most readers of other languages than English brought along. A word
# is a month if it begins the names of one month only, in whichever of these: "sept", "дек", "août", "mar".
_MONTHS = [
    fold(names).split()
    for names in (
        "January январь января janvier Januar Jänner enero",
        "February февраль февраля février Februar febrero",
        "March март марта mars März marzo",
        "April апрель апреля avril abril",
        "May май мая mai mayo",
        "June июнь июня juin Juni junio",
        "July июль июля juillet Juli julio",
        "August август августа août agosto",
        "September сентябрь сентября septembre septiembre",
        "October октябрь октября octobre Oktober octubre",
        "November ноябрь ноября novembre noviembre",
        "December декабрь декабря décembre Dezember diciembre",
    )
]
_WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
# Words around a date that add nothing to it: "on the 31st of December", "31 декабря 2012 г.".
_FILLERS = frozenset(["on", "the", "of", "in", "de", "del", "le", "г", "год", "года", "st", "nd", "rd", "th", "er"])
_BETWEEN = re.compile(r" ?[.,/-],? ?| |(?<=[0-9])(?=[^\W\d_])|(?<=[^\W\d_])(?=[0-9])")
_WORD = re.compile(r"[0-9]+|[^\W\d_]+")
# What programs write: a day and a time of it.
_MOMENT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[t ][0-9]{2}:[0-9]{2}[0-9:.]*(?:z|[+-][0-9:]+)?")


def readings(text: str) -> list[str]:
    """Return the years, months and days that a text may ask about: "31.12.2012", "Dec 31, 2012", "June 2012", "today".

    Usually one; two, the day first, for a text such as "2/8/2010". A ValueError says what is wrong with a text that
    cannot be read.
    """
    written = unicodedata.normalize("NFKC", text[:80]).strip().lower()
    dashed = "".join("-" if unicodedata.category(each) == "Pd" else each for each in written)
    plain = " ".join(dashed.split())
    if moment := _MOMENT.fullmatch(plain):
        plain = moment[1]
    found, wrong = [], None
    for candidate in [near] if (near := _near_today(plain)) else _candidates(plain):
        try:
            found.append(dates.parse(candidate).text)
        except ValueError as error:
            wrong = wrong or error
    if found:
        return list(dict.fromkeys(found))
    if wrong:
        raise wrong
    dates.parse(text)  # It says what is wrong with a text that is no date at all.
    raise ValueError(f"“{text}” is not a date.")  # Unreachable: what it reads is a reading.


def _near_today(plain: str) -> str:
    """Return the date that a word tells by today; empty if it does not."""
    today = dates.today()
    month = f"{today.year:04}-{today.month:02}"
    away = {"yesterday": -1, "tomorrow": 1}
    if plain in away:
        return _neighbour(today.isoformat(), away[plain])
    words = {"today": today.isoformat(), "now": today.isoformat(), "this month": month, "this year": month[:4]}
    words |= {"last month": _neighbour(month, -1), "last year": _neighbour(month[:4], -1)}
    return words.get(plain, "")


def _candidates(plain: str) -> list[str]:
    """Return the dates that the words of a text make up, in ISO form, whether they exist or not."""
    words = _BETWEEN.split(plain.rstrip(".,"))
    if not all(map(_WORD.fullmatch, words)):
        return []
    numbers = [word for word in words if word.isdecimal()]
    others = [fold(word) for word in words if not word.isdecimal()]
    others = [word for word in others if word not in _FILLERS]
    weekdays = [word for word in others if _weekday(word) is not None]
    months = [month for word in others if word not in weekdays and (month := _month(word))]
    if len(months) + len(weekdays) < len(others) or len(weekdays) > 1:
        return []
    found = _arranged(numbers, months, dotted=not set(plain) & set("/- ") and "." in plain)
    if weekdays:  # A weekday that does not fit says that something is wrong.
        return [each for each in found if _falls_on(each, _weekday(weekdays[0]))]
    return found


def _arranged(numbers: list[str], months: list[int], *, dotted: bool) -> list[str]:
    """Return what numbers and the name of a month mean in their order, the day before the month first."""
    years = [number for number in numbers if len(number) == 4]
    if len(years) != 1 or len(months) > 1 or any(len(number) > 2 for number in numbers if number not in years):
        return _compact(numbers) if not months else []
    (year,), rest = years, [int(number) for number in numbers if number not in years]
    if months:
        return [_iso(year, months[0], *rest)] if len(rest) <= 1 else []
    if len(rest) < 2:
        return [_iso(year, *rest)]
    if len(rest) > 2 or numbers.index(year) == 1:
        return []
    if numbers[0] == year:
        return [_iso(year, *rest)]
    first, second = rest
    day_first, month_first = _iso(year, second, first), _iso(year, first, second)
    # Where dots stand between the numbers, the day comes first; between strokes it does in some countries.
    return [day_first] if dotted and second <= 12 else [day_first, month_first]


def _compact(numbers: list[str]) -> list[str]:
    """Return the day that eight digits are in the basic form of ISO 8601."""
    return [f"{day[:4]}-{day[4:6]}-{day[6:]}" for day in numbers if len(numbers) == 1 and len(day) == 8]


def _iso(year: str, *rest: int) -> str:
    return "-".join([year, *(f"{number:02}" for number in rest)])


def _month(word: str) -> int | None:
    """Return the month that a folded word of three letters or more begins, if it begins only one."""
    found = [number for number, names in enumerate(_MONTHS, 1) if any(name.startswith(word) for name in names)]
    return found[0] if len(found) == 1 and (len(word) > 2 or word in _MONTHS[found[0] - 1]) else None


def _weekday(word: str) -> int | None:
    found = [number for number, name in enumerate(_WEEKDAYS) if len(word) > 2 and name.startswith(word)]
    return found[0] if found else None


def _falls_on(day: str, weekday: int | None) -> bool:
    try:
        return date.fromisoformat(day).weekday() == weekday
    except ValueError:
        return False
