"""The feed of changes: Atom (RFC 4287), in pages (RFC 5005)."""

from datetime import datetime

from django.core.paginator import Page
from django.http import HttpRequest
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.http import urlencode
from django.utils.xmlutils import SimplerXMLGenerator

from alliances import dates
from alliances.dates import PartialDate
from alliances.derived import events
from alliances.derived.events import Event
from alliances.text import printable

from .footnotes import Footnotes
from .links import with_date

NEWEST = 100  # Without “from” a feed reader wants what is new.
PAGE = 1000  # With “from” somebody collects all.


class _Paged(Atom1Feed):
    """Atom with links to the pages before and after, `pages`, and the moment of the last change, `changed`."""

    def latest_post_date(self) -> datetime:
        changed: datetime = self.feed["changed"]
        return changed

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        super().add_root_elements(handler)
        for rel, address in self.feed["pages"].items():
            handler.addQuickElement("link", "", {"rel": rel, "href": address})


def atom(request: HttpRequest, page: Page[Event], on: PartialDate) -> str:
    """Return a page of events as an Atom document.

    An entry's id stays when its fact is corrected. It was updated when the fact was last written here, or on the day
    on which it came true, if that is later: the event's own date, as precisely as it is known, stands in the title.
    """
    host = request.get_host().partition(":")[0]
    home = request.build_absolute_uri(reverse("changes"))
    here = request.build_absolute_uri()
    found = list(page.object_list)
    written = events.recorded(found)
    notes = Footnotes([event.fact for event in found])
    updated = {event: max(filter(None, [written[event], dates.midnight(event.latest)])) for event in found}
    asked = request.GET.copy()
    asked.pop("page", None)
    feed = _Paged(
        title="Who belongs to what: changes",
        subtitle="Who joined, left or changed status; what was founded, dissolved, signed, in force.",
        link=home,
        description="",
        feed_url=here,
        feed_guid=f"tag:{host},2026:changes" + (f"?{asked.urlencode()}" if asked else ""),
        author_name="Who belongs to what",
        language="en",
        pages=_pages(request, page),
        # An empty feed has changed when the day began.
        changed=max(updated.values(), default=dates.midnight(on.earliest)),
    )
    for event in found:
        sources = [str(note.source) for note in notes.supporting(event.fact)]
        address = with_date(event.fact.get_absolute_url(), None, on=event.date)
        feed.add_item(
            title=printable(f"{event.date}: {event}"),
            link=request.build_absolute_uri(address),
            # Django calls the summary HTML, so its text is escaped as HTML; titles are plain text.
            description=escape(
                printable(f"{event}, {dates.in_words(event.date)}. ")
                + (printable(f"According to {'; '.join(sources)}.") if sources else "No source yet.")
            ),
            unique_id=f"tag:{host},2026:{event.identity}",
            unique_id_is_permalink=False,
            updateddate=updated[event],
            categories=[event.what, event.organization.slug, *([event.state.iso3] if event.state else [])],
        )
    return feed.writeString("utf-8")


def _pages(request: HttpRequest, page: Page[Event]) -> dict[str, str]:
    """Return {rel: address} of the pages beside this one."""

    def at(number: int) -> str:
        asked = request.GET.copy()
        asked["page"] = str(number)
        return request.build_absolute_uri(f"{request.path}?{urlencode(asked, doseq=True)}")

    found = {"first": at(1), "last": at(page.paginator.num_pages)}
    if page.has_previous():
        found["previous"] = at(page.previous_page_number())
    if page.has_next():
        found["next"] = at(page.next_page_number())
    return found
