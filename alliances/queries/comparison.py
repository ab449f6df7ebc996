"""What a comparison can be asked."""

from alliances import dates
from alliances.models import Organization, State

from . import wording
from .common_filters import on_filter, organization_filter, state_filter
from .params import Codes, CombinedCodes, ListFilter


class CompareFilter(ListFilter):
    """States with a spell in one of the chosen organizations on a date; by default in any."""

    MAX_ORGANIZATIONS = 12

    organization = organization_filter(
        CombinedCodes, help_text=f"The organizations to set side by side, by slug; at most {MAX_ORGANIZATIONS}."
    )
    state = state_filter(
        help_text="Only these states; without organizations: every organization with one of them as a member."
    )
    region = Codes(choices=State.Region.choices, label="Region", help_text="Only states of these regions (UN M49).")
    on = on_filter("The date to look at, for example 2008-01-01 or 1993; default today.")

    OTHER = {"cite"}

    class Meta:
        model = State
        fields = []

    def contradictions(self):
        """Refuse more organizations than readers can tell apart."""
        number = len(set(self.cleaned["organization"]))
        if number > self.MAX_ORGANIZATIONS:
            return {"organization": [f"Compare at most {self.MAX_ORGANIZATIONS} organizations; these are {number}."]}
        return super().contradictions()

    @property
    def chips(self):
        """The organizations that were asked for: [(slug, name, query string without it)]."""
        return wording.given(self, "organization")

    @property
    def besides(self):
        """What else was asked, in words."""
        chosen, on = self.filters["organization"].label, self.filters["on"].label
        rows = [(label, words) for label, words, _ in self.applied if label != chosen]
        return [dates.in_words(self.on.text) if label == on and self.on.given else words for label, words in rows]

    @property
    def chooses_states(self):
        """Whether only some states are compared."""
        return any(self.cleaned[name] for name in ("state", "region", "q"))

    @property
    def organizations(self):
        """The organizations to compare, in the order in which they were asked for."""
        slugs = list(dict.fromkeys(self.cleaned["organization"]))
        if slugs:
            found = Organization.objects.in_bulk(slugs, field_name="slug")
            return [found[slug] for slug in slugs]
        if self.cleaned["state"]:
            return list(Organization.objects.with_members(self.cleaned["state"], on=self.on).order_by("folded"))
        return []

    def together(self, queryset, cleaned):
        """Keep the chosen states."""
        return queryset.filter(iso3__in=cleaned["state"]) if cleaned["state"] else queryset
