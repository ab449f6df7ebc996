"""Where a page is: its own address in full, as engines, quotations and readers need it."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Self

from django.http import HttpRequest, QueryDict

from alliances.dates import PartialDate

SITE = "Who belongs to what"
# Parameters that choose how something is shown, not what: they name no page of their own.
PRESENTATION_PARAMS = ("cite", "order")
# Parameters that choose which part or which rows of a page are shown: its figures and files have none of them.
PART_PARAMS = ("view", "rows", "page")


@dataclass(frozen=True)
class PageAddress:
    """The address of a request: `site` is the home page's in full, `path` begins with a slash, `data` is the query.

    `undated` says what the page shows where no date is given, as `Page.undated` does.
    """

    site: str
    path: str
    data: QueryDict
    on: PartialDate
    undated: str = "today"

    name = SITE

    @classmethod
    def of(cls, request: HttpRequest, on: PartialDate, undated: str = "today", without: Collection[str] = ()) -> Self:
        """Return the address of a request; its links keep the host name that the reader used.

        `without` names the parameters that were not understood.
        """
        data = request.GET.copy()
        for name in without:
            data.pop(name, None)
        return cls(request.build_absolute_uri("/"), request.path, data, on, undated)

    def absolute(self, address: str) -> str:
        """Return an address of this site in full."""
        return self.site + address.removeprefix("/")

    @property
    def is_dated(self) -> bool:
        """Whether the date on view decides what is shown."""
        return bool(self.undated) and (self.on.given or self.undated == "today")

    @property
    def canonical(self) -> str:
        """The one address in full of what is shown, without parameters that change only its order, or nothing."""
        return self.absolute(self._with(self._query()))

    @property
    def permanent(self) -> str:
        """The address in full that shows the same tomorrow: with the date on view, where that decides."""
        query = self._query()
        if self.is_dated:
            query["on"] = self.on.text
        return self.absolute(self._with(query))

    def beside(self, path: str) -> str:
        """Return an address in full that is asked the same as this page; with the date only if one was given.

        What chooses a part of the page (`PART_PARAMS`) is left out.
        """
        query = self._query()
        for name in PART_PARAMS:
            query.pop(name, None)
        return self.absolute(self._with(query, path))

    def cite(self, form: str) -> str:
        """Return the address of this page's citation in one of `citations.FORMATS`, with the rest of the query."""
        query = self.data.copy()
        query["cite"] = form
        return self._with(query)

    def _query(self) -> QueryDict:
        """Return the query without repeated and empty values, and without what does not change what is shown."""
        query = self.data.copy()
        for name in list(query):
            values = [value for value in dict.fromkeys(query.getlist(name)) if value]
            idle = (name == "page" and values == ["1"]) or (name == "on" and not self.undated)
            if name in PRESENTATION_PARAMS or not values or idle:
                del query[name]
            else:
                query.setlist(name, values)
        return query

    def _with(self, query: QueryDict, path: str | None = None) -> str:
        path = path or self.path
        return f"{path}?{query.urlencode()}" if query else path
