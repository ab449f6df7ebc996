"""A change that is previewed and confirmed: a form, what it would write, and then exactly that is written.

The preview is a dry run of the change. Confirming sends back a digest of it: if facts changed meanwhile, so that
something else would be written, nothing is, and the new preview is shown.
"""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import IntegrityError, models
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.views.generic import View

from alliances.admin.after_save import say_what_next
from alliances.admin.permissions import publishes
from alliances.history.dry_run import apply_if_unchanged, digest, dry_run, entry_of
from alliances.models.changeset import annotate, current_change_set, enforce_sourcing, serialize_writers
from alliances.models.versioning import versions_of
from alliances.text import printable

from .lookup_field import datalists

MOST = 1000  # Facts that may be chosen at once.


class Preview:
    """What a change writes: its history entry as lines for an editor, and a digest of it."""

    def __init__(self, entry):
        self.changes = entry.changes if entry else []
        self.shown = self.changes[:MOST]
        self.more = len(self.changes) - len(self.shown)

    def __bool__(self):
        return bool(self.changes)

    @property
    def numbers(self):
        """How many facts of each kind are added, changed, removed, verified: [(“8 memberships”, “changed”)]."""
        counts = {}
        for change in self.changes:
            counts.setdefault((change.what, type(change.fact)._meta), []).append(change)
        return [
            (f"{len(each)} {meta.verbose_name if len(each) == 1 else meta.verbose_name_plural}", what)
            for (what, meta), each in counts.items()
        ]

    @property
    def in_numbers(self):
        """The same as one text: “8 memberships changed, 8 citations added”."""
        return ", ".join(f"{number} {what}" for number, what in self.numbers)

    @property
    def canonical(self):
        """Canonical description of every write. It changes whenever an affected fact changes."""
        return [_canonical(change) for change in self.changes]

    @property
    def digest(self):
        """The digest that the form sends back to confirm this preview."""
        return digest(self.canonical)


def _canonical(change):
    """Describe a change with all its values, but without keys if it is added: they are not given yet."""
    fact, added = change.fact, change.what == "added"
    values = [
        f"{each.attname}={getattr(fact, each.attname)}"
        for each in versions_of(type(fact)).tracked_fields
        if not (added and (each.primary_key or isinstance(each, models.ForeignKey)))
    ]
    return [change.what, change.kind, str(fact), values, change.differences]


@dataclass
class Outcome:
    """The result of a change: the value of its work, what it writes, and whether it was written."""

    value: object
    preview: Preview
    done: bool


def preview_or_apply(work, seen=None):
    """Make a dry run of a change; or make the change, if its digest is still `seen`."""
    if seen is None:
        value, entry = dry_run(work, many=float("inf"))
        return Outcome(value, Preview(entry), False)

    def make():
        value = work()
        enforce_sourcing()  # What the rule of sources changes is part of the preview, as in the dry run.
        preview = Preview(entry_of(current_change_set(), many=float("inf")))
        return (value, preview), preview.canonical

    (value, preview), kept = apply_if_unchanged(make, seen)
    return Outcome(value, preview, kept and bool(preview))


class ConfirmedChangeForm(forms.Form):
    """The form of a confirmed change. `reason` is public, and needed if something stored changes."""

    reason = forms.CharField(
        required=False,
        max_length=1000,
        label="Reason for the change",
        widget=forms.Textarea(attrs={"rows": 2, "cols": 80}),
        help_text="Needed to confirm. Readers see it in the history.",
    )

    def clean(self):
        cleaned = super().clean()
        return {name: printable(value) if isinstance(value, str) else value for name, value in cleaned.items()}

    def refuse(self, error):
        """Show a ValidationError at the fields that this form has, and the rest on top."""
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        for name, errors in error.error_dict.items():
            self.add_error(name if name in self.fields and name != NON_FIELD_ERRORS else None, errors)


class ConfirmedChange(View):
    """The page of one confirmed change, for those who may publish (403 for others).

    `begin(address)` finds what it is about, and may return a response; `work(form)` makes the change and may raise
    ValidationError; `finish(outcome)` returns the address to go on to.
    """

    model_admin = None
    form_class = ConfirmedChangeForm
    template = "admin/alliances/confirmed_change.html"
    confirm = "Do it"
    needs_reason = True
    permission = "change"

    def dispatch(self, request, *args, **kwargs):
        allowed = getattr(self.model_admin, f"has_{self.permission}_permission")(request)
        if not (allowed and publishes(request)):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, **address):
        return self.begin(**address) or self.page(self.form())

    def post(self, request, **address):
        if "_confirm" in request.POST:  # A preview needs no turn.
            serialize_writers()
        if answer := self.begin(**address):
            return answer
        if not self.is_sent():
            return self.page(self.form())
        form = self.form(request.POST)
        outcome = None
        if self.is_valid(form):
            outcome = self.attempt(form)
            if outcome and outcome.done:
                messages.success(request, f"Done: {outcome.preview.in_numbers}.")
                say_what_next(request)
                return HttpResponseRedirect(self.finish(outcome))
        return self.page(form, outcome)

    def is_sent(self):
        """Tell whether the form was sent, not merely opened by an action of a list."""
        return "_preview" in self.request.POST or "_confirm" in self.request.POST

    def attempt(self, form):
        """Preview the change, or make it; the form shows what refuses it."""
        seen = self.request.POST.get("seen", "") if "_confirm" in self.request.POST else None
        reason = form.cleaned_data.get("reason", "")
        if seen is not None and self.needs_reason and not reason:
            form.add_error("reason", "Say why: readers see it in the history.")
            seen = None
        elif seen is not None:
            annotate(reason=reason)
        try:
            outcome = preview_or_apply(lambda: self.work(form), seen)
        except ValidationError as error:
            form.refuse(error)
        except models.ProtectedError as error:
            others = ", ".join(str(each) for each in list(error.protected_objects)[:3])
            form.add_error(None, f"Nothing was stored: other facts rest on it ({others}). Change those first.")
        except IntegrityError:
            form.add_error(
                None,
                "The database refused this, and nothing was stored: it conflicts with something stored meanwhile.",
            )
        else:
            if seen is not None and not outcome.done:
                messages.warning(
                    self.request,
                    "Nothing was stored yet: what would be written is no longer what you saw, because you or somebody "
                    "else changed something meanwhile. Here is what would be written now.",
                )
            return outcome

    def begin(self, **address):
        """Find what it is about; return a response if there is nothing to do."""

    def form(self, data=None):
        """Return the form, as it opens or as it was sent."""
        return self.form_class(data, initial=None if data else self.initial())

    def initial(self):
        """Return what the form opens with."""
        return {}

    def is_valid(self, form):
        """Tell whether what was typed can be read."""
        return form.is_valid()

    def work(self, form):
        """Make the change."""
        raise NotImplementedError

    def finish(self, outcome):
        """Return the address to go on to."""
        raise NotImplementedError

    def context(self, form, outcome):
        """Return what else stands on the page: `title`, `intro` (sentences), `hidden` ([(name, value)]), `back`."""
        return {}

    def page(self, form, outcome=None):
        """Show the form, and below it what would be written."""
        admin = self.model_admin
        context = {
            **admin.admin_site.each_context(self.request),
            "opts": admin.opts,
            "media": admin.media,
            "form": form,
            "outcome": outcome,
            "preview": outcome.preview if outcome else None,
            "confirm": self.confirm,
            "datalists": datalists(*self.fieldsets(form)),
            **self.context(form, outcome),
        }
        return TemplateResponse(self.request, self.template, context)

    def fieldsets(self, form):
        """Return the fields of all forms of the page."""
        return [form.fields]
