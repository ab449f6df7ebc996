"""Read a spreadsheet, CSV or XLSX, into texts; or say in one sentence why it cannot be read and what to do.

Nothing is guessed silently: how a file was read is said in `Sheet.notes`, and shown in the preview. Nothing grows
without bound: bytes, rows, columns, cells and what an XLSX unpacks to are all limited before they are read.
"""

import re
from collections import Counter
from collections.abc import Iterable
from typing import BinaryIO

from alliances.text import shorten

from . import cells, csv_file, xlsx_file
from .sheet import AS_CSV, MAX_CELL, MAX_COLUMNS, MAX_ROWS, CellError, Sheet, Unreadable

MAX_BYTES = 10_000_000

_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_SPREADSHEET_ERROR = re.compile(r"#(REF!|NAME\?|VALUE!|DIV/0!|N/A|NULL!|NUM!)")


def read(file: BinaryIO, name: str = "", encoding: str = "") -> Sheet:
    """Read a file, open in binary mode; `encoding` is that of a CSV which is not Unicode, if the user names one.

    Raises Unreadable.
    """
    content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise Unreadable(f"This file is larger than {MAX_BYTES // 1_000_000} MB. Divide it into several.")
    if not content.strip(b"\x00\r\n\t ;,"):
        raise Unreadable("This file is empty.")
    if content.startswith(_OLD_OFFICE):
        raise Unreadable(f"This is an old or a protected Excel workbook. {AS_CSV}, without a password.")
    if content.startswith(b"PK") or name.lower().endswith(".xlsx"):
        return _sheet(*xlsx_file.read_lines(content))
    return _sheet(*csv_file.read_lines(content, encoding))


def _sheet(notes: list[str], lines: Iterable[tuple[int, list[str]]]) -> Sheet:
    """Make a Sheet of the numbered lines of a file, whose first is the header."""
    lines = iter(lines)
    sheet = Sheet(_header(lines), [], notes)
    for number, line in lines:
        if not any(cell.strip() for cell in line):
            continue
        if len(sheet.rows) == MAX_ROWS:
            raise Unreadable(f"This file has more than {MAX_ROWS:,} rows. Divide it into several.")
        sheet.rows.append((number, _row(sheet, number, line)))
    if not sheet.rows:
        raise Unreadable("This file has a header and no row.")
    return sheet


def _header(lines):
    first, header = next(((number, line) for number, line in lines if any(line)), (0, []))
    if not header:
        raise Unreadable("This file is empty.")
    if first != 1:
        raise Unreadable(f"The names of the columns belong in row 1; here it is empty, and row {first} is the first.")
    header = [name.strip().lower() for name in header]
    while header and not header[-1]:
        header.pop()
    if len(header) > MAX_COLUMNS:
        raise Unreadable(f"This file has more than {MAX_COLUMNS} columns. Keep those that the import knows.")
    if "" in header:
        raise Unreadable(f"Column {header.index('') + 1} has no name in row 1. Name it, or delete it.")
    if repeated := [f"“{shorten(name)}”" for name, number in Counter(header).items() if number > 1]:
        raise Unreadable(f"These columns are there twice: {', '.join(repeated)}. Keep one of each.")
    return header


def _row(sheet, number, line):
    """Return the cells of one row as texts, and note what is wrong with them."""
    width = len(sheet.header)
    if len(line) < width or any(cell.strip() for cell in line[width:]):
        message = (
            f"This row has {len(line)} cells, and the header has {width}. "
            "Is a delimiter or a quotation mark missing or misplaced?"
        )
        sheet.errors.append(CellError(number, "", "", message))
        line = [*line, *[""] * width]
    return [_cell(sheet, number, *pair) for pair in zip(sheet.header, line[:width], strict=True)]


def _cell(sheet, number, column, text):
    message = ""
    if len(text) > MAX_CELL:
        message = f"This is longer than {MAX_CELL:,} characters."
    elif text.lstrip().startswith("="):
        message = "This is a formula, and formulas are not taken. Give its value, or put ' before it if it is a text."
    elif _SPREADSHEET_ERROR.fullmatch(text.strip()):
        message = "This is an error of the spreadsheet. Correct its formula, and give the value."
    elif "\ufffd" in text:
        message = "Characters were lost here (�) before the file came to us. Type the text again."
    text = cells.normal(cells.plain(text))
    if message:
        sheet.errors.append(CellError(number, column, shorten(text), message))
        return ""
    return text
