"""What the changes between two dates can be asked."""

from django.utils.http import urlencode

from alliances import dates
from alliances.derived import events
from alliances.history.changelog import History
from alliances.models import Membership, Organization, State

from .common_filters import on_filter, organization_filter, state_filter
from .params import CombinedCodes, ListFilter, On


class ChangesFilter(ListFilter):
    """What changed in the world, and what we corrected, in an interval; by default in the year up to the date."""

    q = None
    to = On(label="Before", help_text="Until the day before; default the day after the date on view.")
    state = state_filter(help_text="Only what these states did: joined, left, changed status.")
    organization = organization_filter(CombinedCodes, help_text="Only what concerns these organizations, by slug.")
    on = on_filter("Without “from” and “to”: the year up to this date.")

    class Meta:
        model = Membership
        fields = []

    @classmethod
    def get_filters(cls):
        """Add “from”, a keyword of Python that no name in a class body can be."""
        first_day = "The first day of this day, month or year; default a year before."
        return {"from": On(field_name="from", label="From", help_text=first_day), **super().get_filters()}

    def contradictions(self):
        """Refuse an interval that ends before it begins."""
        since, until = self.interval
        if until > since:
            return super().contradictions()
        name, ask = ("to", "Give a later date.") if self.cleaned["to"] else ("from", "Give “to”, too.")
        given = self.cleaned["from"] or since, self.cleaned["to"] or until
        return {name: [f"Nothing lies from {given[0]} and before {given[1]}. {ask}"]}

    @property
    def interval(self):
        """The first day, and the first day after, as ISO days."""
        return events.interval(self.cleaned["from"], self.cleaned["to"], self.on)

    def events(self, **kwargs):
        """Return the events asked for."""
        return events.events(*self.interval, self.cleaned["state"], self.cleaned["organization"], **kwargs)

    def written(self, change_sets):
        """Keep the change sets made in the interval; days are those of UTC."""
        since, until = self.interval
        if since != dates.ALWAYS:
            change_sets = change_sets.filter(made__gte=dates.midnight(since))
        return change_sets if until == dates.NEVER else change_sets.filter(made__lt=dates.midnight(until))

    @property
    def feed_query(self):
        """The query of the feed of what comes next about the same states and organizations."""
        asked = {name: self.data.getlist(name) for name in ("state", "organization")}
        return urlencode({name: codes for name, codes in asked.items() if codes}, doseq=True)

    def history(self):
        """Return the history of the states and organizations asked for, or of everything."""
        states = State.objects.filter(iso3__in=self.cleaned["state"])
        organizations = Organization.objects.filter(slug__in=self.cleaned["organization"])
        return History(list(states), list(organizations))


class FeedFilter(ChangesFilter):
    """The same for the feed; without “from”, of all times."""

    OTHER = {"page"}

    @property
    def interval(self):
        """The first day, and the first day after, as ISO days."""
        since, until = super().interval
        return (since if self.cleaned["from"] else dates.ALWAYS), until
