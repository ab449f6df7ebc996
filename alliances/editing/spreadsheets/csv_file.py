"""A CSV as lines of texts. Its encoding is found by its byte-order mark or is UTF-8; any other one must be named."""

import csv
import io
import re
from collections.abc import Iterator

from alliances.text import shorten

from .sheet import AS_CSV, Unreadable

ENCODINGS = {"windows-1251": "Windows-1251 (Cyrillic)", "windows-1252": "Windows-1252 (Western)"}

_BYTE_ORDER_MARKS = [  # UTF-32 before UTF-16, whose mark begins it.
    (b"\xef\xbb\xbf", "utf-8-sig", "UTF-8"),
    (b"\xff\xfe\x00\x00", "utf-32", "UTF-32"),
    (b"\x00\x00\xfe\xff", "utf-32", "UTF-32"),
    (b"\xff\xfe", "utf-16", "UTF-16"),
    (b"\xfe\xff", "utf-16", "UTF-16"),
]
_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}


def read_lines(content: bytes, encoding: str = "") -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    """Return how a CSV was read, in sentences, and its numbered lines. Raises Unreadable, as the iterator does."""
    note, text = _decoded(content, encoding)
    named = re.match(r"sep=(.)\r?\n", text)  # Excel writes it, and does not count it as a row.
    text = text[named.end() :] if named else text
    first_line = text.split("\n", 1)[0]
    delimiter = named[1] if named else max(_DELIMITERS, key=first_line.count)
    if delimiter not in _DELIMITERS:
        raise Unreadable(f"The cells are divided by “{delimiter}”. {AS_CSV}, divided by commas or semicolons.")
    return [f"{note}, divided by {_DELIMITERS[delimiter]}."], _lines(text, delimiter)


def _decoded(content, encoding):
    """Return how the bytes were read, and their text."""
    for mark, codec, name in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            try:
                return f"Read as {name}", content.decode(codec)
            except UnicodeDecodeError as error:
                raise Unreadable(
                    f"This file says that it is {name}, and is damaged or cut off at byte {error.start:,}. "
                    "Save it again."
                ) from error
    if b"\x00" in content[:4000]:
        raise Unreadable(f"This is no CSV, or one in UTF-16 without its mark. {AS_CSV}.")
    try:
        return "Read as UTF-8", content.decode()
    except UnicodeDecodeError as error:
        if encoding not in ENCODINGS:
            raise Unreadable(_not_unicode(content, error.start)) from error
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable(
            f"This is not {ENCODINGS[encoding]} either: byte {error.start:,} means nothing in it."
        ) from error
    return f"Read as {ENCODINGS[encoding]}, as you said: see whether names look right", text


def _not_unicode(content, place):
    """Say that a text is not in UTF-8, and how its first word that is not would read in other encodings."""
    start = max(content.rfind(mark, 0, place) for mark in (b"\n", b",", b";", b"\t", b'"')) + 1
    word = re.split(rb'[\n,;\t"\r]', content[start : start + 60], maxsplit=1)[0]
    readings = " or ".join(
        f"“{shorten(word.decode(encoding, 'replace'))}” ({label})" for encoding, label in ENCODINGS.items()
    )
    line = content.count(b"\n", 0, place) + 1
    return (
        f"This file is not in UTF-8: line {line} has a word that may be {readings}. {AS_CSV}, or choose its encoding "
        "below, and check in the preview that names look right."
    )


def _lines(text, delimiter):
    number = 0
    try:
        for number, line in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), 1):
            yield number, line
    except csv.Error as error:
        raise Unreadable(
            f"Row {number + 1} cannot be read ({error}): a quotation mark is opened there and not closed, or stands "
            f"within a cell. {AS_CSV}."
        ) from error
