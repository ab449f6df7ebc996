"""The columns of each kind of fact in a spreadsheet: Resources of django-import-export, with public identities as keys.

Of that library these are its Resource, Field and widgets: which column is which attribute, and a text there and back.
Its `import_data` writes row by row in the order of the file, judging each against what is stored at that moment;
`importing` does that in our own order instead. Neither its admin nor its templates are used.
"""

from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.utils.functional import cached_property
from import_export import resources
from import_export.fields import Field
from import_export.instance_loaders import BaseInstanceLoader
from import_export.widgets import CachedForeignKeyWidget, Widget

from alliances.models import (
    Citation,
    CollectiveForce,
    Council,
    Document,
    Membership,
    Organization,
    Source,
    State,
    TreatyAction,
)
from alliances.text import shorten

from . import cells

# Of a fact, what stands in its row beside its own columns: a source for it, and on exports all that support it.
CITING = {
    "sources": "The keys of the sources that support it, with a space between them. One that is not cited yet becomes "
    "a citation; one that you leave out stays.",
    "source": "The key of one source, with its place in the next column. It is added to the citations.",
    "locator": "Article, page or paragraph in that source.",
    "quote": "A short quotation from it, word for word.",
}
_TRUTH = ("note", "reason", "confidence", "unsourced")
# Stands in a “was_” column for: there was nothing.
NOTHING = "none"


class Text(Widget):
    """A text as it is."""

    def clean(self, value, row=None, **kwargs):
        return value


class Number(Widget):
    """A whole number in digits; empty: none."""

    def clean(self, value, row=None, **kwargs):
        if value and not (value.isascii() and value.isdecimal() and len(value) < 10):
            raise ValueError("Give a whole number in digits, for example 12, or nothing.")
        return int(value) if value else None


class Choice(Widget):
    """The code of a choice; its name on the desk (“Change of status”) is understood, too."""

    def __init__(self, field):
        super().__init__()
        self.codes = {str(label).casefold(): code for code, label in field.flatchoices}

    def clean(self, value, row=None, **kwargs):
        if value in self.codes.values():
            return value
        # What is no choice stays as it is typed, and the model says so.
        return self.codes.get(value.casefold(), value)


class Key(CachedForeignKeyWidget):
    """Another thing by its public identity, in any case of letters; all of them are fetched once."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.refused = {}

    def clean(self, value, row=None, **kwargs):
        for code in dict.fromkeys([value, value.upper(), value.lower()]):
            try:
                return super().clean(code, row, **kwargs)
            except self.model.DoesNotExist:
                continue
        if value not in self.refused:
            self.refused[value] = self.unknown(value)
        raise ValueError(self.refused[value])

    def unknown(self, value):
        """Say that there is no such thing, and what may be meant: a ministry's sheet has names in it.

        What is meant is asked for a few of them only: each is a query.
        """
        few = len(self.refused) < 20
        meant = self.model.objects.guess(value[:100]) if few else []
        named = " or ".join(f"{getattr(each, self.field)} ({each})" for each in meant)
        words = f"There is no {self.model._meta.verbose_name} with the {_said(self.field)} “{shorten(value)}”."
        return f"{words} Did you mean {named}?" if named else words


class ReadOnly(Field):
    """A column for people to read: exported, never taken. What it says must fit the code beside it, or be empty."""

    def __init__(self, attribute):
        super().__init__(attribute=attribute, readonly=True, widget=Text())


class KnownFacts(BaseInstanceLoader):
    """Find the stored fact of each row by its public identity, all of them in a few queries."""

    def __init__(self, resource, rows):
        super().__init__(resource, rows)
        # The first part of the identity is never corrected by a sheet.
        wanted = sorted({identity[0] for row in rows if (identity := resource.identity_in(row))})
        lookup = f"{resource.path(resource.identity[0])}__in"
        self.facts = {}
        for start in range(0, len(wanted), 500):  # SQLite takes a limited number of parameters.
            found = resource.to_export(resource._meta.model.objects.filter(**{lookup: wanted[start : start + 500]}))
            self.facts |= {resource.identity_of(fact): fact for fact in found}

    def get_instance(self, row):
        return self.facts.get(self.resource.identity_in(row))


class FactResource(resources.ModelResource):
    """One kind of fact as rows.

    `identity` are the columns that tell which fact a row is; of these, `was` may be corrected by a sheet, with what it
    was in a column `was_…`. `related` is what a row names. What is written to the database goes through `save()`, so
    the history records it; nothing here deletes.
    """

    identity = ()
    was = ()
    related = ()
    shown = {}  # Columns only to read: what of which attribute.

    class Meta:
        use_bulk = False  # Bulk writes pass `full_clean` by.
        clean_model_instances = True

    @property
    def columns(self):
        """Every column that the import knows, with what it means, those of the export first."""
        columns = {name: self._meaning(name) for name in self.exported}
        if self.cites:
            columns |= {name: CITING[name] for name in CITING}
        for name in self.was:
            columns[f"was_{name}"] = (
                f"Only to correct “{name}”, which tells what the row is: what it was, {NOTHING} if there was nothing. "
                "Empty: the same."
            )
        return columns

    @property
    def exported(self):
        """The columns of the export, in order."""
        return [*self.get_export_headers(), *(["sources"] if self.cites else [])]

    @property
    def cites(self):
        """Whether its rows are facts, which sources support."""
        return self._meta.model is not Source

    def _meaning(self, name):
        if name == "sources":
            return CITING[name]
        if name in self.shown:
            return "To read only; it must fit the code, or be empty."
        field = self._meta.model._meta.get_field(name)
        choices = ", ".join(str(code) for code, _ in field.flatchoices)
        key = f"The {_said(self.fields[name].widget.field)}." if field.is_relation else ""
        part = "Tells which one the row is." if name in self.identity else ""
        help_text = field.help_text or (f"{str(field.verbose_name).capitalize()}." if not (key or choices) else "")
        return " ".join(filter(None, [part, key, str(help_text), f"One of: {choices}." if choices else ""]))

    def path(self, name):
        """Return how the database is asked for a column: `organization__slug`."""
        widget = self.fields[name].widget
        return f"{name}__{widget.field}" if isinstance(widget, Key) else name

    def to_export(self, queryset):
        """Bring along all that the rows of these facts name, in a fixed number of queries for each part."""
        queryset = queryset.select_related(*self.related)
        if not self.cites:
            return queryset
        supporting = Citation.objects.filter(says="").select_related("source").order_by("pk")
        return queryset.prefetch_related(Prefetch("citations", supporting, to_attr="supported_by"))

    @cached_property
    def written(self):
        """The columns of the model, with their fields, in order."""
        return list(zip(self.get_export_headers(), self.get_export_fields(), strict=True))

    def texts_of(self, fact):
        """Return what stands in each column of a fact, as a text."""
        return {name: str(field.export(fact)) for name, field in self.written}

    def exported_row(self, fact):
        """Return the cells of a fact, as an export writes them."""
        texts = list(self.texts_of(fact).values())
        if self.cites:
            texts.append(" ".join(dict.fromkeys(each.source.key for each in fact.supported_by)))
        return [cells.neutral(cells.normal(text)) for text in texts]

    def identity_of(self, fact):
        """Return the public identity of a stored fact."""
        return tuple(str(self.fields[name].export(fact)) for name in self.identity)

    def identity_in(self, row):
        """Return the public identity that a row names (of what it corrects, the old one); None if it names none."""
        try:
            return tuple(self._code(name, row) for name in self.identity)
        except ValueError:
            return None  # The column itself says what is wrong with it.

    def _code(self, name, row):
        text = row.get(f"was_{name}") or row[name]
        if text == NOTHING and row.get(f"was_{name}"):
            return ""
        widget = self.fields[name].widget
        value = widget.clean(text)
        return str(widget.render(value))

    def writing_order(self, fact):
        """Return what sorts facts for writing: what gives room to others comes first."""
        return 0

    def wrong_around(self, fact, before):
        """Yield (column, sentence) for what a changed fact makes wrong in others; `before` are its texts as stored."""
        return ()


def _said(field):
    return {"iso3": "ISO code", "slug": "address", "key": "key"}[field]


def _widget(field):
    if field.is_relation:
        return Key(field.related_model, {State: "iso3", Source: "key"}.get(field.related_model, "slug"))
    if field.choices:
        return Choice(field)
    return Number() if field.get_internal_type().startswith("Positive") else Text()


def _resource(of, columns, *, shown=None, **values):
    """Make the Resource of a model: its columns in order, among which those in `shown` are there only to be read."""
    shown = shown or {}
    fields = {
        name: ReadOnly(shown[name]) if name in shown else Field(name, name, _widget(of._meta.get_field(name)))
        for name in columns
    }
    for name, field in fields.items():
        field.column_name = name
    meta = type(
        "Meta", (FactResource.Meta,), {"model": of, "fields": list(columns), "import_id_fields": values["identity"]}
    )
    bases = values.pop("bases", (FactResource,))
    doc = f"{str(of._meta.verbose_name_plural).capitalize()} as rows."
    return type(f"{of.__name__}Resource", bases, {**fields, **values, "shown": shown, "Meta": meta, "__doc__": doc})


class SpellRows(FactResource):
    """Spells: those that end come before those that go on, so that no state has two ongoing ones in between."""

    def writing_order(self, fact):
        return fact.left == ""


class LifeRows(FactResource):
    """Organizations and states: their spells must still lie within their lives."""

    def wrong_around(self, fact, before):
        begin, end = fact.span
        if (before[begin], before[end]) == (getattr(fact, begin), getattr(fact, end)):
            return
        for spell in fact.memberships.with_names():
            try:
                spell.refuse_outside(fact)
            except ValidationError as error:
                column = end if "left" in error.message_dict else begin
                yield column, f"A spell would lie outside of it: {spell}. Correct that first, or this date."


SHEETS = {
    "memberships": _resource(
        Membership,
        ["organization", "organization_name", "state", "state_name", "status", "joined", "left", "left_reason",
         *_TRUTH],
        shown={"organization_name": "organization__name", "state_name": "state__name"},
        bases=(SpellRows,),
        identity=("organization", "state", "status", "joined"),
        was=("status", "joined"),
        related=("organization", "state"),
    ),
    "states": _resource(
        State,
        ["iso3", "iso2", "name", "official_name", "capital", "region", "subregion", "m49", "cow_code", "existed_from",
         "existed_until", "predecessor", "tile_column", "tile_row", *_TRUTH],
        bases=(LifeRows,),
        identity=("iso3",),
        related=("predecessor",),
    ),
    "organizations": _resource(
        Organization,
        ["slug", "acronym", "name", "kind", "founded", "in_force", "dissolved", "seat", "website", *_TRUTH],
        bases=(LifeRows,),
        identity=("slug",),
    ),
    "councils": _resource(
        Council,
        ["slug", "organization", "name", "level", "composition", "chair_selection", "chair_term_months", "established",
         "dissolved", *_TRUTH],
        identity=("slug",),
        related=("organization",),
    ),
    "forces": _resource(
        CollectiveForce,
        ["slug", "organization", "name", "acronym", "kind", "region", "role", "established", "disbanded", *_TRUTH],
        identity=("slug",),
        related=("organization",),
    ),
    "documents": _resource(
        Document,
        ["slug", "organization", "title", "kind", "signed", "place", "adopted_by", "in_force", "ended", *_TRUTH],
        identity=("slug",),
        related=("organization", "adopted_by"),
    ),
    "treaty-actions": _resource(
        TreatyAction,
        ["document", "document_title", "state", "state_name", "action", "date", "effective", *_TRUTH],
        shown={"document_title": "document__title", "state_name": "state__name"},
        identity=("document", "state", "action", "date"),
        was=("action", "date"),
        related=("document", "state"),
    ),
    "sources": _resource(
        Source,
        ["key", "title", "author", "publisher", "published", "url", "kind", "withdrawn", "note"],
        identity=("key",),
    ),
}  # fmt: skip
KINDS = {resource._meta.model: kind for kind, resource in SHEETS.items()}


def sheet_of(kind):
    """Return the Resource of one kind of sheet, for example "memberships", with nothing fetched yet."""
    return SHEETS[kind]()


def kinds_of(header):
    """Return the kinds whose import knows all these columns, and finds in them what tells its rows."""
    known = {kind: sheet_of(kind) for kind in SHEETS}
    return [kind for kind, resource in known.items() if set(resource.identity) <= set(header) <= set(resource.columns)]
