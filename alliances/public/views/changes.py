"""The changes between two dates: their page and their feed."""

from django.http import Http404, HttpResponse, JsonResponse
from django.views.generic import View

from alliances import dates
from alliances.derived import events
from alliances.public import redirects
from alliances.public.date_navigation import DateNavigation
from alliances.publishing import atom
from alliances.publishing.footnotes import Footnotes
from alliances.queries.changes import ChangesFilter, FeedFilter
from alliances.queries.redirects import redirect_for_renamed_codes
from alliances.queries.wording import titled

from .base import Page, lead_on, page_of


def in_words(interval):
    """Word the days of a half-open interval, for example “on or after 1 January 1991 and before 1 January 1992”."""
    since, until = interval
    if until == dates.NEVER:
        return f"on or after {dates.in_words(since)}"
    return f"on or after {dates.in_words(since)} and before {dates.in_words(until)}"


class Changes(Page):
    """What changed in the world in an interval and, beside it, what we corrected in that time."""

    template = "alliances/changes.html"
    filterset = ChangesFilter
    page_size = 200
    corrections = 50
    possible = 100

    def get(self, request):
        filterset = self.filterset(request.GET)
        if redirection := lead_on(request, filterset.form, filterset.problems):
            return redirection
        on, problems, page = filterset.on, filterset.problems, None
        if not problems:
            page, problems = page_of(filterset.events(), request, self.page_size)
        context = {"filterset": filterset, "problems": problems, "page": page, "on": on, "path": request.path}
        context["control"] = DateNavigation(on)
        if not problems:
            history = filterset.history()
            made = filterset.written(history.corrections())
            # The newest come first; those that end soonest after this time are the ones that most likely lie in it.
            possible = filterset.events(possible=True)
            context |= {
                "days": events.by_day(page.object_list),
                "possible": list(possible[max(0, len(possible) - self.possible) :]),
                "possibly": len(possible),
                "interval": in_words(filterset.interval),
                "ahead": filterset.interval[0] > dates.today().isoformat(),
                "corrected": made.count(),
                "entries": history.entries(made[: self.corrections]),
                "feed": filterset.feed_query,
                "rests_on": Footnotes([event.fact for event in page.object_list]),
            }
        return self.show(request, context, problems, rows=not problems)

    def title(self, context):
        """Title the page with its interval and its filters."""
        return titled(f"What changed {context['interval']}", context["filterset"], context["page"])

    def when(self, context):
        """No date suffix: the title already has the interval."""
        return ""


class ChangesFeed(View):
    """The same events as Atom, the newest first, a page of them at a time (RFC 5005)."""

    def get(self, request):
        filterset = FeedFilter(request.GET)
        problems = filterset.problems
        if problems and (query := redirect_for_renamed_codes(filterset.form)):
            return redirects.moved_permanently(f"{request.path}?{query}")
        if not problems:
            size = atom.PAGE if filterset.cleaned["from"] else atom.NEWEST
            try:
                page, problems = page_of(filterset.events(), request, size)
            except Http404 as error:
                return JsonResponse({"errors": {"page": [str(error)]}}, status=404)
        if problems:
            return JsonResponse({"errors": problems}, status=400)
        return HttpResponse(atom.atom(request, page, filterset.on), content_type="application/atom+xml; charset=utf-8")
