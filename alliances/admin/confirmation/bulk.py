"""Bulk with care on the desk: end many spells, verify many facts, merge two sources, rename a thing."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponseRedirect
from django.urls import path, reverse

from alliances.editing import bulk, rename
from alliances.models import Membership, Organization, Source, State
from alliances.models.old_address import Addressed
from alliances.text import number

from .base import MOST, ConfirmedChange, ConfirmedChangeForm
from .lookup_field import CodeOrNameField


class ConfirmedBulkChange(ConfirmedChange):
    """A careful change of facts that were chosen in a list. The form names them, and may be sent again."""

    chosen = None

    def begin(self, **address):
        """Find what was chosen, as an action hands it over or as the form sends it back."""
        sent = {number(text): None for text in self.request.POST.getlist("chosen") if number(text) is not None}
        keys = list(sent) if self.chosen is None else self.chosen
        if len(keys) > MOST:
            return self.away(f"Choose at most {MOST:,} at once: these are {len(keys):,}.")
        self.facts = self.model_admin.model.objects.filter(pk__in=keys)
        self.found = list(self.facts.values_list("pk", flat=True))
        self.gone = len(keys) - len(self.found)
        if not self.found:
            return self.away("Choose some in this list first, then the action.")

    def is_sent(self):
        return self.chosen is None and super().is_sent()

    def away(self, message):
        """Go back to the list, and say why."""
        messages.warning(self.request, message)
        return HttpResponseRedirect(self.list_url())

    def list_url(self):
        """The address of the list."""
        return reverse(f"admin:{self.model_admin.opts.label_lower.replace('.', '_')}_changelist")

    def context(self, form, outcome):
        intro = [f"{self.gone} of what you chose is gone meanwhile."] if self.gone else []
        hidden = [("chosen", key) for key in self.found]
        return {"hidden": hidden, "back": self.list_url(), "intro": intro, "action": self.url()}

    def url(self):
        """The address of this page."""
        raise NotImplementedError

    def finish(self, outcome):
        return self.list_url()


def opening(view, model_admin, request, queryset):
    """Open the page of a careful change from an action, with what was chosen."""
    keys = list(queryset.order_by().values_list("pk", flat=True)[: MOST + 1])
    return view.as_view(model_admin=model_admin, chosen=keys)(request)


class CitingForm(ConfirmedChangeForm):
    """Who says so, of all that is changed."""

    source = CodeOrNameField(Source, label="Source", help_text="Its key, or its title.")
    locator = forms.CharField(max_length=200, required=False, label="Article or page")
    quote = forms.CharField(
        required=False, label="Quote, word for word", widget=forms.Textarea(attrs={"rows": 2, "cols": 80})
    )

    def place(self):
        """Return who says so."""
        return bulk.Place(*(self.cleaned_data[name] for name in ("source", "locator", "quote")))


class EndForm(CitingForm):
    """On which date, why, and who says so."""

    left = Membership._meta.get_field("left").formfield(
        required=True,
        label="Left",
        help_text="As far as it is known: 1991, 1991-07 or 1991-07-01; XXXX: it ended, nobody knows when.",
    )
    left_reason = forms.ChoiceField(
        choices=[("", "–"), *Membership.LeftReason.choices], required=False, label="Why they ended"
    )
    field_order = ["left", "left_reason", "source", "locator", "quote", "reason"]


class EndSpells(ConfirmedBulkChange):
    """End the ongoing ones among the chosen spells."""

    form_class = EndForm
    confirm = "End them"

    def work(self, form):
        return bulk.end(self.facts, form.cleaned_data["left"], form.cleaned_data["left_reason"], form.place())

    def url(self):
        return reverse("admin:alliances_membership_end")

    def context(self, form, outcome):
        context = super().context(form, outcome)
        over = list(self.facts.exclude(left="").with_names())
        going_on = len(self.found) - len(over)
        context["title"] = f"End {going_on} spell{'' if going_on == 1 else 's'}"
        context["intro"].append(
            "All get the same end, reason and source. “Left” is the first day on which the status no longer held."
        )
        if over:
            context["intro"].append("These ended before, and stay as they are:")
            context["aside"] = over
        return context


class Dissolve(ConfirmedChange):
    """Dissolve an organization, and end all its spells that go on."""

    form_class = EndForm
    confirm = "Dissolve it"

    def begin(self, object_id):
        self.organization = self.model_admin.get_object(self.request, object_id)
        if self.organization is None:
            raise Http404("There is no such organization any more.")
        self.back = self.organization.get_admin_url()

    def form(self, data=None):
        form = super().form(data)
        form.fields["left"].label = "Dissolved"
        form.fields["left_reason"].label = "Why its spells ended"
        return form

    def initial(self):
        return {"left": self.organization.dissolved, "left_reason": Membership.LeftReason.DISSOLUTION}

    def work(self, form):
        organization = Organization.objects.get(pk=self.organization.pk)
        return bulk.dissolve(organization, form.cleaned_data["left"], form.cleaned_data["left_reason"], form.place())

    def context(self, form, outcome):
        number = self.organization.memberships.filter(left="").count()
        return {
            "title": f"Dissolve {self.organization}",
            "intro": [
                f"The date becomes its end (“dissolved”), and that of its {number} spells that go on, with one reason "
                "and one source. Its councils and forces keep their own dates."
            ],
            "back": self.back,
        }

    def finish(self, outcome):
        return self.back


class VerifyForm(ConfirmedChangeForm):
    """Nothing to ask: to verify changes no fact."""

    reason = None


class VerifyMany(ConfirmedBulkChange):
    """Say that the chosen facts were checked today and stand as they are."""

    form_class = VerifyForm
    confirm = "All these are right: verified today"
    needs_reason = False

    def form(self, data=None):
        """Nothing is asked, so what would be verified is shown at once."""
        return VerifyForm(data if data is not None else {})

    def page(self, form, outcome=None):
        if outcome is None and form.is_valid():
            outcome = self.attempt(form)
        return super().page(form, outcome)

    def work(self, form):
        return self.facts.verify()

    def url(self):
        return reverse(f"admin:alliances_{self.model_admin.opts.model_name}_verify_many")

    def context(self, form, outcome):
        context = super().context(form, outcome)
        context["title"] = f"Verify {len(self.found)} {self.model_admin.opts.verbose_name_plural}"
        context["intro"].append("Only what you checked against its sources today, and found right as it stands here.")
        return context


class MergeForm(ConfirmedChangeForm):
    """Which of the two stays, and what it takes over."""

    stays = forms.ModelChoiceField(
        Source.objects.none(), widget=forms.RadioSelect, empty_label=None, label="Which one stays"
    )
    fill = forms.BooleanField(
        required=False,
        initial=True,
        label="Take over what only the other one says of itself",
        help_text="Author, publisher, date, address and note, each only where the one that stays says nothing.",
    )
    field_order = ["stays", "fill", "reason"]

    def __init__(self, *args, sources, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["stays"].queryset = sources
        self.fields["stays"].label_from_instance = lambda source: (
            f"{source} – {source.key}, cited {source.facts} {'time' if source.facts == 1 else 'times'}"
        )


class MergeSources(ConfirmedBulkChange):
    """Merge two sources into one."""

    form_class = MergeForm
    confirm = "Merge them"

    def begin(self, **address):
        if answer := super().begin(**address):
            return answer
        if len(self.found) != 2:
            return self.away("Choose exactly two sources, then the action: one of them goes into the other.")

    def form(self, data=None):
        return MergeForm(data, sources=self.facts.with_citation_counts())

    def work(self, form):
        kept = Source.objects.get(pk=form.cleaned_data["stays"].pk)
        return bulk.merge(self.facts.exclude(pk=kept.pk).get(), kept, form.cleaned_data["fill"])

    def url(self):
        return reverse("admin:alliances_source_merge")

    def context(self, form, outcome):
        context = super().context(form, outcome)
        context["title"] = "Merge two sources"
        context["intro"].append(
            "What rests on the one that goes will rest on the one that stays, and its address leads there for ever. "
            "Where both are cited for the same at the same place, one citation stays, with the words of both."
        )
        fields = [each for each in Source._meta.fields if each.editable and not each.primary_key]
        sources = list(self.facts)
        context["columns"] = [source.key for source in sources]
        context["compared"] = [
            (each.verbose_name, [getattr(source, f"get_{each.name}_display", lambda: "")() or getattr(source, each.name)
                                 for source in sources])
            for each in fields
        ]  # fmt: skip
        return context

    def finish(self, outcome):
        return reverse("admin:alliances_source_change", args=[outcome.value.pk])


class RenameForm(ConfirmedChangeForm):
    """What it is called from now on."""

    to = forms.CharField(max_length=120, label="New address")
    field_order = ["to", "reason"]


class Rename(ConfirmedChange):
    """Give a thing another public address; the old one leads there for ever."""

    form_class = RenameForm
    confirm = "Rename it"

    def begin(self, object_id):
        self.thing = self.model_admin.get_object(self.request, object_id)
        if self.thing is None:
            raise Http404("There is no such thing any more.")
        self.back = reverse(f"admin:alliances_{self.model_admin.opts.model_name}_change", args=[self.thing.pk])
        self.public = self.thing.get_absolute_url()

    def initial(self):
        return {"to": self.thing.address}

    def work(self, form):
        thing = self.model_admin.model.objects.get(pk=self.thing.pk)
        try:
            rename.rename(thing, form.cleaned_data["to"])
        except ValidationError as error:
            raise ValidationError({"to": error.messages}) from error
        return thing

    def context(self, form, outcome):
        intro = [f"It is {self.public} now."]
        if former := rename.former(self.thing):
            intro.append(f"It was called {', '.join(former)} before; these keep leading to it.")
        if isinstance(self.thing, State):
            intro.append("The code is given by ISO 3166: change it only to correct it, or when ISO does.")
        if outcome:
            intro.append(f"{self.public} will answer with 301 to {outcome.value.get_absolute_url()}, for ever.")
        return {"title": f"Rename {self.thing}", "intro": intro, "back": self.back}

    def finish(self, outcome):
        return self.back


class WithTools:
    """Careful changes that begin at the form of one thing: `tools` are pairs of a word in the address and a view."""

    def tools(self):
        """Return {word: (label, view)}."""
        return {"rename": ("Rename…", Rename)} if issubclass(self.model, Addressed) else {}

    def tool_urls(self):
        """Return the addresses of the tools."""
        return [
            path(
                f"<path:object_id>/{word}/",
                self.admin_site.admin_view(view.as_view(model_admin=self)),
                name=f"alliances_{self.opts.model_name}_{word}",
            )
            for word, (_, view) in self.tools().items()
        ]

    def tool_context(self, request, fact):
        """Return the links to the tools, for the form of a fact."""
        if not (fact and self.has_publish_permission(request, fact)):
            return {}
        links = [
            (label, reverse(f"admin:alliances_{self.opts.model_name}_{word}", args=[fact.pk]))
            for word, (label, _) in self.tools().items()
        ]
        return {"careful_tools": links}
