"""Many spells end at once: those chosen in a list, or all of an organization that dissolves."""

from django import forms
from django.http import Http404
from django.urls import reverse

from alliances.editing import bulk
from alliances.models import Membership, Organization, Source
from alliances.text import plural

from .base import ConfirmedChange, ConfirmedChangeForm
from .bulk import ConfirmedBulkChange
from .lookup_field import CodeOrNameField


class CitingForm(ConfirmedChangeForm):
    """The source of all that is changed."""

    source = CodeOrNameField(Source, label="Source", help_text="Its key, or its title.")
    locator = forms.CharField(max_length=200, required=False, label="Article or page")
    quote = forms.CharField(
        required=False, label="Quote, word for word", widget=forms.Textarea(attrs={"rows": 2, "cols": 80})
    )

    def place(self):
        """Return the source with its place and quote."""
        return bulk.Place(*(self.cleaned_data[name] for name in ("source", "locator", "quote")))


class EndForm(CitingForm):
    """The date, the reason and the source."""

    left = Membership._meta.get_field("left").formfield(
        required=True,
        label="Left",
        help_text="As precisely as it is known: 1991, 1991-07 or 1991-07-01; XXXX: it ended, nobody knows when.",
    )
    left_reason = forms.ChoiceField(
        choices=[("", "–"), *Membership.LeftReason.choices], required=False, label="Why they ended"
    )
    field_order = ["left", "left_reason", "source", "locator", "quote", "reason"]


class EndSpells(ConfirmedBulkChange):
    """End those of the chosen spells that are ongoing."""

    form_class = EndForm
    confirm = "End them"

    def work(self, form):
        return bulk.end(self.facts, form.cleaned_data["left"], form.cleaned_data["left_reason"], form.place())

    def url(self):
        return reverse("admin:alliances_membership_end")

    def context(self, form, outcome):
        context = super().context(form, outcome)
        over = list(self.facts.exclude(left="").with_names())
        going_on = len(self.keys) - len(over)
        context["title"] = f"End {plural(going_on, 'membership')}"
        context["intro"].append(
            "All get the same end, reason and source. “Left” is the first day on which the status no longer held."
        )
        if over:
            context["intro"].append("These have already ended, and stay as they are:")
            context["aside"] = over
        return context


class Dissolve(ConfirmedChange):
    """Dissolve an organization, and end all its ongoing spells."""

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
        form.fields["left_reason"].label = "Why its memberships ended"
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
                f"The date becomes its end (“dissolved”) and that of its {number} ongoing memberships, with one reason "
                "and one source. Its councils and forces keep their own dates."
            ],
            "back": self.back,
        }

    def finish(self, outcome):
        return self.back
