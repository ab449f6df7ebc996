"""The forms of the desk: a source typed with its fact, rows judged as the form will leave them."""

from collections import defaultdict
from types import MappingProxyType

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget, AutocompleteSelect
from django.core.exceptions import ValidationError
from django.db.models import UniqueConstraint
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join

from alliances.editing.spreadsheets.parsing import MAX_CELL
from alliances.models import Citation, Source
from alliances.models.sourcing import Unsourced
from alliances.text import number, printable

from .posted_text import posted_text

LONGEST = MAX_CELL  # What goes out as a spreadsheet comes in again.
PROMISES = ("slug", "iso3", "key")  # Public identities: others link to them, so they are given once.


class RowSelect(forms.Select):
    """A select that is written without a template for each option: 600 of them cost half of a long page."""

    def render(self, name, value, attrs=None, renderer=None):
        widget = self.get_context(name, value, attrs)["widget"]
        options = [option for _, group, _ in widget["optgroups"] for option in group]
        rows = ((option["value"], flatatt(option["attrs"]), option["label"]) for option in options)
        options = format_html_join("", '<option value="{}"{}>{}</option>', rows)
        return format_html('<select name="{}"{}>{}</select>', widget["name"], flatatt(widget["attrs"]), options)


class Lines(AdminTextareaWidget):
    """A text of several lines; browsers end each in two signs, of which one is stored."""

    def value_from_datadict(self, data, files, name):
        value = super().value_from_datadict(data, files, name)
        return value and value.replace("\r\n", "\n")


class LoadedAutocomplete(RowSelect, AutocompleteSelect):
    """Django's search box for a related object, which asks the database for no label that is at hand.

    Django asks once for every box on the page; the United Nations have 203 rows of two.
    """

    instance = None  # The fact of the form, whose related objects came with it.
    in_row = False

    def optgroups(self, name, value, attr=None):
        # What was typed into the address of a form may be no key at all; the form says so, the box shows nothing.
        value = [key for key in value if number(str(key)) is not None]
        related = self.instance and self.field.get_cached_value(self.instance, default=None)
        if related is None or value != [str(related.pk)]:
            return super().optgroups(name, value, attr)
        blank = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        return [(None, [*blank, self.create_option(name, value[0], str(related), True, len(blank))], 0)]

    def build_attrs(self, base_attrs, extra_attrs=None):
        attrs = super().build_attrs(base_attrs, extra_attrs)
        if self.in_row:  # admin.js makes it a search box when it is reached: hundreds at once take seconds.
            attrs["class"] = attrs["class"].replace("admin-autocomplete", "row-autocomplete")
        return attrs


# Names of fields that say more in a form than the word of the model: “reason” stands beside the reason for a change.
CALLED = {"reason": "Our reason", "locator": "Article or page"}

# What is typed into a form without changing what was stored before.
ADDS = {"change_reason", "cite_source", "cite_locator", "cite_quote", "why_unsourced"}


class DeskForm(forms.ModelForm):
    """A form whose public identity is given once, and whose search boxes know what came with the row.

    `refused` says what the database would not take; then the form stands as it was typed, with that sentence.
    `prefill` are values that a reader proposes, shown instead of the stored ones.
    The page of something that is stored asks why it changes; its rows are part of that change. One that becomes, or
    comes from, a draft asks so also for what is new (`tells_why`). One that is only shown (`only_shown`) says what is
    wrong with it, and is never saved.
    """

    refused = ""
    prefill = MappingProxyType({})
    bare = ()  # What would stand without a source, where that is why it was refused.
    only_shown = False
    tells_why = False
    has_rows = False

    change_reason = forms.CharField(
        required=False,
        max_length=1000,
        label="Reason for the change",
        widget=forms.Textarea(attrs={"rows": 2, "cols": 80}),
        help_text="Needed when something that was stored changes, not for what is only added. "
        "Readers see it in the history.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.update(self.prefill)
        if self.prefix or not (self.instance.pk or self.tells_why):
            del self.fields["change_reason"]
        elif not self.instance.pk:
            self.fields["change_reason"].help_text = "For the editor who reviews it, and for readers in the history."
        for name, field in self.fields.items():
            widget = getattr(field.widget, "widget", field.widget)  # Inside Django's wrapper with the plus sign.
            if isinstance(widget, LoadedAutocomplete) and widget.field.model is type(self.instance):
                widget.instance = self.instance
            if name in CALLED:
                field.label = CALLED[name]
            if name in PROMISES and self.instance.pk:
                field.disabled = True
                field.help_text = "A public address: it is kept. “Rename…” gives another, and this one leads on."

    def is_valid(self):
        return super().is_valid() and not self.only_shown

    @property
    def corrects(self):
        """Whether what was stored before is changed."""
        return bool(self.instance.pk and set(self.changed_data) - ADDS)

    def clean(self):
        if self.refused and not self.say_what_is_bare():
            raise ValidationError(self.refused)
        for name, value in self.cleaned_data.items():
            if isinstance(value, str):
                self.cleaned_data[name] = printable(value)
        for name in [name for name, value in self.cleaned_data.items() if isinstance(value, str)]:
            if len(self.cleaned_data[name]) > LONGEST:
                self.add_error(name, f"Write at most {LONGEST:,} signs: a text as long belongs into a document.")
        if "change_reason" in self.fields and self.corrects and not self.cleaned_data.get("change_reason"):
            self.add_error("change_reason", "Say why: what was stored here changes.")
        return super().clean()

    def say_what_is_bare(self):
        """Say at its field what would lack a source, and return whether there is such a field."""
        if not self.bare:
            return False
        self.add_error(
            None,
            f"Nothing was stored: this is the only source of {self.bare[0]}. On its own page, cite another first, or "
            "say there why there is none.",
        )
        return True


class FactForm(DeskForm):
    """A form of a fact; it takes the source of what is typed, with the place in it, in the same go."""

    cite_source = forms.ModelChoiceField(
        Source.objects.all(),
        required=False,
        label="Source",
        widget=LoadedAutocomplete(Citation._meta.get_field("source"), admin.site),
    )
    cite_locator = forms.CharField(required=False, max_length=200, label="Article or page")
    cite_quote = forms.CharField(required=False, label="Quote, word for word", widget=forms.Textarea(attrs={"rows": 2}))
    why_unsourced = forms.CharField(
        required=False,
        max_length=1000,
        label="Why rows have no source",
        widget=forms.Textarea(attrs={"rows": 2, "cols": 80}),
        help_text="Only where what you add or leave on this page has no source: said of each of these. Readers see it.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.prefix or not self.has_rows:
            del self.fields["why_unsourced"]

    def say_what_is_bare(self):
        own = [fact for fact in self.bare if type(fact) is type(self.instance) and self.instance.pk in (None, fact.pk)]
        rows = [fact for fact in self.bare if fact not in own]
        for name, facts in (("unsourced", own), ("why_unsourced", rows)):
            if facts and name in self.fields:
                self.add_error(name, Unsourced(facts).message)
        return bool(self.errors)

    def clean(self):
        cleaned = super().clean()
        source, locator = cleaned.get("cite_source"), cleaned.get("cite_locator", "")
        if source:
            known = Citation.objects.filter(source=source, field="", locator=locator)
            if self.instance.pk and known.filter(**{self.instance.KIND.code: self.instance}).exists():
                self.add_error("cite_source", "This source is cited for this already, at the same place.")
        elif "cite_source" not in self.errors and (locator or cleaned.get("cite_quote")):
            self.add_error("cite_source", "Choose the source in which this stands, or clear page and quote.")
        return cleaned

    def _save_m2m(self):
        """Add the citation: Django calls this when the fact has its row, from a page and from an inline."""
        super()._save_m2m()
        if source := self.cleaned_data.get("cite_source"):
            Citation.objects.create(
                source=source,
                locator=self.cleaned_data["cite_locator"],
                quote=self.cleaned_data["cite_quote"],
                **{self.instance.KIND.code: self.instance},
            )


class RowFormSet(forms.BaseInlineFormSet):
    """Rows on the page of what they belong to, judged against each other as the form will leave them.

    Django leaves the constraints that name the parent unjudged in inlines (the database would answer with an
    error 500), and judges the rest against the stored rows, so that no editor could end one and begin the next.
    """

    def _construct_form(self, i, **kwargs):
        # A row that nobody touched is not judged again: 203 of them would ask the database thousands of questions.
        form = super()._construct_form(i, empty_permitted=True, **kwargs)
        # Each row names its parent; Django gives it only the parent's key, and the row would ask for the rest.
        self.fk.set_cached_value(form.instance, self.instance)
        return form

    def add_fields(self, form, index):
        """Name each field to a screen reader: Django's rows name them in the head of the table only."""
        super().add_fields(form, index)
        for name, field in form.fields.items():
            label = field.label or form.instance._meta.get_field(name).verbose_name
            widget = getattr(field.widget, "widget", field.widget)
            widget.attrs.setdefault("aria-label", str(label).capitalize())

    def clean(self):
        """Refuse to go on where a row is gone: Django would hide its error, or drop what was typed in it."""
        super().clean()
        key = self.model._meta.pk.name
        if any(str(form.instance.pk) != form.data.get(form.add_prefix(key)) for form in self.initial_forms):
            raise forms.ValidationError(
                "Somebody deleted or moved one of these rows since you opened this page, and nothing was stored. "
                "Copy what you typed, reload the page, and type it again."
            )
        changed = any(form.corrects or self._should_delete_form(form) for form in self.initial_forms)
        if changed and not posted_text(self.data, "change_reason"):
            raise forms.ValidationError(
                "Rows that were stored change here: say why, in “Reason for the change” at the end of this page."
            )

    def kept(self):
        """Return the forms whose facts will stand after saving, as far as they have no error of their own."""
        kept = [form for form in self.forms if not form.errors and not self._should_delete_form(form)]
        return [form for form in kept if form.has_changed() or not form.instance._state.adding]

    def validate_unique(self):
        """Refuse rows that the unique constraints do not let stand together, or beside others' rows."""
        for names, equal, message in self._unique_rules():
            groups = defaultdict(list)
            for form in self.kept():
                key = tuple(getattr(form.instance, name) for name in names)
                if None not in key and all(getattr(form.instance, name) == value for name, value in equal):
                    groups[key].append(form)
            for twins in groups.values():
                changed = [form for form in twins if form.has_changed() and not form.errors]
                if len(twins) > 1 and changed:
                    changed[-1].add_error(None, message)

    def _unique_rules(self):
        """Yield the columns that must differ, where which others have which values, and the sentence for the editor.

        The parent is left out: it is the same in all rows, and has no key yet on the page that adds it.
        """
        fields = self.model._meta
        for constraint in fields.constraints:
            if isinstance(constraint, UniqueConstraint):
                names = [fields.get_field(name).attname for name in constraint.fields if name != self.fk.name]
                # Conditions are plain values (left=""), or that a column is filled, which the key sees to.
                children = constraint.condition.children if constraint.condition else []
                equal = [(name, value) for name, value in children if "__" not in name]
                yield names, equal, constraint.violation_error_message
        for field in fields.fields:
            if field.unique and not field.primary_key:
                yield [field.attname], [], f"Another row here has the same {field.verbose_name}."

    def saving_order(self, form):
        """Return what sorts the rows for saving: what gives room comes first."""
        return not self._should_delete_form(form)

    def save(self, commit=True):
        number = self.initial_form_count()
        self.forms[:number] = sorted(self.forms[:number], key=self.saving_order)
        return super().save(commit)
