"""The changes between two dates: what can be asked of them, their page, and their feed."""

from django.http import Http404, HttpResponse, JsonResponse
from django.views.generic import View

from alliances import dates
from alliances.derived import events
from alliances.public import redirects
from alliances.public.date_navigation import DateNavigation
from alliances.publishing import atom
from alliances.publishing.footnotes import Footnotes
from alliances.queries.changes import ChangesFilter, FeedFilter

from .base import Page, page_of, redirect_to_codes, titled


class Changes(Page):
    """What changed in the world in an interval and, beside it, what we corrected in that time."""

    template = "alliances/changes.html"
    filterset = ChangesFilter
    page_size = 200
    corrections = 50

    def get(self, request):
        asked = self.filterset(request.GET)
        if way := redirect_to_codes(request, asked):
            return way
        problems = asked.problems
        page = None
        if not problems:
            page, problems = page_of(asked.events(), request, self.page_size)
        context = {"filterset": asked, "problems": problems, "page": page, "on": asked.on, "path": request.path}
        context["control"] = DateNavigation(asked.on)
        if not problems:
            history = asked.history()
            made = asked.written(history.corrections())
            context |= {
                "days": events.by_day(page.object_list),
                "possible": list(asked.events(possible=True)),
                "interval": asked.interval,
                "ahead": asked.interval[0] > dates.today().isoformat(),
                "corrected": made.count(),
                "entries": history.entries(made[: self.corrections]),
                "feed": asked.feed_query,
                "rests_on": Footnotes([event.fact for event in page.object_list]),
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
            return redirects.moved_permanently(f"{request.path}?{query}")
        if not problems:
            size = atom.PAGE if asked.asked["from"] else atom.NEWEST
            try:
                page, problems = page_of(asked.events(), request, size)
            except Http404 as error:
                return JsonResponse({"errors": {"page": [str(error)]}}, status=404)
        if problems:
            return JsonResponse({"errors": problems}, status=400)
        return HttpResponse(atom.atom(request, page, asked.on), content_type="application/atom+xml; charset=utf-8")
