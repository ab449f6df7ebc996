"""Several facts that rest on one source, each with its page, entered at once."""

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms.models import construct_instance
from django.http import Http404
from django.urls import reverse

from alliances.editing import bulk
from alliances.models import Chairmanship, ForceParticipation, ForceStrength, Membership, Provision, TreatyAction
from alliances.models.old_address import Addressed
from alliances.text import number

from .base import ConfirmedChange, ConfirmedChangeForm
from .lookup_field import CodeOrNameField

# What can be added so, in the order in which it is typed.
KINDS = {
    "membership": (Membership, ["organization", "state", "status", "joined", "left", "left_reason"]),
    "action": (TreatyAction, ["document", "state", "action", "date", "effective"]),
    "chairmanship": (Chairmanship, ["council", "state", "holder", "began", "ended"]),
    "provision": (Provision, ["organization", "kind", "text", "area", "document", "article"]),
    "participation": (ForceParticipation, ["force", "state", "since", "until"]),
    "strength": (ForceStrength, ["force", "category", "precision", "number", "number_to", "wording", "as_of"]),
}
ROWS, MOST_ROWS = 5, 60


class RestingRow(forms.ModelForm):
    """One fact, and its place in the source. If the same fact is stored already, the source is only cited for it."""

    locator = forms.CharField(max_length=200, required=False, label="Article or page")
    quote = forms.CharField(
        required=False, label="Quote, word for word", widget=forms.Textarea(attrs={"rows": 2, "cols": 30})
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = f"{str(field.label).capitalize()}, row {self.row_number}"

    @property
    def row_number(self):
        """The number of the row on the page, from 1."""
        return int(self.prefix.rpartition("-")[2]) + 1 if self.prefix and self.prefix[-1].isdigit() else 0

    def clean(self):
        cleaned = super().clean()
        if not self.errors:
            self.known = self._meta.model.objects.filter(**{name: cleaned[name] for name in self.natural}).first()
            if self.known:
                self.refuse_differences(cleaned)
        return cleaned

    known = None

    @property
    def natural(self):
        """The fields that identify a fact: at most one fact has the same values."""
        rules = self._meta.model._meta.constraints
        return next(rule.fields for rule in rules if rule.name.endswith("_once"))

    def refuse_differences(self, cleaned):
        """Refuse the row if the stored fact has other values: correcting it is not done here."""
        for name in self._meta.fields:
            ours = getattr(self.known, name)
            if cleaned[name] != ours:
                said = f"“{ours}”" if ours not in (None, "") else "nothing"
                self.add_error(
                    name,
                    f"It is stored already, with {said}. Type the same to cite the source, or correct that fact.",
                )

    def _post_clean(self):
        """Only construct the fact: `bulk.add_with_sources` checks it together with the rows before it."""
        self.instance = construct_instance(self, self.instance, self._meta.fields)

    def resting(self, source):
        """Return the fact with its place."""
        place = bulk.Place(source, self.cleaned_data["locator"], self.cleaned_data["quote"].replace("\r\n", "\n"))
        return bulk.SourcedFact(self.known or self._fresh(), place)

    def _fresh(self):
        """Return a new instance: a dry run that was rolled back left its key on the last one."""
        return construct_instance(self, self._meta.model(), self._meta.fields)

    def refuse(self, error):
        """Show a ValidationError at the fields that this row has, and the rest on top of the row."""
        for name, errors in getattr(error, "error_dict", {NON_FIELD_ERRORS: error}).items():
            self.add_error(name if name in self.fields else None, errors)


def _field(db_field, **kwargs):
    """Return the form field of a column; what has an address of its own is typed as its code or name."""
    if db_field.is_relation and issubclass(db_field.related_model, Addressed):
        return CodeOrNameField(db_field.related_model, label=db_field.verbose_name, required=not db_field.blank)
    field = db_field.formfield(**kwargs)
    field.help_text = ""
    return field


def rows_of(kind):
    """Return the class of the rows of one kind of fact."""
    model, fields = KINDS[kind]
    row = forms.modelform_factory(model, form=RestingRow, fields=fields, formfield_callback=_field)
    row.field_order = [*fields, "locator", "quote"]
    return forms.formset_factory(
        row, formset=Rows, extra=ROWS, max_num=MOST_ROWS, absolute_max=MOST_ROWS, validate_max=True
    )


class Rows(forms.BaseFormSet):
    """Facts that rest on one source; empty rows are none."""

    @property
    def filled(self):
        """The rows in which something was typed."""
        return [form for form in self.forms if form.has_changed()]

    def clean(self):
        if not self.filled:
            raise ValidationError("Fill in at least one row.")


class SourceFirst(ConfirmedChange):
    """Add facts that rest on a source, or cite it for those that are here: a kind at a time, several rows at once."""

    template = "admin/alliances/by_source.html"
    confirm = "Add them"
    needs_reason = False

    def begin(self, object_id):
        """Find the source, and the kind of facts that is asked for."""
        self.source = self.model_admin.get_object(self.request, object_id)
        if self.source is None:
            raise Http404("There is no such source any more.")
        self.back = reverse("admin:alliances_source_change", args=[self.source.pk])
        self.kind = self.request.GET.get("kind", "membership")
        if self.kind not in KINDS:
            raise Http404("There is no such kind of fact.")
        self.formset = rows_of(self.kind)
        self.sent = self.rows()

    def rows(self):
        """Return the rows as they were sent, with more of them where that was asked for; or empty ones."""
        data = self.request.POST.copy()
        if not data:
            return self.formset(prefix="facts")
        there = number(data.get("facts-TOTAL_FORMS"))
        if "_more" in data and there is not None:
            data["facts-TOTAL_FORMS"] = str(min(there + ROWS, MOST_ROWS))
        return self.formset(data, prefix="facts")

    def form(self, data=None):
        form = ConfirmedChangeForm(data, initial={"reason": self.request.POST.get("reason", "")})
        form.fields["reason"].help_text = "Optional, as facts are only added. Readers see it in the history."
        return form

    def is_valid(self, form):
        return all([form.is_valid(), self.sent.is_valid()])

    def work(self, form):
        rows = self.sent.filled
        refused = bulk.add_with_sources([row.resting(self.source) for row in rows])
        for place, error in refused.items():
            rows[place].refuse(error)
        if refused:
            raise Refused
        return rows

    def attempt(self, form):
        try:
            return super().attempt(form)
        except Refused:
            return None

    def finish(self, outcome):
        return self.back

    def context(self, form, outcome):
        judged = self.is_sent()
        cited = [row.known for row in self.sent.filled if row.known] if outcome else []
        return {
            "title": f"Facts that rest on {self.source}",
            "intro": [
                "One row is one fact, with its place in the source. A fact that is already stored with these values is "
                "not added again: the source is cited for it.",
                *([f"It was withdrawn: {self.source.withdrawn}"] if self.source.withdrawn else []),
                *([f"Already stored, so the source is only cited: {'; '.join(map(str, cited))}."] if cited else []),
            ],
            "back": self.back,
            "kinds": [(kind, model._meta.verbose_name_plural, kind == self.kind) for kind, (model, _) in KINDS.items()],
            "formset": self.sent,
            "judged": judged,
            "rows_refused": judged and any([*self.sent.errors, self.sent.non_form_errors()]),
        }

    def fieldsets(self, form):
        return [self.sent.empty_form.fields]


class Refused(Exception):
    """Some rows were refused; each shows why."""
