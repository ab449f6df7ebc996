"""`manage.py import_facts`: the import of the desk, from the command line."""

import io

import pytest
from django.core.management import CommandError, call_command

from alliances.models import Membership, Organization
from alliances.models.changeset import ChangeSet

from . import factories

pytestmark = pytest.mark.django_db
REASON = "The ministry's list."


@pytest.fixture
def file(tmp_path):
    """Two spells of Uzbekistan in the CSTO, and a file that corrects the end of one."""
    factories.state("UZB", name="Uzbekistan")
    factories.spell("csto", "UZB", "2006-06-23", "2012-12-19")
    path = tmp_path / "memberships.csv"
    path.write_text("organization,state,status,joined,left\ncsto,UZB,member,2006-06-23,2012-12-20\n")
    return path


def run(*arguments):
    """Run the command; return its exit code and what it printed."""
    out, code = io.StringIO(), 0
    try:
        call_command("import_facts", *map(str, arguments), stdout=out)
    except SystemExit as end:
        code = end.code
    return code, out.getvalue()


def test_a_dry_run_says_what_would_change_and_stores_nothing(file):
    code, said = run(file, "--dry-run")
    assert code == 0
    assert said.splitlines() == [
        "Read as UTF-8, divided by commas.",
        "Row 2, changed: Uzbekistan, member of CSTO from 23 June 2006 until 19 December 2012",
        "  left: 2012-12-19 → 2012-12-20",
        "Memberships: 0 new, 1 changed, 0 unchanged, 0 wrong. Nothing was stored.",
    ]
    assert Membership.objects.get().left == "2012-12-19"


def test_an_import_is_stored_with_its_reason(file):
    code, said = run(file, "--reason", REASON)
    assert code == 0
    assert said.endswith("Memberships: 0 new, 1 changed, 0 unchanged, 0 wrong. Stored as one change.\n")
    assert Membership.objects.get().left == "2012-12-20"
    assert ChangeSet.objects.filter(reason=REASON).count() == 1


def test_wrong_rows_are_named_and_nothing_is_stored(file):
    with file.open("a") as more:
        more.write("csto,UZB,member,soon,\ncsto,XYZ,member,2000,\n")
    code, said = run(file, "--reason", REASON)
    assert code == 1
    assert "Row 3, joined: “soon” is not a date." in said
    assert "Row 4, state: There is no state with the ISO code “XYZ”. (XYZ)" in said
    assert said.endswith("0 new, 1 changed, 0 unchanged, 2 wrong. Nothing was stored.\n")
    assert Membership.objects.get().left == "2012-12-19"


@pytest.mark.parametrize(
    ("content", "arguments", "says"),
    [
        (None, [], "Say why: --reason"),
        (b"slug,name\ncsto,CSTO\n", ["--dry-run"], "the columns fit organizations, councils, forces"),
        (b"slug,nonsense\ncsto,CSTO\n", ["--dry-run"], "the columns fit no kind"),
        (b"slug,nonsense\ncsto,CSTO\n", ["--dry-run", "--kind", "organizations"], "Unknown: nonsense."),
        ("slug,seat\ncsto,Москва\n".encode("cp1251"), ["--dry-run"], "not in UTF-8"),
        (b"PK\x03\x04", ["--dry-run"], "damaged or cut off"),
    ],
)
def test_what_cannot_be_imported_is_refused_with_a_sentence(file, content, arguments, says):
    if content:
        file.write_bytes(content)
    with pytest.raises(CommandError) as refused:
        run(file, *arguments)
    assert says in str(refused.value)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        run(tmp_path / "none.csv", "--dry-run")


def test_kind_and_encoding_may_be_said(file):
    file.write_bytes("slug;seat\ncsto;Москва\n".encode("cp1251"))
    code, _ = run(file, "--kind", "organizations", "--encoding", "windows-1251", "--reason", REASON)
    assert code == 0
    assert Organization.objects.get(slug="csto").seat == "Москва"
