"""Bring a spreadsheet in: every row judged against what the whole file would leave, then all of it or nothing.

A preview does the same as the import and takes it back, so that it shows what would really happen.
"""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import partial

from django.core.exceptions import NON_FIELD_ERRORS, ObjectDoesNotExist, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import UniqueConstraint

from alliances.history.changelog import Difference
from alliances.history.dry_run import digest
from alliances.models import Citation, Source
from alliances.models.changeset import change_set, dry_running
from alliances.models.old_address import AddressTaken
from alliances.text import shorten

from . import cells
from .columns import Key, KnownFacts, sheet_of
from .parsing import Unreadable, Wrong

NEW, CHANGED, UNCHANGED, WRONG = "new", "changed", "unchanged", "wrong"
_NOTHING = "–"


@dataclass(eq=False)
class Line:
    """One row: what it does, to which fact, cell by cell, and what is wrong with it."""

    number: int
    row: dict
    fact: object
    new: bool
    before: dict
    differences: list = field(default_factory=list)
    citations: list = field(default_factory=list)
    wrong: list = field(default_factory=list)
    storable: bool = True
    closed: bool = False  # Nothing more can be said of it.

    @property
    def what(self):
        """New, changed, unchanged or wrong."""
        if self.wrong:
            return WRONG
        return NEW if self.new else CHANGED if self.differences else UNCHANGED

    def __str__(self):
        """The fact in words, as far as the row says which one it is."""
        try:
            return str(self.fact)
        except ObjectDoesNotExist:
            return " ".join(filter(None, list(self.row.values())[:4]))

    @property
    def bad(self):
        """The columns with which something is wrong."""
        return {each.column for each in self.wrong} - {""}

    def refuse(self, column, message):
        """Note what is wrong, once."""
        wrong = Wrong(self.number, column, shorten(self.row.get(column, "")), message)
        if wrong not in self.wrong:
            self.wrong.append(wrong)

    def refuse_all(self, error):
        """Note all that a validation finds wrong, each at its column."""
        for name, errors in error.update_error_dict({}).items():
            for each in errors:
                for message in self.said_of(name, each):
                    self.refuse("" if name == NON_FIELD_ERRORS else name, message)

    def said_of(self, name, error):
        """Say in words for who mends a file what the model says for who fills in a form."""
        if error.code in {"null", "blank"}:
            return [
                "Fill this in: the row is a new one, and needs it."
                if self.new
                else "Fill this in: it may not be empty."
            ]
        if error.code == "invalid_choice" and (choices := self.choices_of(name)):
            return [f"Write one of: {', '.join(choices)}."]
        return error.messages

    def choices_of(self, name):
        """Return the words that a cell of a column may hold; none where it may hold any."""
        field = next((each for each in self.fact._meta.fields if each.name == name), None)
        return [str(value) for value, _ in field.flatchoices] if field else []


def check_header(kind, sheet):
    """Refuse a file that lacks columns which tell its rows, or has columns that we would have to drop."""
    resource = sheet_of(kind)
    known, words = resource.columns, str(resource._meta.model._meta.verbose_name_plural).capitalize()
    missing = [name for name in resource.identity if name not in sheet.header]
    unknown = [name for name in sheet.header if name not in known]
    said = []
    if missing:
        said.append(f"Missing: {', '.join(missing)}. {words} are told by {', '.join(resource.identity)}.")
    for name in unknown:
        close = get_close_matches(name, known, 1)
        said.append(f"Unknown: {shorten(name)}." + (f" Did you mean {close[0]}?" if close else ""))
    if said:
        raise Unreadable(f"The columns do not fit. {' '.join(said)} The columns are: {', '.join(known)}.")


class Import:
    """What a file does to the facts: `lines`, a Line for each row."""

    def __init__(self, kind, sheet, most=0):
        """`most` rows may be written, if it is given: for callers whose time is limited."""
        self.kind, self.sheet, self.most = kind, sheet, most
        self.resource = sheet_of(kind)
        self.sources = Key(Source, "key")
        self.lines = []
        self.stored = False
        self.overtaken = False

    @property
    def counts(self):
        """How many rows do what."""
        numbers = Counter(line.what for line in self.lines)
        return {what: numbers[what] for what in (NEW, CHANGED, UNCHANGED, WRONG)}

    @property
    def wrong(self):
        """All that is wrong in all rows, in their order."""
        return [each for line in self.lines for each in line.wrong]

    @property
    def fingerprint(self):
        """A text that differs when the import would do something else: other rows, or other values to change."""
        told = [(line.number, line.what, line.differences) for line in self.lines]
        return digest([self.kind, told])

    def work(self):
        """Judge all rows and write what they change; what is wrong stands in the lines, and their caller rolls back."""
        rows = [dict(zip(self.sheet.header, row, strict=True)) for _, row in self.sheet.rows]
        known, seen, wrong = KnownFacts(self.resource, rows), {}, defaultdict(list)
        for each in self.sheet.wrong:
            wrong[each.row].append(each)
        for (number, _), row in zip(self.sheet.rows, rows, strict=True):
            self.lines.append(self._read(number, row, known, seen, wrong[number]))
        self._write()

    def _read(self, number, row, known, seen, wrong):
        """Return what a row says, compared with the fact that it is about; some cells may be known to be wrong."""
        resource = self.resource
        identity = resource.identity_in(row)
        fact = identity and known.get_instance(row)
        new = not fact
        fact = fact or resource.init_instance(row)
        before = resource.texts_of(fact)
        line = Line(number, row, fact, new, dict.fromkeys(before, "") if new else before, wrong=wrong)
        line.storable = not wrong
        if any(not each.column for each in wrong):
            line.closed = True
            return line
        if identity and seen.setdefault(identity, number) != number:
            line.refuse("", f"Row {seen[identity]} is about the same {fact._meta.verbose_name}. Keep one of them.")
            line.fact, line.storable, line.closed = resource.init_instance(row), False, True
        elif new and any(row.get(f"was_{name}") for name in resource.was):
            line.refuse("", f"There is no such {fact._meta.verbose_name} to correct: check the “was_” columns.")
            line.storable = False
        self._fill(line)
        self._cite(line)
        self._compare(line)
        return line

    def _fill(self, line):
        """Give the fact the values of its row; those that say the same as what is stored stay as they are stored."""
        stored = {name: field.get_value(line.fact) for name, field in self.resource.written}
        try:
            self.resource.import_instance(line.fact, line.row)
        except ValidationError as error:
            line.refuse_all(error)
            line.storable = False
        after = self.resource.texts_of(line.fact)
        for name, value in stored.items():
            if name in self.resource.shown:
                self._fits(line, name, after[name])
            elif not line.new and cells.normal(line.before[name]) == cells.normal(after[name]):
                setattr(line.fact, name, value)

    def _fits(self, line, name, ours):
        typed = line.row.get(name, "")
        if typed and ours and typed != cells.normal(ours):
            line.refuse(name, f"This column is only to read, and ours is “{ours}”. Check the code, or clear this cell.")
            line.storable = False

    def _cite(self, line):
        """Note which citations a row adds; a fact that has one needs no word why there is none."""
        if not self.resource.cites:
            return
        row, supported = line.row, getattr(line.fact, "supported_by", [])
        source, place, quote = (row.get(name, "") for name in ("source", "locator", "quote"))
        listed = dict.fromkeys(filter(None, re.split(r"[\s,;]+", row.get("sources", ""))))
        cited = {each.source.key for each in supported}
        if source and (found := self._source(line, "source", source)):
            there = [each for each in supported if (each.source, each.field, each.locator) == (found, "", place)]
            if not there:
                line.citations.append(Citation(source=found, locator=place, quote=quote))
            elif quote and cells.normal(there[0].quote) != quote:
                message = "It is cited at this place with other words. Correct those on the page of the fact."
                line.refuse("quote", message)
            cited.add(found.key)
        elif not source and (place or quote):
            line.refuse("source", "Give the key of the source in which this stands, or clear locator and quote.")
        for key in listed:
            if key not in cited and (found := self._source(line, "sources", key)) and found.key not in cited:
                cited.add(found.key)
                line.citations.append(Citation(source=found))
        for citation in line.citations:
            if not self._passes(line, partial(citation.clean_fields, exclude=["source"])):
                line.storable = False
        if supported or line.citations:
            line.fact.unsourced = ""
        elif not line.fact.unsourced.strip() and not any(each.column in {"source", "sources"} for each in line.wrong):
            line.refuse("unsourced", "No source is cited: give one in “source”, or say here why there is none.")

    def _source(self, line, column, key):
        try:
            return self.sources.clean(key)
        except ValueError as error:
            line.refuse(column, str(error))
            line.storable = False

    def _compare(self, line):
        """Note cell by cell what changes, as texts."""
        after = self.resource.texts_of(line.fact)
        for name, old in line.before.items():
            if name not in self.resource.shown and old != after[name]:
                line.differences.append(Difference(name, old or _NOTHING, after[name] or _NOTHING))
        for each in line.citations:
            words = ", ".join(filter(None, [each.source.key, each.locator, each.quote and f"“{each.quote}”"]))
            line.differences.append(Difference("source", _NOTHING, words))
        if misread := [each for each in line.differences if cells.misread(each.after)]:
            for each in misread:
                meant = shorten(cells.misread(each.after))
                line.refuse(each.label, f"These signs were read in the wrong encoding before: “{meant}” is meant.")
            line.storable = False

    def _write(self):
        """Write the facts that can be written, in an order in which they can; then judge each in what is left.

        What the database refuses is tried again after the others, for as long as that helps: two rows of a file may
        depend on each other in any order.
        """
        moved = [line for line in self.lines if line.differences or line.new or line.wrong]
        if self.most and len(moved) > self.most:
            raise Unreadable(
                f"{len(moved):,} rows are new, changed or wrong, and {self.most:,} can be taken at once. Divide the "
                "file into several, or have it brought in by manage.py import_facts."
            )
        for line in moved:
            if not line.closed:
                self._judge_fields(line)
        waiting = [line for line in moved if line.storable and (line.new or line.differences)]
        waiting.sort(key=lambda line: (line.new, self.resource.writing_order(line.fact)))
        while waiting:
            refused = [line for line in waiting if not self._save(line)]
            if len(refused) == len(waiting):
                break
            waiting = refused
        refused = set(waiting)
        written = [line for line in moved if line.storable and line.fact.pk and line not in refused]
        Citation.objects.bulk_create(self._citations(written))
        stored = set(written)
        for line in moved:
            if not line.closed:
                self._judge(line, line in stored)
        for line in waiting:
            if not line.wrong:
                message = "This row cannot stand together with another of this file, or with what is stored."
                line.refuse("", message)

    def _judge_fields(self, line):
        """Say what is wrong with single values: such a fact is not even tried to be written."""
        links = [each for each in line.fact._meta.fields if each.is_relation]
        fetched = {each.name for each in links if getattr(line.fact, each.attname) is not None}
        if not self._passes(line, partial(line.fact.clean_fields, exclude=fetched | line.bad)):
            line.storable = False

    def _save(self, line):
        """Write one fact; False where the database refuses it as things stand."""
        try:
            with transaction.atomic():
                self.resource.save_instance(line.fact, line.new, line.row, using_transactions=True)
        except (IntegrityError, AddressTaken):
            return False
        return True

    def _citations(self, lines):
        for line in lines:
            for citation in line.citations:
                setattr(citation, line.fact.KIND.code, line.fact)
                yield citation

    def _judge(self, line, written):
        """Say all that is wrong with a fact among the others, as the whole file leaves them.

        The constraints have judged each that is written. Of the others they are asked here for their sentence, where
        `clean` has none; those of dates, which take Django 5 ms each, say nothing that `clean_fields` has not said.
        """
        fact = line.fact
        for each in fact._meta.fields:
            # To read a link that leads nowhere is remembered as a value, and `clean` would take it for one.
            if each.is_relation and each.is_cached(fact) and getattr(fact, each.attname) is None:
                each.delete_cached_value(fact)
        explained = not self._passes(line, fact.clean)
        if not written:
            self._passes(line, partial(fact.validate_unique, exclude=line.bad))
            for each in fact._meta.constraints:
                unique = isinstance(each, UniqueConstraint)
                if unique or not (explained or each.name.endswith("_is_date")):
                    self._passes(line, partial(each.validate, type(fact), fact, exclude=line.bad))
        if not line.new:
            for column, message in self.resource.wrong_around(fact, line.before):
                line.refuse(column, message)

    def _passes(self, line, ask):
        """Tell whether a check finds nothing wrong; note what it finds."""
        try:
            ask()
        except ValidationError as error:
            line.refuse_all(error)
            return False
        return True


def preview(kind, sheet, most=0):
    """Return what the import of a sheet would do; nothing stays written."""
    check_header(kind, sheet)
    done = Import(kind, sheet, most)
    with dry_running() as scope:
        done.work()
        if not done.wrong:
            scope.settle()
    return done


def bring_in(kind, sheet, *, reason, fingerprint="", most=0):
    """Import a sheet as one change set with its reason: all of it, or nothing where anything is wrong.

    `fingerprint` is that of the preview which somebody agreed to: where the import would do something else by now, it
    does nothing (`overtaken`). Whether it was done is said by `stored`.
    """
    check_header(kind, sheet)
    done = Import(kind, sheet, most)
    with change_set(reason=reason), transaction.atomic():
        done.work()
        done.overtaken = fingerprint not in {"", done.fingerprint}
        done.stored = not (done.wrong or done.overtaken)
        if not done.stored:
            transaction.set_rollback(True)
    return done
