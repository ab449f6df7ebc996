"""Read a spreadsheet, CSV or XLSX, into texts; or say in one sentence why it cannot be read and what to do.

Nothing is guessed silently: how a file was read is said in `Sheet.said`, and shown in the preview. Nothing grows
without bound: bytes, rows, columns, cells and what an XLSX unpacks to are all limited before they are read.
"""

import csv
import io
import re
import warnings
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time

from alliances.text import shorten

from . import cells

MAX_BYTES = 10_000_000
MAX_UNPACKED = 40_000_000  # Of an XLSX: 20,000 rows of memberships unpack to 15 million bytes.
# Of its XML, which takes a hundred times more memory than it is long, if it is made for that. 20,000 rows have some
# 1,600,000 tags and as many attributes. What lies between the ends of two rows or texts is in memory at once.
MAX_TAGS, MAX_TAGS_AT_ONCE = 3_000_000, 200_000
MAX_ATTRIBUTES, MAX_ATTRIBUTES_AT_ONCE = 6_000_000, 1_000_000
MAX_ROWS = 20_000
MAX_COLUMNS = 60
MAX_CELL = 100_000
ENCODINGS = {"windows-1251": "Windows-1251 (Cyrillic)", "windows-1252": "Windows-1252 (Western)"}

_BOMS = [  # UTF-32 before UTF-16, whose mark begins it.
    (b"\xef\xbb\xbf", "utf-8-sig", "UTF-8"),
    (b"\xff\xfe\x00\x00", "utf-32", "UTF-32"),
    (b"\x00\x00\xfe\xff", "utf-32", "UTF-32"),
    (b"\xff\xfe", "utf-16", "UTF-16"),
    (b"\xfe\xff", "utf-16", "UTF-16"),
]
_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_ERRORS = re.compile(r"#(REF!|NAME\?|VALUE!|DIV/0!|N/A|NULL!|NUM!)")
_END = re.compile(rb"</(?:\w+:)?(?:row|si)>")
_AS_CSV = "Save it as “CSV UTF-8” or as .xlsx"


class Unreadable(ValueError):
    """This file is no spreadsheet that we can take; the sentence says why and what to do."""


@dataclass(frozen=True)
class Wrong:
    """What is wrong in a sheet: in which row (as the spreadsheet numbers it) and column, what stands there, and why.

    The column is empty where it is the row as a whole.
    """

    row: int
    column: str
    value: str
    message: str


@dataclass
class Sheet:
    """A spreadsheet as texts: `rows` are pairs of the row's number (the header is row 1) and its cells."""

    header: list[str]
    rows: list[tuple[int, list[str]]]
    said: list[str] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)


def read(file, name="", encoding=""):
    """Read a file, open in binary mode, into a Sheet; `encoding` is that of a CSV which is not Unicode, if told."""
    content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise Unreadable(f"This file is larger than {MAX_BYTES // 1_000_000} MB. Divide it into several.")
    if not content.strip(b"\x00\r\n\t ;,"):
        raise Unreadable("This file is empty.")
    if content.startswith(_OLD_OFFICE):
        raise Unreadable(f"This is an old or a protected Excel workbook. {_AS_CSV}, without a password.")
    if content.startswith(b"PK") or name.lower().endswith(".xlsx"):
        said, lines = _workbook(content)
    else:
        said, lines = _text(content, encoding)
    return _sheet(lines, said)


def _sheet(lines, said):
    """Make a Sheet of the numbered lines of a file, whose first is the header."""
    first, header = next(((number, line) for number, line in lines if any(line)), (0, []))
    if not header:
        raise Unreadable("This file is empty.")
    if first != 1:
        raise Unreadable(f"The names of the columns belong into row 1; here it is empty, and row {first} is the first.")
    header = [name.strip().lower() for name in header]
    while header and not header[-1]:
        header.pop()
    if len(header) > MAX_COLUMNS:
        raise Unreadable(f"This file has more than {MAX_COLUMNS} columns. Keep those that the import knows.")
    if "" in header:
        raise Unreadable(f"Column {header.index('') + 1} has no name in row 1. Name it, or delete it.")
    if twice := [name for name, number in Counter(header).items() if number > 1]:
        raise Unreadable(f"These columns are there twice: {_listed(twice)}. Keep one of each.")
    sheet = Sheet(header, [], said)
    for number, line in lines:
        if not any(cell.strip() for cell in line):
            continue
        if len(sheet.rows) == MAX_ROWS:
            raise Unreadable(f"This file has more than {MAX_ROWS:,} rows. Divide it into several.")
        sheet.rows.append((number, _cells(sheet, number, line)))
    if not sheet.rows:
        raise Unreadable("This file has a header and no row.")
    return sheet


def _cells(sheet, number, line):
    """Return the cells of one row as texts, and note what is wrong with them."""
    width = len(sheet.header)
    if len(line) < width or any(cell.strip() for cell in line[width:]):
        message = (
            f"This row has {len(line)} cells, and the header has {width}. Is a delimiter or a quotation mark amiss?"
        )
        sheet.wrong.append(Wrong(number, "", "", message))
        line = [*line, *[""] * width][:width]
    return [_cell(sheet, number, *pair) for pair in zip(sheet.header, line[:width], strict=True)]


def _cell(sheet, number, column, text):
    message = ""
    if len(text) > MAX_CELL:
        message = f"This is longer than {MAX_CELL:,} signs."
    elif text.lstrip().startswith("="):
        message = "This is a formula, and formulas are not taken. Put its value here, or ' before it if it is a text."
    elif _ERRORS.fullmatch(text.strip()):
        message = "This is an error of the spreadsheet. Mend its formula, and put the value here."
    elif "\ufffd" in text:
        message = "Signs were lost here (�) before the file came to us. Type the text again."
    text = cells.normal(cells.plain(text))
    if message:
        sheet.wrong.append(Wrong(number, column, shorten(text), message))
        return ""
    return text


def _listed(names):
    return ", ".join(f"“{shorten(name)}”" for name in names)


# CSV


def _text(content, encoding):
    said, text = _decoded(content, encoding)
    named = re.match(r"sep=(.)\r?\n", text)  # Excel writes it, and does not count it as a row.
    text = text[named.end() :] if named else text
    first = text.split("\n", 1)[0]
    delimiter = named[1] if named else max(_DELIMITERS, key=first.count)
    if delimiter not in _DELIMITERS:
        raise Unreadable(f"The cells are divided by “{delimiter}”. {_AS_CSV}, divided by commas or semicolons.")
    return [f"{said}, divided by {_DELIMITERS[delimiter]}."], _csv_lines(text, delimiter)


def _decoded(content, encoding):
    """Return how a CSV was read, and its text."""
    for mark, codec, known in _BOMS:
        if content.startswith(mark):
            try:
                return f"Read as {known}", content.decode(codec)
            except UnicodeDecodeError as error:
                raise Unreadable(
                    f"This file says that it is {known}, and is damaged or cut off at byte {error.start:,}. "
                    "Save it anew."
                ) from error
    if b"\x00" in content[:4000]:
        raise Unreadable(f"This is no CSV, or one in UTF-16 without its mark. {_AS_CSV}.")
    try:
        return "Read as UTF-8", content.decode()
    except UnicodeDecodeError as error:
        if encoding in ENCODINGS:
            return f"Read as {ENCODINGS[encoding]}, as you said: see whether names look right", _as(content, encoding)
        raise Unreadable(_not_unicode(content, error.start)) from error


def _as(content, encoding):
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable(
            f"This is not {ENCODINGS[encoding]} either: byte {error.start:,} means nothing in it."
        ) from error


def _not_unicode(content, place):
    """Say that a text is not in UTF-8, and how the first words that are not would read in what it may be in."""
    start = max(content.rfind(sign, 0, place) for sign in (b"\n", b",", b";", b"\t", b'"')) + 1
    word = re.split(rb'[\n,;\t"\r]', content[start : start + 60], maxsplit=1)[0]
    readings = " or ".join(
        f"“{shorten(word.decode(encoding, 'replace'))}” ({label})" for encoding, label in ENCODINGS.items()
    )
    row = content.count(b"\n", 0, place) + 1
    return (
        f"This file is not in UTF-8: line {row} has a word that may be {readings}. {_AS_CSV}, or choose below in "
        "which encoding it is, and see in the preview whether names look right."
    )


def _csv_lines(text, delimiter):
    number = 0
    try:
        for number, line in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), 1):
            yield number, line
    except csv.Error as error:
        raise Unreadable(
            f"Row {number + 1} cannot be read ({error}): a quotation mark is opened there and not closed, or stands "
            f"within a cell. {_AS_CSV}."
        ) from error


# XLSX


def _workbook(content):
    damaged = Unreadable(
        "This is no Excel workbook, or it is damaged or cut off. Open it in a spreadsheet program and save it anew."
    )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            # The sizes said here bind: nothing more is unpacked of a part than it says.
            if sum(part.file_size for part in parts) > MAX_UNPACKED or len(parts) > 1000:
                raise _too_large(f"This workbook unpacks to more than {MAX_UNPACKED // 1_000_000} MB")
            if "[Content_Types].xml" not in {part.filename for part in parts}:
                raise Unreadable(f"This is no Excel workbook. {_AS_CSV}.")
            _weigh(archive.read(part) for part in parts)  # All: any part may say that it is the sheet.
    except Unreadable:
        raise
    except Exception as error:  # It raises whatever the broken part made it stumble over.
        raise damaged from error
    return _opened(content, damaged)


def _too_large(what):
    return Unreadable(f"{what}, and was not opened. Keep only the sheet with the rows, or save it as “CSV UTF-8”.")


def _weigh(parts):
    """Refuse XML that would fill the memory, before anything parses it; its signs are counted, 40 MB in 0.1 seconds."""
    tags = attributes = 0
    for part in parts:
        for piece in _END.split(part):
            tags_here, attributes_here = piece.count(b"<"), piece.count(b"=")
            if tags_here > MAX_TAGS_AT_ONCE or attributes_here > MAX_ATTRIBUTES_AT_ONCE:
                raise _too_large("This workbook has a row, a cell or a list of styles far larger than a sheet needs")
            tags, attributes = tags + tags_here, attributes + attributes_here
        if tags > MAX_TAGS or attributes > MAX_ATTRIBUTES:
            raise _too_large("This workbook has far more cells than a sheet of 20,000 rows")


def _opened(content, damaged):
    # Here, because it takes a tenth of a second that no other page of the site should wait for.
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Of styles and validations, which no row depends on.
            book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
            sheet = book.worksheets[0]
            title, others = sheet.title, len(book.sheetnames) - 1
    except Exception as error:  # As above.
        raise damaged from error
    said = [f"Read as an Excel workbook, sheet “{shorten(title)}”."]
    if others:
        said.append(f"Only its first sheet was read; it has {others} more.")
    return said, _workbook_lines(sheet, damaged)


def _workbook_lines(sheet, damaged):
    sheet.reset_dimensions()  # What it says of its size need not be true.
    width = 0
    rows = sheet.iter_rows(max_col=MAX_COLUMNS + 1)
    for number in range(1, 10 * MAX_ROWS):
        try:
            row = next(rows, None)
            line = row and [_as_text(cell) for cell in row]
        except Exception as error:  # As above.
            raise damaged from error
        if row is None:
            return
        filled = max((place for place, text in enumerate(line, 1) if text), default=0)
        width = width or filled  # A row that ends before the header does has empty cells there.
        yield number, line[: max(width, filled)]
    raise Unreadable(f"This sheet goes on below row {10 * MAX_ROWS:,}. Delete what stands there, or empty rows.")


def _as_text(cell):
    """Return what stands in a cell of a workbook as it was typed, as far as the program has kept that."""
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
        return _as_known(value.isoformat(), cell.number_format)
    return str(value)


def _as_known(day, form):
    """Return a date no more exactly than the cell shows it: programs make the first of December of “1991-12”."""
    shown = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", form.lower())
    if "y" not in shown or "d" in shown:
        return day
    return day[:7] if "m" in shown else day[:4]
