"""Bring a spreadsheet in: every row judged against what the whole file would leave, then all of it or nothing.

A preview does the same as the import and takes it back, so that it shows what would really happen.
"""

import re
from collections import Counter, defaultdict
from functools import partial

from django.db import IntegrityError, transaction
from django.db.models import UniqueConstraint

from alliances.history.dry_run import digest
from alliances.models import Citation
from alliances.models.changeset import change_set, dry_running
from alliances.models.old_address import AddressTaken

from . import cells
from .columns import LinkColumn
from .import_row import CHANGED, NEW, UNCHANGED, WRONG, ImportRow
from .layouts import layout_of
from .sheet import CellError, Sheet, Unreadable


class Import:
    """What a file does to the facts: `rows`, an ImportRow for each row.

    `stored` says whether it was done; `outdated`, that it would do something else by now than was agreed to.
    """

    def __init__(self, kind: str, sheet: Sheet, limit: float = 0):
        """Take a sheet of a kind. `limit` rows may be written, if given: for callers whose time is limited.

        Raises Unreadable where the columns do not fit.
        """
        self.kind, self.sheet, self.limit = kind, sheet, limit
        self.layout = layout_of(kind)
        self.layout.check_header(sheet.header)
        self.sources = LinkColumn(Citation._meta.get_field("source"))
        self.rows: list[ImportRow] = []
        self.stored = False
        self.outdated = False

    @property
    def counts(self) -> dict[str, int]:
        """How many rows do what."""
        numbers = Counter(row.status for row in self.rows)
        return {status: numbers[status] for status in (NEW, CHANGED, UNCHANGED, WRONG)}

    @property
    def errors(self) -> list[CellError]:
        """All that is wrong in all rows, in their order."""
        return [error for row in self.rows for error in row.errors]

    @property
    def digest(self) -> str:
        """A text that differs when the import would do something else: other rows, or other values to change."""
        return digest([self.kind, [(row.number, row.status, row.differences) for row in self.rows]])

    def run(self) -> None:
        """Judge all rows and write what they change; if there are `errors`, the caller rolls back.

        Raises Unreadable where more rows would be written than the limit allows.
        """
        rows = [dict(zip(self.sheet.header, texts, strict=True)) for _, texts in self.sheet.rows]
        stored, errors = self.layout.stored_facts(rows), defaultdict(list)
        first_rows: dict[tuple[str, ...], int] = {}
        for error in self.sheet.errors:
            errors[error.row].append(error)
        for (number, _), row in zip(self.sheet.rows, rows, strict=True):
            self.rows.append(self._read(number, row, stored, first_rows, errors[number]))
        self._write()

    def _read(self, number, texts, stored, first_rows, errors):
        """Return what a row does to the fact that it is about; `errors` are those of its cells so far.

        `stored` are the facts by their identities, `first_rows` the numbers of the rows above by theirs.
        """
        layout = self.layout
        identity = layout.identity_in(texts)
        fact = stored.get(identity)
        new = fact is None
        fact = layout.model() if new else fact
        before = layout.texts(fact)
        row = ImportRow(number, texts, fact, new, dict.fromkeys(before, "") if new else before, errors)
        row.storable = not errors
        if any(not error.column for error in errors):
            row.closed = True
            return row
        name = fact._meta.verbose_name
        if identity and first_rows.setdefault(identity, number) != number:
            row.refuse_unstorable("", f"Row {first_rows[identity]} is about the same {name}. Keep one of them.")
            row.fact, row.closed = layout.model(), True
        elif new and any(texts.get(f"was_{column}") for column in layout.correctable):
            row.refuse_unstorable("", f"There is no such {name} to correct: check the “was_” columns.")
        self._fill(row)
        if layout.cites:
            self._cite(row)
        after = layout.texts(row.fact)
        row.compare({name: text for name, text in after.items() if not layout.columns[name].read_only})
        return row

    def _fill(self, row):
        """Give the fact the values of its row; those that say the same as what is stored stay as they are stored."""
        columns = self.layout.columns
        stored = {name: getattr(row.fact, name, None) for name, column in columns.items() if not column.read_only}
        if not row.passes(partial(self.layout.fill, row.fact, row.texts)):
            row.storable = False
        after = self.layout.texts(row.fact)
        for name, column in columns.items():
            if column.read_only:
                self._check_read_only(row, name, after[name])
            elif not row.new and cells.normal(row.before[name]) == cells.normal(after[name]):
                setattr(row.fact, name, stored[name])

    def _check_read_only(self, row, name, ours):
        typed = row.texts.get(name, "")
        if typed and ours and typed != cells.normal(ours):
            message = f"This column is only to read, and ours is “{ours}”. Check the code, or clear this cell."
            row.refuse_unstorable(name, message)

    def _cite(self, row):
        """Note which citations a row adds; a fact that has one needs no reason why there is none."""
        supporting = getattr(row.fact, "supported_by", [])
        cited = {citation.source.key for citation in supporting}
        self._cite_at_place(row, supporting, cited)
        for key in dict.fromkeys(filter(None, re.split(r"[\s,;]+", row.texts.get("sources", "")))):
            if key not in cited and (source := self._source(row, "sources", key)) and source.key not in cited:
                cited.add(source.key)
                row.citations.append(Citation(source=source))
        for citation in row.citations:
            if not row.passes(partial(citation.clean_fields, exclude=["source"])):
                row.storable = False
        if supporting or row.citations:
            row.fact.unsourced = ""
        elif not row.fact.unsourced.strip() and not row.wrong_columns & {"source", "sources"}:
            row.refuse("unsourced", "No source is cited: give one in “source”, or say here why there is none.")

    def _cite_at_place(self, row, supporting, cited):
        """Note the citation of the columns “source”, “locator” and “quote”, unless it is there already."""
        key, locator, quote = (row.texts.get(name, "") for name in ("source", "locator", "quote"))
        if not key:
            if locator or quote:
                row.refuse("source", "Give the key of the source in which this stands, or clear locator and quote.")
            return
        source = self._source(row, "source", key)
        if source is None:
            return
        cited.add(source.key)
        place = (source, "", locator)
        there = [citation for citation in supporting if (citation.source, citation.field, citation.locator) == place]
        if not there:
            row.citations.append(Citation(source=source, locator=locator, quote=quote))
        elif quote and cells.normal(there[0].quote) != quote:
            row.refuse("quote", "It is cited at this place with other words. Correct those on the page of the fact.")

    def _source(self, row, column, key):
        """Return a source by its key; refuse the cell, and return None, where there is none."""
        try:
            return self.sources.value(key)
        except ValueError as error:
            row.refuse_unstorable(column, str(error))
            return None

    def _write(self):
        """Write the facts that can be written, in an order in which they can; then judge each in what is left.

        What the database refuses is tried again after the others, for as long as that helps: two rows of a file may
        depend on each other in any order.
        """
        active = [row for row in self.rows if row.differences or row.new or row.errors]
        if self.limit and len(active) > self.limit:
            raise Unreadable(
                f"{len(active):,} rows are new, changed or wrong, and {self.limit:,} can be taken at once. Divide the "
                "file into several, or have it imported by manage.py import_facts."
            )
        for row in active:
            if not row.closed:
                self._check_fields(row)
        waiting = [row for row in active if row.storable and (row.new or row.differences)]
        waiting.sort(key=lambda row: (row.new, self.layout.writing_order(row.fact)))
        while waiting:
            refused = [row for row in waiting if not self._save(row)]
            if len(refused) == len(waiting):
                break
            waiting = refused
        written = {row for row in active if row.storable and row.fact.pk} - set(waiting)
        Citation.objects.bulk_create(self._citations(row for row in active if row in written))
        for row in active:
            if not row.closed:
                self._check(row, row in written)
        for row in waiting:
            if not row.errors:
                row.refuse("", "This row cannot stand together with another of this file, or with what is stored.")

    def _check_fields(self, row):
        """Note what is wrong with single values: then it is not even tried to write the fact."""
        links = [field for field in row.fact._meta.fields if field.is_relation]
        fetched = {field.name for field in links if getattr(row.fact, field.attname) is not None}
        if not row.passes(partial(row.fact.clean_fields, exclude=fetched | row.wrong_columns)):
            row.storable = False

    def _save(self, row):
        """Write one fact; return False where the database refuses it as things stand."""
        try:
            with transaction.atomic():
                row.fact.save(force_insert=row.new)
        except (IntegrityError, AddressTaken):
            return False
        return True

    def _citations(self, rows):
        for row in rows:
            for citation in row.citations:
                setattr(citation, row.fact.KIND.code, row.fact)
                yield citation

    def _check(self, row, written):
        """Note all that is wrong with a fact among the others, as the whole file leaves them.

        The constraints have judged each that is written. Of the others they are asked here for their sentence, where
        `clean` has none; those of dates, which take Django 5 ms each, say nothing that `clean_fields` has not said.
        """
        fact = row.fact
        for field in fact._meta.fields:
            # A link that leads nowhere, once read, is cached as a value, and `clean` would take it for one.
            if field.is_relation and field.is_cached(fact) and getattr(fact, field.attname) is None:
                field.delete_cached_value(fact)
        explained = not row.passes(fact.clean)
        if not written:
            row.passes(partial(fact.validate_unique, exclude=row.wrong_columns))
            for rule in fact._meta.constraints:
                if isinstance(rule, UniqueConstraint) or not (explained or rule.name.endswith("_is_date")):
                    row.passes(partial(rule.validate, type(fact), fact, exclude=row.wrong_columns))
        if not row.new:
            for column, message in self.layout.errors_around(fact, row.before):
                row.refuse(column, message)


def preview(kind: str, sheet: Sheet, limit: float = 0) -> Import:
    """Return what the import of a sheet would do; nothing stays written.

    Raises Unreadable where the columns do not fit, or more rows would be written than the limit allows.
    """
    result = Import(kind, sheet, limit)
    with dry_running() as scope:
        result.run()
        if not result.errors:
            scope.enforce_sourcing()
    return result


def import_sheet(kind: str, sheet: Sheet, *, reason: str, agreed: str = "", limit: float = 0) -> Import:
    """Import a sheet as one change set with its reason: all of it, or nothing where anything is wrong.

    `agreed` is the digest of the preview to which somebody agreed: where the import would do something else by now, it
    does nothing (`outdated`). Whether it was done is said by `stored`. Raises Unreadable as `preview` does, and
    PermissionDenied where the author may not publish.
    """
    result = Import(kind, sheet, limit)
    with change_set(reason=reason), transaction.atomic():
        result.run()
        result.outdated = agreed not in {"", result.digest}
        result.stored = not (result.errors or result.outdated)
        if not result.stored:
            transaction.set_rollback(True)
    return result
