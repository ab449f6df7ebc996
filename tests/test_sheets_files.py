"""What comes from strangers' computers: each file is read as it is meant, or refused with a sentence, at once."""

import io
import zipfile
from datetime import date, datetime
from functools import cache

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from alliances.editing.spreadsheets import cells, importing, parsing, xlsx_file
from alliances.models import Organization
from alliances.models.changeset import ChangeSet

from . import factories

HEADER = "slug,name,seat"
ROW = "csto,ОДКБ – Élysée,Moscow"


def read(content, name="sheet.csv", encoding=""):
    return parsing.read(io.BytesIO(content), name, encoding)


def workbook(*rows, sheets=1):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for number in range(1, sheets):
        book.create_sheet(f"Notes {number}")
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (f"{HEADER}\n{ROW}\n".encode(), "Read as UTF-8, divided by commas."),
        (f"{HEADER}\r\n{ROW}".encode("utf-8-sig"), "Read as UTF-8, divided by commas."),
        (f"{HEADER}\n{ROW}".replace(",", ";").encode(), "Read as UTF-8, divided by semicolons."),
        (f"sep=;\r\n{HEADER}\n{ROW}".replace(",", ";").encode(), "Read as UTF-8, divided by semicolons."),
        (f"{HEADER}\n{ROW}".replace(",", "\t").encode("utf-16"), "Read as UTF-16, divided by tabs."),
        (b"\xfe\xff" + f"{HEADER}\n{ROW}".encode("utf-16-be"), "Read as UTF-16, divided by commas."),
        (f"{HEADER}\n{ROW}".encode("utf-32"), "Read as UTF-32, divided by commas."),
        (f" Slug ,NAME,Seat\n{ROW}\n\n,,\n".encode(), "Read as UTF-8, divided by commas."),
        (f'{HEADER},,\n"csto","ОДКБ – Élysée","Moscow",,\n'.encode(), "Read as UTF-8, divided by commas."),
    ],
)
def test_a_csv_is_read_in_any_unicode_and_with_any_delimiter(content, said):
    sheet = read(content)
    assert (sheet.header, sheet.rows) == (["slug", "name", "seat"], [(2, ["csto", "ОДКБ – Élysée", "Moscow"])])
    assert sheet.notes == [said]
    assert sheet.errors == []


def test_windows_1251_is_refused_until_somebody_says_that_it_is():
    content = f"{HEADER}\ncsto,ОДКБ,Москва\n".encode("cp1251")
    with pytest.raises(parsing.Unreadable) as refused:
        read(content)
    assert "not in UTF-8: line 2 has a word that may be “ОДКБ” (Windows-1251 (Cyrillic)) or “ÎÄÊÁ”" in str(
        refused.value
    )
    sheet = read(content, encoding="windows-1251")
    assert sheet.rows == [(2, ["csto", "ОДКБ", "Москва"])]
    assert sheet.notes == [
        "Read as Windows-1251 (Cyrillic), as you said: see whether names look right, divided by commas."
    ]
    # What is in UTF-8 for certain is not read otherwise, whatever somebody says.
    assert read(f"{HEADER}\n{ROW}".encode(), encoding="windows-1251").notes == ["Read as UTF-8, divided by commas."]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "This file is empty."),
        (b"\xef\xbb\xbf\r\n", "This file is empty."),
        (b",,,\n,,,\n", "This file is empty."),
        (b"slug,name\n", "a header and no row"),
        (b"slug,name\n\n,\n", "a header and no row"),
        (b"\nslug,name\ncsto,CSTO\n", "belong in row 1; here it is empty, and row 2 is the first"),
        (b"slug,name,slug\ncsto,CSTO,csto", "These columns are there twice: “slug”"),
        (b"slug,,name\ncsto,CSTO,x", "Column 2 has no name"),
        (",".join(f"c{each}" for each in range(80)).encode() + b"\n1", "more than 60 columns"),
        (b'slug,name\ncsto,"CSTO\nnato,NATO\n', "Row 2 cannot be read (unexpected end of data)"),
        (b'slug,name\nnato,NATO\ncsto,"CS"TO\n', "Row 3 cannot be read"),
        (b"sep=|\nslug|name\n", "divided by “|”"),
        (f"{HEADER}\n{ROW}".encode("utf-16-le"), "no CSV, or one in UTF-16 without its mark"),
        (f"{HEADER}\n{ROW}".encode("utf-16")[:-1], "says that it is UTF-16, and is damaged or cut off"),
        (b"\xef\xbb\xbf" + HEADER.encode() + b"\n\xff", "says that it is UTF-8, and is damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 100, "old or a protected Excel workbook"),
        (b"a" * 140_000 + b",b\n1,2\n", "field larger than field limit"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "This is no CSV"),
    ],
)
def test_what_is_no_sheet_is_refused_with_what_to_do(content, says):
    with pytest.raises(parsing.Unreadable) as refused:
        read(content)
    assert says in str(refused.value)


def test_a_file_of_100_000_rows_is_refused_before_its_rows_are_kept():
    content = ("slug,name,seat\n" + "csto,Collective Security Treaty Organization,Moscow\n" * 100_000).encode()
    with pytest.raises(parsing.Unreadable, match="more than 20,000 rows"):
        read(content)
    with pytest.raises(parsing.Unreadable, match="larger than 10 MB"):
        read(content * 3)


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("=cmd|' /C calc'!A0", "This is a formula"),
        (" =1+1", "This is a formula"),
        ("#REF!", "This is an error of the spreadsheet"),
        ("a\ufffdb", "Characters were lost here"),
        ("x" * 100_001, "longer than 100,000 characters"),
    ],
)
def test_what_no_cell_may_be_is_said_at_its_row_and_column(cell, says):
    sheet = read(f"slug,seat\ncsto,Moscow\nnato,{cell}\n".encode())
    [wrong] = sheet.errors
    assert (wrong.row, wrong.column) == (3, "seat")
    assert says in wrong.message


def test_a_row_of_another_width_is_wrong_as_a_whole():
    sheet = read(b"slug,name,seat\ncsto,CSTO\nnato,NATO,Brussels,,\ncis,CIS,Minsk,Belarus\n")
    assert [(each.row, each.column) for each in sheet.errors] == [(2, ""), (4, "")]
    assert "This row has 2 cells, and the header has 3" in sheet.errors[0].message


@pytest.mark.parametrize(
    "text", ["=1+1", "+7 495", "-", "@home", "'=x", "''=x", "'", "'x", "x=1", "", "\t=1", "O'zbekiston", "'@'"]
)
def test_a_neutral_text_begins_no_formula_and_comes_back_exactly(text):
    neutral = cells.neutral(text)
    assert not neutral.startswith(tuple("=+-@\t\r"))
    assert cells.plain(neutral) == text


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Армения".encode().decode("cp1251"), "Армения"),
        ("Côte d’Ivoire, Türkiye".encode().decode("cp1252"), "Côte d’Ivoire, Türkiye"),
        ("Армения", ""),
        ("Пі", ""),
        ("Côte d’Ivoire", ""),
        ("Україна: її статус", ""),
        ("Moscow", ""),
    ],
)
def test_what_was_misread_before_is_known_by_what_it_would_say(text, meant):
    assert cells.misread(text) == meant


# Excel


def test_a_workbook_is_read_as_its_cells_show():
    book = Workbook()
    page = book.active
    page.append(["slug", "founded", "in_force", "dissolved", "seat", "name"])
    page.append(["csto", date(1992, 5, 15), datetime(1994, 4, 1), 1999.0, None, True])
    page["C2"].number_format = "mmm-yy"
    page.append(["cis", datetime(1991, 12, 8, 10, 30), 1991, "1991-12", " Minsk ", "x"])
    page["A5"] = "nato"
    page["B6"] = None
    content = io.BytesIO()
    book.save(content)
    sheet = read(content.getvalue(), "sheet.xlsx")
    assert sheet.rows == [
        (2, ["csto", "1992-05-15", "1994-04", "1999", "", "TRUE"]),
        (3, ["cis", "1991-12-08 10:30:00", "1991", "1991-12", "Minsk", "x"]),
        (5, ["nato", "", "", "", "", ""]),
    ]
    assert sheet.notes == ["Read as an Excel workbook, sheet “Sheet”."]


def test_formulas_of_a_workbook_are_not_taken():
    sheet = read(workbook(["slug", "seat"], ["csto", "=1+1"], ["nato", '=HYPERLINK("http://x.test")']), "sheet.xlsx")
    assert [(each.row, each.column) for each in sheet.errors] == [(2, "seat"), (3, "seat")]
    assert "This is a formula" in sheet.errors[0].message


def test_only_the_first_sheet_is_read_and_that_is_said():
    sheet = read(workbook(["slug"], ["csto"], sheets=3), "sheet.xlsx")
    assert sheet.notes[1] == "Only its first sheet was read; it has 2 more."


MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def with_part(name, text):
    """Make a workbook of which one part is another."""
    content = io.BytesIO()
    honest = zipfile.ZipFile(io.BytesIO(workbook(["slug"], ["csto"])))
    with honest, zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in honest.namelist():
            archive.writestr(part, text if part == name else honest.read(part))
    return content.getvalue()


def sheet_of(data):
    return with_part("xl/worksheets/sheet1.xml", f"<worksheet {MAIN}><sheetData>{data}</sheetData></worksheet>")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (lambda: sheet_of(f"<row>{'<c/>' * 250_000}</row>"), "a row, a cell or a list of styles far larger"),
        (lambda: sheet_of("<row><c><is>" + "<r><t>a</t></r>" * 60_000), "a row, a cell or a list of styles far larger"),
        (lambda: sheet_of("<row><c " + " ".join(f'a{n}=""' for n in range(1_100_000))), "a row, a cell or a list of"),
        (lambda: sheet_of("<x:row><x:c/></x:row>" * 1_600_000), "far more cells than a sheet of 20,000 rows"),
        (
            lambda: with_part("xl/styles.xml", f"<styleSheet {MAIN}><cellXfs>" + "<xf/>" * 250_000),
            "a row, a cell or a list of styles far larger",
        ),
    ],
)
def test_a_workbook_whose_xml_would_fill_the_memory_is_not_opened(monkeypatch, content, says):
    monkeypatch.setattr("openpyxl.load_workbook", None)
    with pytest.raises(parsing.Unreadable) as refused:
        read(content(), "sheet.xlsx")
    assert says in str(refused.value)
    assert "was not opened" in str(refused.value)


def test_a_workbook_of_20_000_rows_is_not_too_heavy():
    row = '<row r="1">' + '<c r="A1" s="1" t="inlineStr"><is><t xml:space="preserve">a</t></is></c>' * 13 + "</row>"
    sheet = (row * 20_000).encode()
    xlsx_file._weigh([sheet])  # It would raise.
    with pytest.raises(parsing.Unreadable, match="far more cells than a sheet of 20,000 rows"):
        xlsx_file._weigh([sheet] * 3)


@cache
def bomb(name="xl/worksheets/sheet1.xml", size=200_000_000):
    """Make a workbook that is small and unpacks to much."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        with zipfile.ZipFile(io.BytesIO(workbook(["slug"], ["csto"]))) as honest:
            for part in honest.namelist():
                if part != name:
                    archive.writestr(part, honest.read(part))
        with archive.open(name, "w") as part:
            for _ in range(size // 1_000_000):
                part.write(b" " * 1_000_000)
    return content.getvalue()


def lying(content):
    """Let a zip file say of each part that it unpacks to 10 bytes."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sizes = {part.file_size.to_bytes(4, "little") for part in archive.infolist() if part.file_size > 1_000_000}
    for size in sizes:
        content = content.replace(size, (10).to_bytes(4, "little"))
    return content


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (lambda: workbook(["slug"], ["csto"])[:-200], "damaged or cut off"),
        (lambda: workbook(["slug"], ["csto"])[:3000], "damaged or cut off"),
        (lambda: b"PK\x03\x04" + b"x" * 5000, "damaged or cut off"),
        (lambda: b"not a zip at all", "damaged or cut off"),
        (bomb, "unpacks to more than 40 MB, and was not opened"),
        (lambda: lying(bomb()), "damaged or cut off"),
        (lambda: workbook(["slug"], *(["csto"] for _ in range(4))), "more than 3 rows"),
        (lambda: workbook(["slug"]), "a header and no row"),
        (lambda: workbook(), "This file is empty"),
    ],
)
def test_a_workbook_that_is_none_is_refused(monkeypatch, content, says):
    content = content()
    monkeypatch.setattr(parsing, "MAX_ROWS", 3)
    with pytest.raises(parsing.Unreadable) as refused:
        read(content, "sheet.xlsx")
    assert says in str(refused.value)


def test_a_zip_of_something_else_is_no_workbook():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    with pytest.raises(parsing.Unreadable, match="This is no Excel workbook"):
        read(content.getvalue(), "sheet.ods")


def test_entities_of_a_workbook_are_not_unfolded():
    laughs = "".join(f'<!ENTITY l{each} "{f"&l{each - 1};" * 10}">' for each in range(1, 9))
    page = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]><worksheet>&l8;</worksheet>'
    content = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(["slug"], ["csto"]))) as honest,
        zipfile.ZipFile(content, "w") as archive,
    ):
        for part in honest.namelist():
            archive.writestr(part, page if part == "xl/worksheets/sheet1.xml" else honest.read(part))
    with pytest.raises(parsing.Unreadable, match="damaged or cut off"):
        read(content.getvalue(), "sheet.xlsx")


# On the desk: the sentence, no row written, what else was chosen stays


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (f"{HEADER}\ncsto,ОДКБ,Москва\n".encode("cp1251"), "a.csv", "This file is not in UTF-8"),
        (b"name,seat\nCSTO,Moscow\n", "a.csv", "Missing: slug. Organizations are told by slug."),
        (b"slug,seet\ncsto,Moscow\n", "a.csv", "Unknown: seet. Did you mean seat?"),
        (b"slug,id\ncsto,7\n", "a.csv", "Unknown: id."),
        (b"slug,seat\ncsto,=cmd|' /C calc'!A0\n", "a.csv", "This is a formula"),
        (workbook(["slug"], ["csto"])[:-100], "a.xlsx", "damaged or cut off"),
        (bomb(size=50_000_000), "a.xlsx", "unpacks to more than 40 MB"),
        (b"slug,seat\n" + b"csto,Moscow\n" * 100_000, "a.csv", "more than 20,000 rows"),
        (b"", "a.csv", "The submitted file is empty."),
    ],
)
def test_a_bad_file_is_answered_with_a_sentence_and_writes_nothing(editor, content, name, says):
    factories.organization("csto", seat="Minsk")
    before = ChangeSet.objects.count()
    url = reverse("admin:alliances_organization_sheet")
    page = editor.post(url, {"file": SimpleUploadedFile(name, content), "encoding": ""})
    assert page.status_code == 200
    assert says in page.content.decode().replace("&#x27;", "'")
    assert Organization.objects.get(slug="csto").seat == "Minsk"
    assert ChangeSet.objects.count() == before


@pytest.mark.django_db
def test_windows_1251_is_imported_where_the_editor_says_so(editor):
    factories.organization("csto")
    content = SimpleUploadedFile("a.csv", "slug;seat\ncsto;Москва\n".encode("cp1251"))
    url = reverse("admin:alliances_organization_sheet")
    page = editor.post(url, {"file": content, "encoding": "windows-1251"}).content.decode()
    assert "Read as Windows-1251 (Cyrillic), as you said" in page
    assert "<ins>Москва</ins>" in page


@pytest.mark.django_db
def test_more_than_a_request_has_time_for_is_refused(monkeypatch):
    factories.organization("csto")
    rows = read(b"slug,seat\ncsto,Moscow\n")
    with pytest.raises(parsing.Unreadable, match="1 rows are new, changed or wrong, and 0"):
        importing.Import("organizations", rows, limit=0.5).run()
    assert importing.preview("organizations", rows, limit=1).counts["changed"] == 1
