"""Export facts as a spreadsheet that imports again without a change."""

import csv
import io

from alliances import dates

from .columns import sheet_of
from .parsing import Unreadable

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# What a cell of Excel can hold; openpyxl would cut off the rest without a word.
_MOST_IN_A_CELL = 32_767


def file_name(kind, form):
    """Return the name of an export of today."""
    return f"{kind}-{dates.today().isoformat()}.{form}"


def rows_of(kind, facts):
    """Yield the header and the cells of each fact, fetched a few hundred at a time."""
    resource = sheet_of(kind)
    yield resource.exported
    for fact in resource.to_export(facts).iterator(chunk_size=500):
        yield resource.exported_row(fact)


def csv_of(kind, facts):
    """Yield the lines of a CSV in UTF-8, with the mark by which Excel knows that."""
    line = io.StringIO(newline="")
    write = csv.writer(line).writerow
    yield b"\xef\xbb\xbf"
    for row in rows_of(kind, facts):
        write(row)
        yield line.getvalue().encode()
        line.seek(0)
        line.truncate()


def xlsx_of(kind, facts):
    """Return an Excel workbook, every cell of it a text: so a date that is typed there stays as it is typed."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet(kind)
    sheet.freeze_panes = "A2"

    def cell(text):
        if len(text) > _MOST_IN_A_CELL:
            raise Unreadable(f"A text is longer than a cell of Excel can be ({text[:60]}…). Export as CSV.")
        made = WriteOnlyCell(sheet, text)
        made.number_format = "@"
        return made

    for row in rows_of(kind, facts):
        sheet.append([cell(text) for text in row])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
