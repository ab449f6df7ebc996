"""Which columns the sheet of each kind of fact has, in which order, and which of them tell its rows apart."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, Prefetch, QuerySet
from django.utils.functional import cached_property
from rapidfuzz import fuzz, process

from alliances.models import (
    Citation,
    CollectiveForce,
    Council,
    Document,
    Fact,
    Membership,
    Organization,
    Source,
    State,
    TreatyAction,
)
from alliances.models.batches import batches
from alliances.models.identity import Identified
from alliances.text import shorten

from . import cells
from .columns import Column, LinkColumn, NameColumn, column_of
from .sheet import Unreadable

# Of a fact, what its row has beside its own columns: a source for it, and on exports all that support it.
CITING = {
    "sources": "The keys of the sources that support it, with a space between them. One that is not cited yet becomes "
    "a citation; one that you leave out stays.",
    "source": "The key of one source, with its place in the next column. It is added to the citations.",
    "locator": "Article, page or paragraph in that source.",
    "quote": "A short quotation from it, word for word.",
}
# What every fact has stands last, in this order.
_LAST = ("note", "reason", "confidence", "unsourced")
# Stands in a “was_” column for: there was nothing.
NOTHING = "none"


class Layout:
    """The columns of one kind of sheet, and how its rows and the facts in the database meet.

    Its columns are the fields of the model that can be edited: those that tell which fact a row is, then the others in
    the model's order. `names` are read beside a code: {link: attribute of the thing}. `left_out` are fields that get
    no column, each with the reason.
    """

    kind: str
    model: type[Identified]
    names: dict[str, str] = {}
    left_out: dict[str, str] = {}

    @cached_property
    def identity(self) -> tuple[str, ...]:
        """The columns that tell which fact a row is."""
        return self.model.identity()

    @cached_property
    def correctable(self) -> tuple[str, ...]:
        """The columns of the identity that a sheet may correct, with what they were in columns `was_…`.

        An address is changed by renaming, and a fact about something else is another fact.
        """
        if len(self.identity) == 1:
            return ()
        return tuple(name for name in self.identity if not isinstance(self.columns[name], LinkColumn))

    @cached_property
    def columns(self) -> dict[str, Column]:
        """The columns of the model by their names, in order."""
        fields = [field for field in self.model._meta.concrete_fields if field.editable and not field.primary_key]
        fields = [field for field in fields if field.name not in self.left_out]
        order = [*self.identity, *(field.name for field in fields if field.name not in _LAST), *_LAST]
        columns = {}
        for field in sorted(fields, key=lambda field: order.index(field.name)):
            column = columns[field.name] = column_of(field)
            if isinstance(column, LinkColumn) and field.name in self.names:
                name = NameColumn(column, self.names[field.name])
                columns[name.name] = name
        return columns

    @property
    def cites(self) -> bool:
        """Whether its rows are facts, which sources support."""
        return issubclass(self.model, Fact)

    @property
    def exported(self) -> list[str]:
        """The names of the columns of the export, in order."""
        return [*self.columns, *(["sources"] if self.cites else [])]

    @property
    def meanings(self) -> dict[str, str]:
        """Every column that the import knows, with what it means, those of the export first."""
        meanings = {
            name: f"Tells which one the row is. {column.meaning}" if name in self.identity else column.meaning
            for name, column in self.columns.items()
        }
        if self.cites:
            meanings |= CITING
        for name in self.correctable:
            meanings[f"was_{name}"] = (
                f"Only to correct “{name}”, which tells what the row is: what it was, {NOTHING} if there was nothing. "
                "Empty: the same."
            )
        return meanings

    def check_header(self, header: Collection[str]) -> None:
        """Raise Unreadable where a column of the identity is missing, or one is unknown, whose cells would be lost."""
        known, name = self.meanings, str(self.model._meta.verbose_name_plural).capitalize()
        problems = []
        if missing := [name for name in self.identity if name not in header]:
            problems.append(f"Missing: {', '.join(missing)}. {name} are told by {', '.join(self.identity)}.")
        for unknown in header:
            if unknown not in known:
                close = process.extractOne(unknown, known.keys(), scorer=fuzz.ratio, score_cutoff=60)
                problems.append(f"Unknown: {shorten(unknown)}." + (f" Did you mean {close[0]}?" if close else ""))
        if problems:
            raise Unreadable(f"The columns do not fit. {' '.join(problems)} The columns are: {', '.join(known)}.")

    def texts(self, fact: Model) -> dict[str, str]:
        """Return what each column says of a fact."""
        return {name: column.text(fact) for name, column in self.columns.items()}

    def exported_row(self, fact: Any) -> list[str]:
        """Return the cells of a fact, as an export writes them."""
        texts = list(self.texts(fact).values())
        if self.cites:
            texts.append(" ".join(dict.fromkeys(citation.source.key for citation in fact.supported_by)))
        return [cells.neutral(cells.normal(text)) for text in texts]

    def with_related(self, facts: QuerySet) -> QuerySet:
        """Bring along all that the rows of these facts name, in a fixed number of queries for each batch."""
        facts = facts.select_related(*(name for name, column in self.columns.items() if isinstance(column, LinkColumn)))
        if not self.cites:
            return facts
        supporting = Citation.objects.supporting().select_related("source").order_by("pk")
        return facts.prefetch_related(Prefetch("citations", supporting, to_attr="supported_by"))

    def identity_of(self, fact: Model) -> tuple[str, ...]:
        """Return the public identity of a stored fact."""
        return tuple(self.columns[name].text(fact) for name in self.identity)

    def identity_in(self, row: dict[str, str]) -> tuple[str, ...] | None:
        """Return the public identity that a row names (of what it corrects, the old one); None if it names none."""
        try:
            return tuple(self._code(name, row) for name in self.identity)
        except ValueError:
            return None  # The column itself says what is wrong with it.

    def _code(self, name, row):
        before = row.get(f"was_{name}")
        if before == NOTHING:
            return ""
        column = self.columns[name]
        return column.text_of(column.value(before or row[name]))

    def stored_facts(self, rows: Iterable[dict[str, str]]) -> dict[tuple[str, ...], Model]:
        """Map public identities to the stored facts that rows may be about, in a few queries."""
        # The first part of an identity is never corrected by a sheet.
        first = self.columns[self.identity[0]].lookup
        found = {}
        for codes in batches(sorted({identity[0] for row in rows if (identity := self.identity_in(row))})):
            facts = self.with_related(self.model.objects.filter(**{f"{first}__in": codes}))
            found |= {self.identity_of(fact): fact for fact in facts}
        return found

    def fill(self, fact: Model, row: dict[str, str]) -> None:
        """Give a fact the values of a row, as far as they can be read; raise ValidationError for the others."""
        errors = {}
        for name, column in self.columns.items():
            if name in row and not column.read_only:
                try:
                    setattr(fact, name, column.value(row[name]))
                except ValueError as error:
                    errors[name] = ValidationError(str(error), code="invalid")
        if errors:
            raise ValidationError(errors)

    def writing_order(self, fact: Any) -> int:
        """Return what sorts facts for writing: what makes room for others comes first."""
        return 0

    def errors_around(self, fact: Any, before: dict[str, str]) -> Iterator[tuple[str, str]]:
        """Yield (column, sentence) for what a changed fact makes wrong in others; `before` are its texts as stored."""
        yield from ()


class _LifetimeLayout(Layout):
    """Organizations and states: their spells must still lie within their lifetimes."""

    def errors_around(self, fact, before):
        begin, end = fact.span
        if (before[begin], before[end]) == (getattr(fact, begin), getattr(fact, end)):
            return
        for spell in fact.memberships.with_names():
            try:
                spell.refuse_outside(fact)
            except ValidationError as error:
                column = end if "left" in error.message_dict else begin
                yield column, f"A membership would lie outside of it: {spell}. Correct that first, or this date."


class Memberships(Layout):
    """Spells: those that end come before those that go on, so that no state has two ongoing ones in between."""

    kind, model = "memberships", Membership
    names = {"organization": "name", "state": "name"}

    def writing_order(self, fact):
        return int(fact.left == "")


class States(_LifetimeLayout):
    kind, model = "states", State


class Organizations(_LifetimeLayout):
    kind, model = "organizations", Organization


class Councils(Layout):
    kind, model = "councils", Council


class Forces(Layout):
    kind, model = "forces", CollectiveForce


class Documents(Layout):
    kind, model = "documents", Document


class TreatyActions(Layout):
    kind, model = "treaty-actions", TreatyAction
    names = {"document": "title", "state": "name"}


class Sources(Layout):
    kind, model = "sources", Source


LAYOUTS: dict[str, type[Layout]] = {
    layout.kind: layout
    for layout in (Memberships, States, Organizations, Councils, Forces, Documents, TreatyActions, Sources)
}
_KINDS: dict[type[Model], str] = {layout.model: kind for kind, layout in LAYOUTS.items()}


def layout_of(kind: str) -> Layout:
    """Return the layout of one kind of sheet, for example "memberships", with nothing fetched yet."""
    return LAYOUTS[kind]()


def sheet_kind(model: type[Model]) -> str | None:
    """Return the kind of sheet that the rows of a model make; None if they make none."""
    return _KINDS.get(model)


def kinds_fitting(header: Collection[str]) -> list[str]:
    """Return the kinds whose import knows all these columns, and finds among them what tells its rows apart."""
    layouts = {kind: layout_of(kind) for kind in LAYOUTS}
    return [kind for kind, layout in layouts.items() if set(layout.identity) <= set(header) <= set(layout.meanings)]
