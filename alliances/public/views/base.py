"""What every public page has: a strictly read address, the date on view, pages of a list, errors."""

from functools import wraps

from django.core.paginator import EmptyPage, Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe
from django.views.generic import View

from alliances import dates
from alliances.public import redirects
from alliances.public.date_navigation import DateNavigation, Unread
from alliances.public.errors import bad_request
from alliances.publishing import citations
from alliances.publishing.page_address import PageAddress
from alliances.queries.params import PageQuery
from alliances.queries.redirects import redirect_for_renamed_codes, redirect_for_typed
from alliances.queries.wording import titled
from alliances.text import shorten


def asks_only(*known):
    """Refuse other parameters than these at an address, and methods that do not only read."""

    def strict(view):
        @require_safe
        @wraps(view)
        def strict_view(request, *args, **kwargs):
            problems = {
                shorten(name): [f"There is no parameter “{shorten(name)}” here."]
                for name in request.GET
                if name not in known
            }
            return bad_request(request, problems=problems) if problems else view(request, *args, **kwargs)

        return strict_view

    return strict


def page_of(rows, request, size):
    """Return (page of rows, problems with its number). Raise Http404 past the last page."""
    number = request.GET.get("page", "1") or "1"
    if not (number.isascii() and number.isdecimal() and number.strip("0")):
        return None, {"page": [f"“{shorten(number)}” is not a page number. Pages count from 1."]}
    try:
        return Paginator(rows, size).page(int(number[:10])), {}
    except EmptyPage as error:
        raise Http404(f"This list has no page {shorten(number)}.") from error


def lead_on(request, form, problems):
    """Return a redirect if the query has renamed codes, or names and dates as people write them; else None."""
    if not problems:
        return None
    if query := redirect_for_renamed_codes(form):
        return redirects.moved_permanently(f"{request.path}?{query}")
    query = redirect_for_typed(form)
    return query and redirect(f"{request.path}?{query}")


class Page(View):
    """A page with an address, a title and sources, so that it can be cited and read by machines.

    `undated` says what it shows if no date is asked for: "today", or `AT_ALL_TIMES` for all there is; empty if it is
    the same on every date.
    """

    template = ""
    undated = "today"

    def show(self, request, context, problems=(), *, rows=True):
        """Answer with the page, or with its citation as a file if `cite` asks for one.

        With problems the status is 400. `rows` tells whether there is something to cite all the same.
        """
        on = context["on"]
        here = PageAddress.of(request, on, self.undated, without=problems)
        context["here"] = here
        if rows:
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
            context["figures"] = {figure.part: figure for figure in self.figures(context, here)}
        return TemplateResponse(request, self.template, context, status=400 if problems else 200)

    def title(self, context):
        """Return the title of the page in a citation."""
        return "International organizations and their members"

    def when(self, context):
        """Return the date on view in words."""
        return citations.when(context["on"], self.undated)

    def sources(self, context):
        """Return the sources of the page, the one that most of its facts rest on first.

        They are those of its notes, or of `rests_on`, where a page shows none.
        """
        return citations.ranked(context.get("notes") or context.get("rests_on") or ())

    def sample(self, context):
        """Tell whether `sources` covers only one page of a longer list."""
        page = context.get("page")
        return page is not None and page.has_other_pages()

    def home(self, context):
        """Return the path at which the addresses of the page’s figures begin."""
        return context["path"]

    def figures(self, context, here):
        """Return the figures of the page that readers take along; the first is its picture where it is shared."""
        return []

    def linked(self, context, here):
        """Return the page as linked data (`linked`), or None."""


def _file(citation, form):
    """Answer with a citation as a file, which search engines need not index."""
    written = citations.FORMATS[form]
    headers = {
        "Content-Disposition": f'attachment; filename="{citation.filename}.{written.suffix}"',
        "X-Robots-Tag": "noindex",
    }
    return HttpResponse(citation.written(form), content_type=written.content_type, headers=headers)


class FactList(Page):
    """A list of one kind of fact: filtered, sorted, paged. Bad input answers 400 with its messages and no rows.

    `related` and `prefetch` are for select_related and prefetch_related; `heading` titles the list, by default the
    plural of its facts.
    """

    filterset = None
    heading = ""
    related = ()
    prefetch = ()
    page_size = 50

    def get(self, request):
        filterset = self.filterset(request.GET, self.get_queryset())
        if redirection := lead_on(request, filterset.form, filterset.problems):
            return redirection
        on, problems, page = filterset.on, filterset.problems, None
        if not problems:
            rows = filterset.qs.select_related(*self.related) if self.related else filterset.qs
            rows = rows.prefetch_related(*self.prefetch)
            page, problems = page_of(rows, request, self.page_size)
        context = {"filterset": filterset, "problems": problems, "page": page, "on": on, "path": request.path}
        context["control"] = DateNavigation(on)
        if page is not None:
            page.object_list = list(page.object_list)
            context |= self.rows_context(page.object_list, filterset)
        return self.show(request, context, problems, rows=not problems)

    def title(self, context):
        """Title the list with its noun, its filters in words, and its page if there are several."""
        noun = self.heading or self.filterset._meta.model._meta.verbose_name_plural.capitalize()
        return titled(noun, context["filterset"], context["page"])

    def get_queryset(self):
        """Return the rows before filtering."""
        return self.filterset._meta.model.objects.all()

    def rows_context(self, rows, filterset):
        """Return the context of a page of rows, in a fixed number of queries."""
        return {}


class Unanswerable(Exception):
    """A query that turned out, after it was parsed, to have no answer: {parameter: [message]}."""

    def __init__(self, problems):
        super().__init__(problems)
        self.problems = problems


class AskedPage(Page):
    """A page that takes a date. `query` is the form that reads its address; `context` returns what it shows.

    A date that cannot be read is told beside the box in which it was typed, if the page has one (`date_box`), and the
    page shows today. All else that is wrong with an address is an error page.
    """

    query = PageQuery
    date_box = True

    def get(self, request, **address):
        query = self.query(request.GET)
        self.parsed, unread = query.parsed, None
        on, problems = self.parsed.on, self.parsed.problems
        if problems:
            if redirection := lead_on(request, query, problems):
                return redirection
            if not self.date_box or set(problems) != {"on"} or request.GET.get("cite"):
                return bad_request(request, problems=problems, suggestions=query.suggestions)
            unread = Unread(request.GET["on"], problems["on"], query.suggestions.get("on", []))
        try:
            context = {"on": on, "path": request.path, "problems": problems, **self.context(on, **address)}
        except Unanswerable as error:
            return bad_request(request, problems=error.problems)
        context["control"] = DateNavigation(on, context.get("change_dates", ()), unread)
        return self.show(request, context, problems)

    def context(self, on):
        """Return what the page shows on a date."""
        raise NotImplementedError


class FactPage(AskedPage):
    """The page of one fact on a date. `field` is its public identity."""

    model = None
    field = "slug"

    def title(self, context):
        """Title the page with its fact."""
        return str(context["fact"])

    def home(self, context):
        return context["fact"].get_absolute_url()

    def get(self, request, slug):
        if slug != slug.lower():
            return redirect(request.get_full_path().replace(slug, slug.lower(), 1), permanent=True)
        try:
            return super().get(request, slug=slug)
        except Http404:
            redirection = redirects.redirect_from_old_address(request, self.model, self.identity(slug))
            redirection = redirection or redirects.redirect_from_name(request, self.model, slug)
            if redirection is None:
                raise
            return redirection

    def context(self, on, slug):
        fact = get_object_or_404(self.queryset(), **{self.field: self.identity(slug)})
        return {"fact": fact, "changed": fact.changed_on(), **self.detail_context(fact, on)}

    def queryset(self):
        """Return the facts that have such a page, with the related facts that the page names."""
        return self.model.objects.all()

    def identity(self, slug):
        """Return the public identity for the last part of the address."""
        return slug

    def detail_context(self, fact, on):
        """Return the context besides the fact itself; `change_dates` are the dates on which it changed."""
        return {}
