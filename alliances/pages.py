"""What every public page has: strict reading of its address, the date on view, pages of a list, errors."""

from django.core.paginator import EmptyPage, Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.generic import View

from alliances import asking, dates
from alliances.control import DateControl
from alliances.history import History
from alliances.text import shorten


def bad_request(request, exception=None, problems=None):
    """Answer 400 with a page that says what is wrong with the address."""
    return _error(request, 400, problems=problems or {})


def permission_denied(request, exception=None):
    """Answer 403."""
    return _error(request, 403)


def page_not_found(request, exception=None):
    """Answer 404 with the ways on."""
    return _error(request, 404)


def _error(request, status, **context):
    context |= {"on": dates.on_today(), "path": request.path}
    return TemplateResponse(request, f"{status}.html", context, status=status).render()


def page_of(rows, request, size):
    """Return the page of rows that was asked for, or the problem with its number; past the last: not found."""
    number = request.GET.get("page", "1") or "1"
    if not (number.isascii() and number.isdecimal() and number.strip("0")):
        return None, {"page": [f"“{shorten(number)}” is not a page number. Pages count from 1."]}
    try:
        return Paginator(rows, size).page(int(number[:10])), {}
    except EmptyPage as error:
        raise Http404(f"This list has no page {shorten(number)}.") from error


class FactList(View):
    """A list of one kind of fact: filtered, sorted, paged. Bad input answers 400 with its messages and no rows.

    `related` and `fetched` name what each row brings along, joined and in a query of its own.
    """

    filterset = None
    template = ""
    related = ()
    fetched = ()
    page_size = 50

    def get(self, request):
        asked = self.filterset(request.GET, self.get_queryset())
        problems = asked.problems
        page = None
        if not problems:
            rows = asked.qs.select_related(*self.related) if self.related else asked.qs
            rows = rows.prefetch_related(*self.fetched)
            page, problems = page_of(rows, request, self.page_size)
        context = {"filterset": asked, "problems": problems, "page": page, "on": asked.on, "path": request.path}
        context["control"] = DateControl(asked.on)
        if page:
            page.object_list = list(page.object_list)
            context |= self.more(page.object_list, asked)
        return TemplateResponse(request, self.template, context, status=400 if problems else 200)

    def get_queryset(self):
        """Return the rows before anything was asked."""
        return self.filterset._meta.model.objects.all()

    def more(self, rows, asked):
        """Return what the rows need besides themselves, in a fixed number of queries."""
        return {}


class Unanswerable(Exception):
    """What was asked turned out to be no question: {parameter: [message]}."""

    def __init__(self, problems):
        super().__init__(problems)
        self.problems = problems


class AskedPage(View):
    """A page that can be asked for a date. `query` reads its address; `context` says what stands on it."""

    template = ""
    query = asking.PageQuery

    def get(self, request, **address):
        asked = self.asked = self.query(request.GET)
        if asked.problems:
            return bad_request(request, problems=asked.problems)
        try:
            context = {"on": asked.day, "path": request.path, **self.context(asked.day, **address)}
        except Unanswerable as error:
            return bad_request(request, problems=error.problems)
        context["control"] = DateControl(asked.day, context.get("stops", ()))
        return TemplateResponse(request, self.template, context)

    def context(self, on):
        """Return what stands on the page, on a date."""
        raise NotImplementedError


class FactPage(AskedPage):
    """The page of one thing, at a date. `field` is its public identity."""

    model = None
    field = "slug"

    def get(self, request, slug):
        if slug != slug.lower():
            return redirect(request.get_full_path().replace(slug, slug.lower(), 1), permanent=True)
        return super().get(request, slug=slug)

    def context(self, on, slug):
        fact = get_object_or_404(self.queryset(), **{self.field: self.identity(slug)})
        return {"fact": fact, "changed": fact.changed_on(), **self.parts(fact, on)}

    def queryset(self):
        """Return the things that have such a page, with what a page needs of them."""
        return self.model.objects.all()

    def identity(self, slug):
        """Return the public identity that a part of the address stands for."""
        return slug

    def parts(self, fact, on):
        """Return what stands on the page besides the thing itself; `stops` are the dates at which it changed."""
        return {}


class HistoryPage(FactPage):
    """What was corrected about one thing and all that belongs to it, a change set at a time, the latest first.

    `page` is the class of the thing's own page: it knows the model, and what it is found by.
    """

    template = "alliances/history.html"
    query = asking.HistoryQuery
    page = FactPage
    page_size = 20

    model = property(lambda self: self.page.model)
    field = property(lambda self: self.page.field)

    def identity(self, slug):
        return self.page().identity(slug)

    def parts(self, fact, on):
        history = History([fact])
        page, problems = page_of(history.change_sets(), self.request, self.page_size)
        if problems:
            raise Unanswerable(problems)
        return {"page": page, "entries": history.entries(page.object_list), "data": self.request.GET}
