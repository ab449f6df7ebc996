"""The pages of documents."""

from alliances.models import Document, State, TreatyAction
from alliances.public.date_navigation import change_dates
from alliances.publishing.citations import AT_ALL_TIMES
from alliances.publishing.footnotes import Footnotes
from alliances.queries import filters

from .base import FactList, FactPage


class DocumentList(FactList):
    filterset = filters.DocumentFilter
    template = "alliances/document_list.html"
    undated = AT_ALL_TIMES
    related = ("organization",)

    def rows_context(self, rows, filterset):
        return {"notes": Footnotes(rows, on=filterset.on)}


class DocumentDetail(FactPage):
    model = Document
    template = "alliances/document_detail.html"

    def queryset(self):
        return Document.objects.select_related("organization", "adopted_by")

    def detail_context(self, document, on):
        actions = list(document.actions.select_related("state").order_by("state__folded", "date_earliest"))
        provisions = list(document.provisions.select_related("organization").order_by("pk"))
        taking_effect = [action.effective or action.date for action in actions]
        parties = TreatyAction.objects.binding_on(on).filter(document=document)
        certain = TreatyAction.objects.binding_on(on, certainly=True).filter(document=document)
        return {
            "actions": actions,
            "provisions": provisions,
            "parties": State.objects.filter(pk__in=parties.values("state")),
            "certain": set(certain.values_list("state", flat=True)),
            "change_dates": [document.signed, *change_dates([document]), *taking_effect],
            "notes": Footnotes([document], actions, provisions, on=on),
        }
