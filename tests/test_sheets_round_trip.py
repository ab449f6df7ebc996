"""What is exported imports again without a change: whatever stands in the facts, of each kind, as CSV and as XLSX."""

import csv
import io

import pytest
from django.db import transaction
from hypothesis import Phase, given
from hypothesis import strategies as st

from alliances.editing.spreadsheets import exporting, importing, parsing
from alliances.editing.spreadsheets.layouts import LAYOUTS, layout_of
from alliances.models import Citation, Document, Membership
from alliances.models.changeset import ChangeSet, change_set
from alliances.models.temporal import PartialDateField

from . import factories
from .examples import IN_CI, examples, sample

SIGNS = "=+-@'\"\t\r\n ,;ОДКБéß\ufffe\x0b_x0D\u2028\u00a0😀#REF!"
SPECIAL = ["=cmd|' /C calc'!A0", "'=x", "''", "_x000D_", "+7 495", "ОДКБ", "a\r\nb", "sep=;", "none", "#N/A", "\ufeffx"]
TEXT = st.text(SIGNS, max_size=8) | st.sampled_from(SPECIAL)
ENDS = {"left", "dissolved", "disbanded", "ended", "existed_until", "effective"}


def column(field):
    """Return what may stand in a column; codes and links are given later."""
    if field.is_relation or field.name in {"iso3", "slug", "key"}:
        return st.none()
    if isinstance(field, PartialDateField):
        known = ["1999", "2000-02", "2000-02-29"] if field.name in ENDS else ["1991", "1991-12", "1991-12-21"]
        return st.sampled_from([*known, *["XXXX"] * field.unknown, *[""] * field.blank])
    if field.choices:
        return st.sampled_from([code for code, _ in field.choices])
    if field.get_internal_type().startswith("Positive"):
        return st.none() | st.integers(0, 240)
    return TEXT.map(lambda text: text[: field.max_length])


def drawn(kind):
    """Return a strategy: the columns of a few facts of a kind, each with the sources that it has."""
    columns = layout_of(kind).columns.items()
    fields = {name: column(each.field) for name, each in columns if not each.read_only}
    sources = st.lists(st.sampled_from(["a-source", "b-source"]), unique=True)
    return st.lists(st.tuples(st.fixed_dictionaries(fields), sources), min_size=1, max_size=3)


def made(model, number, row, sources):
    """Make a fact of what was drawn: its code, what it belongs to, and what may not be missing."""
    links = {
        "organization": lambda: factories.organization("home"),
        "state": lambda: factories.state(factories.code(number), name=f"State {number}"),
        "document": lambda: Document.objects.get(),
    }
    for name in row:
        field = model._meta.get_field(name)
        if field.is_relation:
            row[name] = links[name]() if name in links else None
        elif name == "iso3":
            row[name] = factories.code(number)
        elif name in {"slug", "key"}:
            row[name] = f"thing-{number}"
        elif name.startswith("tile_"):
            row[name] = number + 1
        elif isinstance(row[name], str) and (field.unique or name == "name"):
            row[name] = f"{number}{row[name]}"[: field.max_length]
    if model is Membership and not row["left"]:
        row["left_reason"] = row["left_basis"] = ""
    if "unsourced" in row:
        word = row["unsourced"] if row["unsourced"].strip() else "Nobody says."  # A blank is no word.
        row["unsourced"] = "" if sources else word
    [fact] = model.objects.bulk_create([model(**row)])
    if "unsourced" in row:
        Citation.objects.bulk_create(
            Citation(source=factories.source(key), locator="page 1", **{fact.KIND.code: fact}) for key in sources
        )


def rows_back(kind, form, facts):
    """Export facts of a kind and read them again."""
    write = {
        "csv": lambda: b"".join(exporting.csv_of(kind, facts)),
        "xlsx": lambda: exporting.xlsx_of(kind, facts),
    }[form]
    content = write()
    return content, parsing.read(io.BytesIO(content), f"sheet.{form}")


@pytest.mark.django_db
@pytest.mark.parametrize("kind", sample(LAYOUTS, every=3, start=1))
@examples(5, in_ci=20, phases=[Phase.explicit, Phase.generate, Phase.shrink])
@given(data=st.data())
def test_whatever_is_exported_imports_again_without_a_change(kind, data):
    model, rows = LAYOUTS[kind].model, data.draw(drawn(kind))
    with transaction.atomic():
        with change_set():
            if kind == "treaty-actions":
                document = {"slug": "charter", "title": "=Charter", "kind": "charter", **factories.WHY}
                Document.objects.create(organization=factories.organization("home"), **document)
            for number, (row, sources) in enumerate(rows):
                made(model, number, dict(row), sources)
        for form in exporting.FORMATS:
            content, sheet = rows_back(kind, form, model.objects.all())
            if form == "csv":
                lines = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
                assert not [cell for line in lines for cell in line if cell.startswith(tuple("=+-@\t\r"))]
            done = importing.preview(kind, sheet)
            assert [(d.label, d.before, d.after) for row in done.rows for d in row.differences] == []
            assert done.errors == []
            assert done.counts["unchanged"] == len(rows)
        transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.parametrize("form", list(exporting.FORMATS))
@pytest.mark.parametrize("kind", sample(LAYOUTS, every=3))
def test_our_facts_are_exported_and_imported_without_a_change(facts, kind, form):
    ours = LAYOUTS[kind].model.objects.order_by("pk")
    if not IN_CI:
        ours = ours[:1000]
    _, sheet = rows_back(kind, form, ours)
    assert importing.preview(kind, sheet).counts == {
        "new": 0,
        "changed": 0,
        "unchanged": ours.count(),
        "wrong": 0,
    }


@pytest.mark.django_db
@pytest.mark.parametrize("form", list(exporting.FORMATS))
def test_of_all_memberships_one_cell_changed_is_one_change(facts, form):
    """All of them in CI; elsewhere those of the CIS and its neighbours."""
    spells = Membership.objects.all() if IN_CI else Membership.objects.filter(organization__slug__startswith="c")
    everything = spells.count()
    assert everything > 1000
    _, sheet = rows_back("memberships", form, spells)
    assert len(sheet.rows) == everything
    column = sheet.header.index("left")
    place = next(place for place, (_, row) in enumerate(sheet.rows) if row[column] == "2012-12-19")
    number, row = sheet.rows[place]
    row[column] = "2012-12-20"
    done = importing.preview("memberships", sheet)
    assert done.counts == {"new": 0, "changed": 1, "unchanged": everything - 1, "wrong": 0}
    [changed] = [row for row in done.rows if row.status == "changed"]
    assert changed.number == number
    assert [tuple(difference) for difference in changed.differences] == [("left", "2012-12-19", "2012-12-20")]
    sets = ChangeSet.objects.count()
    versions = Membership.history.count()
    assert importing.import_sheet("memberships", sheet, reason="Checked.", agreed=done.digest).stored
    assert (ChangeSet.objects.count(), Membership.history.count()) == (sets + 1, versions + 1)
    assert Membership.objects.get(pk=changed.fact.pk).left == "2012-12-20"
