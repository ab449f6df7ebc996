"""The pages of sources, and of what they dispute."""

from collections import Counter

from alliances.derived.stated_counts import disagreeing, open_disagreements
from alliances.models import Citation, Source
from alliances.publishing import json_ld
from alliances.queries import filters
from alliances.queries.params import PagedQuery
from alliances.text import fold

from .base import FactList, FactPage, Unanswerable, page_of


def by_fact(citations):
    """Group citations by kind of fact: [(plural of the kind, [(organization or "", [citation])])]."""
    groups = {}
    for citation in citations:
        home = getattr(citation.fact, "organization", None) if citation.fact_kind == "membership" else None
        kind = groups.setdefault(citation.fact._meta.verbose_name_plural, {})
        kind.setdefault(home.name if home else "", []).append(citation)
    return [(kind, sorted(homes.items(), key=lambda home: fold(home[0]))) for kind, homes in groups.items()]


class SourceList(FactList):
    filterset = filters.SourceFilter
    template = "alliances/source_list.html"
    undated = ""
    page_size = 100

    def rows_context(self, rows, filterset):
        return {"disagreeing": Counter(open_disagreements(Citation.objects.all()).values_list("source", flat=True))}

    def sources(self, context):
        return context["page"].object_list


class SourceDetail(FactPage):
    model = Source
    template = "alliances/source_detail.html"
    query = PagedQuery
    date_box = False
    field = "key"
    undated = ""
    page_size = 100

    def detail_context(self, source, on):
        supporting = source.citations.supporting()
        page, problems = page_of(supporting.with_facts().by_fact(), self.request, self.page_size)
        if problems:
            raise Unanswerable(problems)
        page.object_list = list(page.object_list)
        dissenting = list(source.citations.dissenting().with_facts())
        differing = disagreeing(dissenting)
        return {
            "page": page,
            "data": self.request.GET,
            "numbers": supporting.numbers_by_kind(),
            "groups": by_fact(page.object_list),
            "disagreeing": differing,
            "others": [citation for citation in dissenting if citation not in differing],
        }

    def sources(self, context):
        return [context["fact"]]

    def linked(self, context, here):
        return json_ld.source(context["fact"], here)


class DisagreementList(FactList):
    filterset = filters.DisagreementFilter
    template = "alliances/disagreement_list.html"
    heading = "Where sources disagree"
    undated = ""
    page_size = 100

    def get_queryset(self):
        return Citation.objects.with_named()

    def sources(self, context):
        weight = Counter(citation.source for citation in context["page"].object_list)
        return [source for source, _ in weight.most_common()]
