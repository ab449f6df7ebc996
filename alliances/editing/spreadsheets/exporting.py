"""Export facts as a spreadsheet that imports again without a change."""

import csv
import io
from collections.abc import Iterator

from django.db.models import QuerySet

from alliances import dates

from .layouts import layout_of
from .sheet import Unreadable

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# Characters that a cell of Excel can hold; openpyxl would cut off the rest silently.
_MAX_XLSX_CELL = 32_767


def file_name(kind: str, format: str) -> str:
    """Return the name of a file that is exported today."""
    return f"{kind}-{dates.today().isoformat()}.{format}"


def rows_of(kind: str, facts: QuerySet) -> Iterator[list[str]]:
    """Yield the header and the cells of each fact, fetched a few hundred at a time."""
    layout = layout_of(kind)
    yield layout.exported
    for fact in layout.with_related(facts).iterator(chunk_size=500):
        yield layout.exported_row(fact)


def csv_of(kind: str, facts: QuerySet) -> Iterator[bytes]:
    """Yield the lines of a CSV in UTF-8, with the byte-order mark by which Excel knows that."""
    line = io.StringIO(newline="")
    write = csv.writer(line).writerow
    yield b"\xef\xbb\xbf"
    for row in rows_of(kind, facts):
        write(row)
        yield line.getvalue().encode()
        line.seek(0)
        line.truncate()


def xlsx_of(kind: str, facts: QuerySet) -> bytes:
    """Return an Excel workbook, every cell of it a text: so a date stays as it is typed there.

    Raises Unreadable where a text is too long for a cell.
    """
    # Imported here: it takes a tenth of a second, for which no other page should wait.
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet(kind)
    sheet.freeze_panes = "A2"

    def cell(text):
        if len(text) > _MAX_XLSX_CELL:
            raise Unreadable(f"A text is too long for a cell of Excel ({text[:60]}…). Export as CSV.")
        made = WriteOnlyCell(sheet, text)
        made.number_format = "@"
        return made

    for row in rows_of(kind, facts):
        sheet.append([cell(text) for text in row])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
