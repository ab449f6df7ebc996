"""The history of a fact: its corrections, by change set."""

from alliances.history.changelog import History
from alliances.queries.params import PageQuery

from .base import FactPage, Unanswerable, page_of


class HistoryQuery(PageQuery):
    """What a history can be asked: its pages. It is the same on every date; only its links keep the date.

    No citation export: a history is about this site, not about the world.
    """

    other = ("page",)


class HistoryPage(FactPage):
    """The corrections of a fact and of all that belongs to it, by change set, the latest first.

    `page` is the class of the thing's own page: it knows the model, and what it is found by.
    """

    template = "alliances/history.html"
    query = HistoryQuery
    date_box = False
    page = FactPage
    page_size = 20
    undated = ""

    def title(self, context):
        return f"History of {context['fact']}"

    model = property(lambda self: self.page.model)
    field = property(lambda self: self.page.field)

    def identity(self, slug):
        return self.page().identity(slug)

    def detail_context(self, fact, on):
        history = History([fact])
        page, problems = page_of(history.change_sets(), self.request, self.page_size)
        if problems:
            raise Unanswerable(problems)
        return {"page": page, "entries": history.entries(page.object_list), "data": self.request.GET}
