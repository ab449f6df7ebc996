"""The changes between two dates: what can be asked of them, their page, and their feed."""

from django.http import Http404, HttpResponse, JsonResponse
from django.utils.http import urlencode
from django.views.generic import View

from alliances import dates
from alliances.derived import events
from alliances.editing import rename
from alliances.history.changelog import History
from alliances.models import Membership, Organization, State
from alliances.public.date_navigation import DateControl
from alliances.publishing import atom
from alliances.publishing.footnotes import Notes
from alliances.queries.filters import on_filter, organization_filter, state_filter
from alliances.queries.params import ListFilter, On, TogetherCodes

from .base import Page, led_on, page_of, titled


class ChangesFilter(ListFilter):
    """What changed in the world, and what we corrected, in an interval; without one, in the year up to the date."""

    q = None
    # “from” is a word of Python, and of the contract.
    locals()["from"] = On(label="From", help_text="The first day of this day, month or year; default a year before.")
    to = On(label="Until, not including", help_text="Until the day before; default the day after the date on view.")
    state = state_filter(help_text="Only what these states did: joined, left, changed status.")
    organization = organization_filter(TogetherCodes, help_text="Only what concerns these organizations, by slug.")
    on = on_filter("Without “from” and “to”: the year up to this date.")

    class Meta:
        model = Membership
        fields = []

    @property
    def problems(self):
        """Besides what every list refuses: an interval that ends before it begins."""
        found = super().problems
        if not found:
            since, until = self.interval
            if until <= since:
                name, ask = ("to", "Give a later date.") if self.asked["to"] else ("from", "Give “to”, too.")
                given = self.asked["from"] or since, self.asked["to"] or until
                found[name] = [f"Nothing lies from {given[0]} until, not including, {given[1]}. {ask}"]
        return found

    @property
    def interval(self):
        """The first day, and the first day after, as ISO days."""
        return events.interval(self.asked["from"], self.asked["to"], self.on)

    def events(self, **kwargs):
        """Return the events that were asked for."""
        return events.events(*self.interval, self.asked["state"], self.asked["organization"], **kwargs)

    def written(self, change_sets):
        """Keep the change sets that were made in the interval; days are those of UTC."""
        since, until = self.interval
        if since != dates.ALWAYS:
            change_sets = change_sets.filter(made__gte=dates.midnight(since))
        return change_sets if until == dates.NEVER else change_sets.filter(made__lt=dates.midnight(until))

    @property
    def feed_query(self):
        """The query of the feed that goes on with what was asked: its states and organizations."""
        asked = {name: self.data.getlist(name) for name in ("state", "organization")}
        return urlencode({name: codes for name, codes in asked.items() if codes}, doseq=True)

    def history(self):
        """Return the history of the states and organizations that were asked for, or of everything."""
        states = State.objects.filter(iso3__in=self.asked["state"]) if self.asked["state"] else ()
        homes = Organization.objects.filter(slug__in=self.asked["organization"]) if self.asked["organization"] else ()
        return History(list(states), list(homes))


class FeedFilter(ChangesFilter):
    """The same for the feed; without “from”, of all times."""

    OTHER = {"page"}

    @property
    def interval(self):
        """The first day, and the first day after, as ISO days."""
        since, until = super().interval
        return (since if self.asked["from"] else dates.ALWAYS), until


class Changes(Page):
    """What changed in the world in an interval and, beside it, what we corrected in that time."""

    template = "alliances/changes.html"
    filterset = ChangesFilter
    page_size = 200
    corrections = 50

    def get(self, request):
        asked = self.filterset(request.GET)
        if way := led_on(request, asked):
            return way
        problems = asked.problems
        page = None
        if not problems:
            page, problems = page_of(asked.events(), request, self.page_size)
        context = {"filterset": asked, "problems": problems, "page": page, "on": asked.on, "path": request.path}
        context["control"] = DateControl(asked.on)
        if not problems:
            history = asked.history()
            made = asked.written(history.corrections())
            context |= {
                "days": events.by_day(page.object_list),
                "possible": asked.events(possible=True),
                "interval": asked.interval,
                "ahead": asked.interval[0] > dates.today().isoformat(),
                "corrected": made.count(),
                "entries": history.entries(made[: self.corrections]),
                "feed": asked.feed_query,
                "rests_on": Notes([event.fact for event in page.object_list]),
            }
        return self.show(request, context, 400 if problems else 200)

    def title(self, context):
        """Call it by the interval, which is the date of these changes, and by what was asked."""
        since, until = (dates.in_words(day) for day in context["interval"])
        return titled(f"What changed from {since} until, not including, {until}", context)

    def when(self, context):
        """Say nothing more: the interval stands in the title."""
        return ""


class ChangesFeed(View):
    """The same events as Atom, the newest first, a page of them at a time (RFC 5005)."""

    def get(self, request):
        asked = FeedFilter(request.GET)
        problems = asked.problems
        if problems and (query := asked.moved):
            return rename.moved(f"{request.path}?{query}")
        if not problems:
            size = atom.PAGE if asked.asked["from"] else atom.NEWEST
            try:
                page, problems = page_of(asked.events(), request, size)
            except Http404 as error:
                return JsonResponse({"errors": {"page": [str(error)]}}, status=404)
        if problems:
            return JsonResponse({"errors": problems}, status=400)
        return HttpResponse(atom.atom(request, page, asked.on), content_type="application/atom+xml; charset=utf-8")
