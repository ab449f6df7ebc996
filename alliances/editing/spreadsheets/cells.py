"""What may stand in a cell, and what a spreadsheet program would make of it. Pure functions, no Django."""

import re

from alliances.text import printable

# A program takes a cell that begins so for a formula; our own apostrophe before it says that it is a text.
_FORMULA = re.compile(r"'*[=+\-@#\t\r]")
_UNDONE = re.compile(r"'+[=+\-@#\t\r]")
_NO_XML = str.maketrans("", "", "\ufffe\uffff")
# As which encodings a text in UTF-8 is most often misread.
_MISREADINGS = ("cp1251", "cp1252")


def normal(text: str) -> str:
    """Return a text as a cell can hold it: one kind of line end, no control characters, no space around it."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return printable(text).translate(_NO_XML).strip()


def neutral(text: str) -> str:
    """Return a text that no spreadsheet program takes for a formula: an apostrophe stands before what looks like one.

    Also before what has apostrophes of its own there, so that `plain` gives back each text exactly.
    """
    return f"'{text}" if _FORMULA.match(text) else text


def plain(text: str) -> str:
    """Take back what `neutral` did."""
    return text[1:] if _UNDONE.match(text) else text


def misread(text: str) -> str:
    """Return what a text says that was UTF-8 and was read as Windows-1251 or 1252 (“РђСЂРјРµРЅРёСЏ”); empty if none.

    Two signs may be so by chance: “Пі” is one. Four are not.
    """
    if sum(sign > "\x7f" for sign in text) < 4:
        return ""
    for encoding in _MISREADINGS:
        try:
            meant = text.encode(encoding).decode()
        except UnicodeError:
            continue
        if printable(meant) == meant:
            return meant
    return ""
