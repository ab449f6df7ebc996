"""An Excel workbook as lines of texts: weighed before it is opened, and read as its cells show."""

import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time

from alliances.text import shorten

from .sheet import AS_CSV, MAX_COLUMNS, MAX_ROWS, Unreadable

MAX_UNPACKED = 40_000_000  # Bytes: 20,000 rows of memberships unpack to 15 million.
# Of its XML, which takes a hundred times more memory than it is long, if it is made for that. 20,000 rows have some
# 1,600,000 tags and as many attributes. What lies between the ends of two rows or texts is in memory at once.
MAX_TAGS, MAX_TAGS_AT_ONCE = 3_000_000, 200_000
MAX_ATTRIBUTES, MAX_ATTRIBUTES_AT_ONCE = 6_000_000, 1_000_000

_END = re.compile(rb"</(?:\w+:)?(?:row|si)>")
_DAMAGED = "This is no Excel workbook, or it is damaged or cut off. Open it in a spreadsheet program and save it again."


def read_lines(content: bytes) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    """Return how a workbook was read, in sentences, and its numbered lines. Raises Unreadable, as the iterator does."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            # These sizes bind: no more is unpacked of a part than it states.
            if sum(part.file_size for part in parts) > MAX_UNPACKED or len(parts) > 1000:
                raise _too_large(f"This workbook unpacks to more than {MAX_UNPACKED // 1_000_000} MB")
            if "[Content_Types].xml" not in {part.filename for part in parts}:
                raise Unreadable(f"This is no Excel workbook. {AS_CSV}.")
            _weigh(archive.read(part) for part in parts)  # All of them: any part may claim to be the sheet.
    except Unreadable:
        raise
    except Exception as error:  # A damaged part raises whatever it makes the libraries stumble over.
        raise Unreadable(_DAMAGED) from error
    return _opened(content)


def _too_large(what):
    return Unreadable(f"{what}, and was not opened. Keep only the sheet with the rows, or save it as “CSV UTF-8”.")


def _weigh(parts: Iterable[bytes]) -> None:
    """Refuse XML that would fill the memory before anything parses it: counts its tags, 40 MB in 0.1 seconds."""
    tags = attributes = 0
    for part in parts:
        for piece in _END.split(part):
            tags_here, attributes_here = piece.count(b"<"), piece.count(b"=")
            if tags_here > MAX_TAGS_AT_ONCE or attributes_here > MAX_ATTRIBUTES_AT_ONCE:
                raise _too_large("This workbook has a row, a cell or a list of styles far larger than a sheet needs")
            tags, attributes = tags + tags_here, attributes + attributes_here
        if tags > MAX_TAGS or attributes > MAX_ATTRIBUTES:
            raise _too_large("This workbook has far more cells than a sheet of 20,000 rows")


def _opened(content):
    # Imported here: it takes a tenth of a second, for which no other page should wait.
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Of styles and validations, which no row depends on.
            book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
            sheet = book.worksheets[0]
            title, others = sheet.title, len(book.sheetnames) - 1
    except Exception as error:  # As above.
        raise Unreadable(_DAMAGED) from error
    notes = [f"Read as an Excel workbook, sheet “{shorten(title)}”."]
    if others:
        notes.append(f"Only its first sheet was read; it has {others} more.")
    return notes, _lines(sheet)


def _lines(sheet):
    sheet.reset_dimensions()  # The size that it states need not be true.
    width = 0
    rows = sheet.iter_rows(max_col=MAX_COLUMNS + 1)
    for number in range(1, 10 * MAX_ROWS):
        try:
            row = next(rows, None)
            line = row and [_as_text(cell) for cell in row]
        except Exception as error:  # As above.
            raise Unreadable(_DAMAGED) from error
        if row is None:
            return
        filled = max((place for place, text in enumerate(line, 1) if text), default=0)
        width = width or filled  # A row that ends before the header does has empty cells there.
        yield number, line[: max(width, filled)]
    raise Unreadable(f"This sheet goes on below row {10 * MAX_ROWS:,}. Delete what is there, or the empty rows.")


def _as_text(cell):
    """Return what was typed into a cell, as far as the program has kept it."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return str(value) if str(value).startswith("=") else "="
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    if isinstance(value, date) and not isinstance(value, datetime):
        return _as_shown(value.isoformat(), cell.number_format)
    return str(value)


def _as_shown(day, number_format):
    """Return a date only as exactly as the cell shows it: programs turn “1991-12” into the first of December."""
    shown = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", number_format.lower())
    if "y" not in shown or "d" in shown:
        return day
    return day[:7] if "m" in shown else day[:4]
