"""What every public page has: strict reading of its address, the date on view, pages of a list, errors."""

from functools import wraps

from django.core.paginator import EmptyPage, Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe
from django.views.generic import View

from alliances import dates
from alliances.public import redirects
from alliances.public.date_navigation import DateNavigation
from alliances.public.errors import bad_request
from alliances.publishing import citations
from alliances.publishing.page_address import PageAddress
from alliances.queries import params
from alliances.text import shorten


def asks_nothing(view):
    """Refuse every parameter of an address that can be asked nothing, and every method that does not only read."""

    @require_safe
    @wraps(view)
    def strict(request):
        names = list(request.GET)
        if names:
            return bad_request(request, problems={shorten(name): ["Nothing can be asked here."] for name in names})
        return view(request)

    return strict


def page_of(rows, request, size):
    """Return the page of rows that was asked for, or the problem with its number; past the last: not found."""
    number = request.GET.get("page", "1") or "1"
    if not (number.isascii() and number.isdecimal() and number.strip("0")):
        return None, {"page": [f"“{shorten(number)}” is not a page number. Pages count from 1."]}
    try:
        return Paginator(rows, size).page(int(number[:10])), {}
    except EmptyPage as error:
        raise Http404(f"This list has no page {shorten(number)}.") from error


def redirect_to_codes(request, asked):
    """Return the way to the address with the present codes, where one has old codes, or names typed into the form."""
    if not asked.problems:
        return None
    if query := asked.moved:
        return redirects.moved_permanently(f"{request.path}?{query}")
    query = asked.canonical
    return query and redirect(f"{request.path}?{query}")


class Page(View):
    """A page that knows where it is, what it is called and what it rests on: it can be cited, and read by machines.

    `undated` says what it shows where no date was asked: "today" that of the day, `citing.AT_ALL_TIMES` all there
    is; empty: it is the same on every date.
    """

    template = ""
    undated = "today"

    def show(self, request, context, status=200):
        """Answer with the page, or, where `cite` asks for it, with its citation as a file."""
        on = context["on"]
        here = PageAddress.of(request, on, self.undated)
        context["here"] = here
        if status == 200:
            context["citation"] = citation = citations.PageCitation(
                self.title(context),
                self.when(context),
                on,
                here.permanent,
                self.sources(context),
                dates.on_today(),
                sample=self.sample(context),
            )
            if form := request.GET.get("cite"):
                return _file(citation, form)
            context["linked"] = self.linked(context, here)
        return TemplateResponse(request, self.template, context, status=status)

    def title(self, context):
        """Return what a citation calls the page."""
        return "International organizations and their members"

    def when(self, context):
        """Say the date on view in words."""
        return citations.when(context["on"], self.undated)

    def sources(self, context):
        """Return the sources that the page rests on, the one that most of its facts rest on first.

        They are those of its notes, or of `rests_on`, where a page shows none.
        """
        return citations.ranked(context.get("notes") or context.get("rests_on") or ())

    def sample(self, context):
        """Tell whether these are the sources of the rows shown, of a list that has more."""
        page = context.get("page")
        return page is not None and page.has_other_pages()

    def linked(self, context, here):
        """Return the page as linked data (`linked`), or None."""


def _file(citation, form):
    """Answer with a citation as a file: another address than the page, which no engine needs to list."""
    written = citations.FORMATS[form]
    headers = {
        "Content-Disposition": f'attachment; filename="{citation.filename}.{written.suffix}"',
        "X-Robots-Tag": "noindex",
    }
    return HttpResponse(citation.written(form), content_type=written.content_type, headers=headers)


class FactList(Page):
    """A list of one kind of fact: filtered, sorted, paged. Bad input answers 400 with its messages and no rows.

    `related` and `fetched` name what each row brings along, joined and in a query of its own.
    """

    filterset = None
    called = ""
    related = ()
    fetched = ()
    page_size = 50

    def get(self, request):
        asked = self.filterset(request.GET, self.get_queryset())
        if way := redirect_to_codes(request, asked):
            return way
        problems = asked.problems
        page = None
        if not problems:
            rows = asked.qs.select_related(*self.related) if self.related else asked.qs
            rows = rows.prefetch_related(*self.fetched)
            page, problems = page_of(rows, request, self.page_size)
        context = {"filterset": asked, "problems": problems, "page": page, "on": asked.on, "path": request.path}
        context["control"] = DateNavigation(asked.on)
        if page is not None:
            page.object_list = list(page.object_list)
            context |= self.more(page.object_list, asked)
        return self.show(request, context, 400 if problems else 200)

    def title(self, context):
        """Call the list by its noun and its filters in words, and by its page, where it has several."""
        return titled(self.called or self.filterset._meta.model._meta.verbose_name_plural.capitalize(), context)

    def get_queryset(self):
        """Return the rows before anything was asked."""
        return self.filterset._meta.model.objects.all()

    def more(self, rows, asked):
        """Return what the rows need besides themselves, in a fixed number of queries."""
        return {}


def titled(noun, context):
    """Return a noun with what was asked of the list in words, other than dates, and the number of the page."""
    filterset = context["filterset"]
    dated = {each.label for each in filterset.filters.values() if isinstance(each, params.On)}
    said = [f"{label}: {words}" for label, words, _ in filterset.applied if label not in dated]
    page = context["page"]
    said += [f"page {page.number} of {page.paginator.num_pages}"] if page.has_other_pages() else []
    return f"{noun} ({'; '.join(said)})" if said else noun


class Unanswerable(Exception):
    """What was asked turned out to be no question: {parameter: [message]}."""

    def __init__(self, problems):
        super().__init__(problems)
        self.problems = problems


class AskedPage(Page):
    """A page that can be asked for a date. `query` reads its address; `context` says what stands on it."""

    query = params.PageQuery

    def get(self, request, **address):
        asked = self.asked = self.query(request.GET)
        if asked.problems:
            return bad_request(request, problems=asked.problems)
        try:
            context = {"on": asked.day, "path": request.path, **self.context(asked.day, **address)}
        except Unanswerable as error:
            return bad_request(request, problems=error.problems)
        context["control"] = DateNavigation(asked.day, context.get("stops", ()))
        return self.show(request, context)

    def context(self, on):
        """Return what stands on the page, on a date."""
        raise NotImplementedError


class FactPage(AskedPage):
    """The page of one thing, at a date. `field` is its public identity."""

    model = None
    field = "slug"

    def title(self, context):
        """Call the page by the thing it is about."""
        return str(context["fact"])

    def get(self, request, slug):
        if slug != slug.lower():
            return redirect(request.get_full_path().replace(slug, slug.lower(), 1), permanent=True)
        try:
            return super().get(request, slug=slug)
        except Http404:
            if way := redirects.redirect_from_old_address(request, self.model, self.identity(slug)):
                return way
            raise

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
