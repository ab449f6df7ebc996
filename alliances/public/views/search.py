"""The search pages."""

from alliances.queries import search
from alliances.queries.answer import answer
from alliances.queries.fields import CodesField, SearchField
from alliances.queries.params import PageQuery
from alliances.queries.search import RESULT_KINDS

from .base import AskedPage


class SuggestionsQuery(PageQuery):
    """What the box in the header asks while somebody types. No citation export: one cites what a search found."""

    other = ()

    q = SearchField(required=False)


class SearchQuery(SuggestionsQuery):
    """What a search can be asked: words, and the kinds to search; without `kind`, all of them."""

    kind = CodesField(
        required=False,
        choices=[(kind.code, kind.many) for kind in RESULT_KINDS],
        label="Kind",
        help_text="One or several.",
    )
    repeatable = ("kind",)


class Search(AskedPage):
    """One box over everything: the best matches of all kinds, then each kind."""

    template = "alliances/search.html"
    query = SearchQuery
    date_box = False

    def title(self, context):
        results = context["results"]
        return f"Search: {results.text}" if results else "Search"

    def context(self, on):
        text, kinds = self.parsed.cleaned["q"], self.parsed.cleaned["kind"]
        return {
            "results": search.Results(text, on, kinds) if text else None,
            "answer": answer(text, on) if text and not kinds else None,
        }


class Suggestions(AskedPage):
    """The best matches while somebody types, as the options of a list: a fragment for search.js."""

    template = "alliances/suggestions.html"
    query = SuggestionsQuery
    date_box = False

    def get(self, request):
        response = super().get(request)
        # An edit shows on the next request, here too; and no engine should list fragments.
        response.headers["Cache-Control"] = "no-cache"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    def context(self, on):
        return {"hits": search.suggestions(self.parsed.cleaned["q"], on)}
