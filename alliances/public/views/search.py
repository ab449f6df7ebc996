"""The search pages."""

from django import forms

from alliances.queries import search
from alliances.queries.fields import MAX_Q, CodesField
from alliances.queries.params import PageQuery
from alliances.queries.search import KINDS

from .base import AskedPage


class SuggestionsQuery(PageQuery):
    """What the box in the header can be asked while somebody types in it. Nobody cites a search, but what it found."""

    other = ()

    q = forms.CharField(
        required=False,
        max_length=MAX_Q,
        error_messages={"max_length": f"Give at most {MAX_Q} characters."},
        label="Words",
        help_text="Words of a name or of a text, in any language and script, with or without accents.",
    )


class SearchQuery(SuggestionsQuery):
    """What the search can be asked: words, and which kinds of things to look among; without `kind`, all."""

    kind = CodesField(
        required=False, choices=[(kind.code, kind.many) for kind in KINDS], label="Kind", help_text="One or several."
    )
    repeatable = ("kind",)


class Search(AskedPage):
    """One box over everything: the best matches of all kinds, then each kind."""

    template = "alliances/search.html"
    query = SearchQuery

    def title(self, context):
        results = context["results"]
        return f"Search: {results.text}" if results else "Search"

    def context(self, on):
        asked = self.asked.cleaned_data
        return {"results": search.Results(asked["q"], on, asked["kind"]) if asked["q"] else None}


class Suggestions(AskedPage):
    """The best matches while somebody types, as the options of a list: a fragment for search.js."""

    template = "alliances/suggestions.html"
    query = SuggestionsQuery

    def get(self, request):
        response = super().get(request)
        # An edit shows on the next request, here too; and no engine should list fragments.
        response.headers["Cache-Control"] = "no-cache"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    def context(self, on):
        return {"hits": search.suggestions(self.asked.cleaned_data["q"], on)}
