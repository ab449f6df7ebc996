"""Two sources that are one are merged."""

from django import forms
from django.db.models import Count
from django.urls import reverse

from alliances.editing import bulk
from alliances.models import Source

from .base import ConfirmedChangeForm
from .bulk import ConfirmedBulkChange


class MergeForm(ConfirmedChangeForm):
    """Which of the two stays, and what it takes over."""

    stays = forms.ModelChoiceField(
        Source.objects.none(), widget=forms.RadioSelect, empty_label=None, label="Which one stays"
    )
    fill = forms.BooleanField(
        required=False,
        initial=True,
        label="Take over what only the other one has",
        help_text="Author, publisher, date, address and note, each only if it is empty in the one that stays.",
    )
    field_order = ["stays", "fill", "reason"]

    def __init__(self, *args, sources, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["stays"].queryset = sources
        self.fields["stays"].label_from_instance = lambda source: (
            f"{source} – {source.key}, cited {source.cited} {'time' if source.cited == 1 else 'times'}"
        )


class MergeSources(ConfirmedBulkChange):
    """Merge two sources into one."""

    form_class = MergeForm
    confirm = "Merge them"

    def begin(self, **address):
        if answer := super().begin(**address):
            return answer
        if len(self.keys) != 2:
            return self.away("Choose exactly two sources, then the action: one of them is merged into the other.")

    def form(self, data=None):
        # All its citations, also those in which it says something else: all of them move.
        return MergeForm(data, sources=self.facts.annotate(cited=Count("citations")))

    def work(self, form):
        kept = Source.objects.get(pk=form.cleaned_data["stays"].pk)
        return bulk.merge(self.facts.exclude(pk=kept.pk).get(), kept, form.cleaned_data["fill"])

    def url(self):
        return reverse("admin:alliances_source_merge")

    def context(self, form, outcome):
        context = super().context(form, outcome)
        context["title"] = "Merge two sources"
        context["intro"].append(
            "What rests on the one that goes will rest on the one that stays, and its address will lead there for "
            "ever. If both are cited for the same at the same place, one citation stays, with the words of both."
        )
        fields = [each for each in Source._meta.fields if each.editable and not each.primary_key]
        sources = list(self.facts)
        context["columns"] = [source.key for source in sources]
        context["compared"] = [
            (
                each.verbose_name,
                [
                    getattr(source, f"get_{each.name}_display", lambda: "")() or getattr(source, each.name)
                    for source in sources
                ],
            )
            for each in fields
        ]
        return context

    def finish(self, outcome):
        return reverse("admin:alliances_source_change", args=[outcome.value.pk])
