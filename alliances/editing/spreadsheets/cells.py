"""What a cell can hold, and what a spreadsheet program would make of it. Pure functions, no Django."""

import re

from alliances.text import printable

# A program takes a cell that begins so for a formula; an apostrophe of ours before it says that it is a text.
_FORMULA = re.compile(r"'*[=+\-@#\t\r]")
_NEUTRAL = re.compile(r"'+[=+\-@#\t\r]")
_NO_XML = str.maketrans("", "", "\ufffe\uffff")
# The encodings as which a text in UTF-8 is most often misread.
_MISREADINGS = ("cp1251", "cp1252")


def normal(text: str) -> str:
    """Return a text as a cell can hold it: line feeds only, no control characters, no space around it."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return printable(text).translate(_NO_XML).strip()


def neutral(text: str) -> str:
    """Return a text that no spreadsheet program takes for a formula: what looks like one gets an apostrophe before it.

    So does what begins with apostrophes of its own before that, so that `plain` gives back each text exactly.
    """
    return f"'{text}" if _FORMULA.match(text) else text


def plain(text: str) -> str:
    """Take back what `neutral` did."""
    return text[1:] if _NEUTRAL.match(text) else text


def misread(text: str) -> str:
    """Return what is meant by UTF-8 that was read as Windows-1251 or 1252 (“РђСЂРјРµРЅРёСЏ”); empty if it was not.

    Two characters may look so by chance, as “Пі” does; four do not.
    """
    if sum(character > "\x7f" for character in text) < 4:
        return ""
    for encoding in _MISREADINGS:
        try:
            meant = text.encode(encoding).decode()
        except UnicodeError:
            continue
        if printable(meant) == meant:
            return meant
    return ""
