"""Where a page is: its own address in full, as engines, quotations and readers need it."""

from dataclasses import dataclass
from typing import Self

from django.http import HttpRequest, QueryDict

from alliances.dates import PartialDate

SITE = "Who belongs to what"
# Parameters that choose how something is shown, not what: they name no page of their own.
PRESENTATION_PARAMS = ("cite", "order")


@dataclass(frozen=True)
class PageAddress:
    """The address that was asked for: `site` is that of the first page, `path` begins with a slash, `data` was asked.

    `undated` says what it shows where no date was asked, as `Page.undated` does.
    """

    site: str
    path: str
    data: QueryDict
    on: PartialDate
    undated: str = "today"

    name = SITE

    @classmethod
    def of(cls, request: HttpRequest, on: PartialDate, undated: str = "today") -> Self:
        """Read it off a request."""
        return cls(request.build_absolute_uri("/"), request.path, request.GET, on, undated)

    def absolute(self, address: str) -> str:
        """Return an address of this site in full."""
        return self.site + address.removeprefix("/")

    @property
    def pin(self) -> bool:
        """Whether the date on view decides what is shown."""
        return bool(self.undated) and (self.on.given or self.undated == "today")

    @property
    def canonical(self) -> str:
        """The one address in full of what is shown: what changes only its order, or nothing, is left out."""
        return self.absolute(self._with(self._asked()))

    @property
    def permanent(self) -> str:
        """The address in full that goes on showing what is shown now: with the date on view, where that decides."""
        asked = self._asked()
        if self.pin:
            asked["on"] = self.on.text
        return self.absolute(self._with(asked))

    def embed(self, part: str) -> str:
        """Return the address in full of one chart of this page, for a frame; of the date that was asked, if any."""
        return self.absolute(self._with(self._asked(), f"{self.path}embed/{part}/"))

    def cite(self, form: str) -> str:
        """Return the address of this page's citation in a form, with all else that was asked."""
        asked = self.data.copy()
        asked["cite"] = form
        return self._with(asked)

    def _asked(self) -> QueryDict:
        asked = self.data.copy()
        for name in list(asked):
            values = [value for value in dict.fromkeys(asked.getlist(name)) if value]
            idle = (name == "page" and values == ["1"]) or (name == "on" and not self.undated)
            if name in PRESENTATION_PARAMS or not values or idle:
                del asked[name]
            else:
                asked.setlist(name, values)
        return asked

    def _with(self, asked: QueryDict, path: str | None = None) -> str:
        path = path or self.path
        return f"{path}?{asked.urlencode()}" if asked else path
