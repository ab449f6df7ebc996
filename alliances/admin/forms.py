"""The forms of the desk: a fact takes its source in the same form. Their rows: `rows.py`."""

from types import MappingProxyType

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget, AutocompleteSelect
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join

from alliances.editing.spreadsheets.parsing import MAX_CELL
from alliances.models import Citation, Source
from alliances.models.sourcing import Unsourced
from alliances.text import number, printable

from .submission import Mode, Submission

LONGEST = MAX_CELL  # What goes out as a spreadsheet comes in again.
PROMISES = ("slug", "iso3", "key")  # Public identities: others link to them, so a form never changes them.


class RowSelect(forms.Select):
    """A select that renders without a template for each option: on a long page that halves the time."""

    def render(self, name, value, attrs=None, renderer=None):
        widget = self.get_context(name, value, attrs)["widget"]
        options = [option for _, group, _ in widget["optgroups"] for option in group]
        rows = ((option["value"], flatatt(option["attrs"]), option["label"]) for option in options)
        options = format_html_join("", '<option value="{}"{}>{}</option>', rows)
        return format_html('<select name="{}"{}>{}</select>', widget["name"], flatatt(widget["attrs"]), options)


class Lines(AdminTextareaWidget):
    """A text of several lines. Browsers end each with CR and LF; only LF is stored."""

    def value_from_datadict(self, data, files, name):
        value = super().value_from_datadict(data, files, name)
        return value and value.replace("\r\n", "\n")


class LoadedAutocomplete(RowSelect, AutocompleteSelect):
    """Django's search box for a related object, which takes the label from the loaded fact if it can.

    Django asks the database once for every box on the page; the United Nations have 203 rows with two each.
    """

    instance = None  # The fact of the form, whose related objects came with it.
    in_row = False

    def optgroups(self, name, value, attr=None):
        # The address of a form may give a value that is no key: the form says so, and the box stays empty.
        value = [key for key in value if number(str(key)) is not None]
        related = self.instance and self.field.get_cached_value(self.instance, default=None)
        blank = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        if not value:  # An empty box: hundreds of them would each build a query that asks for nothing.
            return [(None, blank, 0)]
        if related is None or value != [str(related.pk)]:
            return super().optgroups(name, value, attr)
        return [(None, [*blank, self.create_option(name, value[0], str(related), True, len(blank))], 0)]

    def build_attrs(self, base_attrs, extra_attrs=None):
        attrs = super().build_attrs(base_attrs, extra_attrs)
        if self.in_row:  # admin.js makes it a search box when it is reached: hundreds at once take seconds.
            attrs["class"] = attrs["class"].replace("admin-autocomplete", "row-autocomplete")
        return attrs


# Labels that are clearer in a form than the name of the field: “reason” is next to the reason for a change.
CALLED = {"reason": "Our reason", "locator": "Article or page"}

# Fields that add something and change nothing that was stored.
ADDS = {"change_reason", "cite_source", "cite_locator", "cite_quote", "why_unsourced"}


class DeskForm(forms.ModelForm):
    """A form whose public identity is given once, and whose search boxes know what came with the row.

    `desk` is the Submission of its request: a form that is refused stands as it was typed and says why; one that is
    only shown says what is wrong with it, and is not stored. `prefill` are values that a reader suggests, shown instead
    of the stored ones. The page of a stored fact asks why it changes, and its rows are part of that change; so does
    that of a new one which becomes a draft, or was one. `has_rows` says that there are facts in its rows.
    """

    desk = Submission()
    prefill = MappingProxyType({})
    has_rows = False

    change_reason = forms.CharField(
        required=False,
        max_length=1000,
        label="Reason for the change",
        widget=forms.Textarea(attrs={"rows": 2, "cols": 80}),
        help_text="Needed when you change or delete something that was stored, not when you only add. "
        "Readers see it in the history.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.update(self.prefill)
        if self.prefix or not (self.instance.pk or self.desk.asks_why):
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
                field.help_text = (
                    "A public address, which is kept. “Rename…” gives a new one, and this one then leads to it."
                )

    def is_valid(self):
        return super().is_valid() and self.desk.mode is not Mode.SHOW

    @property
    def corrects(self):
        """Whether what was stored before is changed."""
        return bool(self.instance.pk and set(self.changed_data) - ADDS)

    def clean(self):
        if self.desk.refusal and not self.add_unsourced_errors():
            raise ValidationError(self.desk.refusal)
        for name, value in self.cleaned_data.items():
            if isinstance(value, str):
                self.cleaned_data[name] = printable(value)
        for name in [name for name, value in self.cleaned_data.items() if isinstance(value, str)]:
            if len(self.cleaned_data[name]) > LONGEST:
                self.add_error(name, f"Use at most {LONGEST:,} characters; longer texts belong in a document.")
        if "change_reason" in self.fields and self.corrects and not self.cleaned_data.get("change_reason"):
            self.add_error("change_reason", "Say why: you change what was stored here.")
        return super().clean()

    def add_unsourced_errors(self):
        """Say at their fields which facts would stand without a source; return whether that is why it is refused."""
        if not self.desk.unsourced_facts:
            return False
        self.add_error(
            None,
            f"Nothing was stored: this is the only source of {self.desk.unsourced_facts[0]}. First cite another on its "
            "own page, or give the reason there why there is none.",
        )
        return True


class FactForm(DeskForm):
    """A form of a fact, which also takes a source for it, with article or page."""

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
        help_text="Only if something that you add or leave on this page has no source. It is stored with "
        "each of these, and readers see it.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.prefix or not self.has_rows:
            del self.fields["why_unsourced"]

    def add_unsourced_errors(self):
        facts, own_kind = self.desk.unsourced_facts, type(self.instance)
        own = [fact for fact in facts if type(fact) is own_kind and self.instance.pk in (None, fact.pk)]
        rows = [fact for fact in facts if fact not in own]
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
            self.add_error("cite_source", "Choose the source of this page and quote, or clear both.")
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
