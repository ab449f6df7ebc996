"""The feed of changes: Atom (RFC 4287), in pages (RFC 5005)."""

from datetime import datetime

from django.conf import settings
from django.core.paginator import Page
from django.http import HttpRequest
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.xmlutils import SimplerXMLGenerator

from alliances import dates
from alliances.dates import PartialDate
from alliances.derived import events
from alliances.derived.events import Event
from alliances.text import printable

from .footnotes import Footnotes
from .links import with_date

# Entries a page.
NEWEST = 100  # Without “from” a feed reader wants what is new.
PAGE = 1000  # With “from” somebody collects all.


class _PagedFeed(Atom1Feed):
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

    An entry's id stays when its fact is corrected, and is the same under every host name. It was updated when the fact
    was last written here, or on the day on which it came true, if that is later: the event's own date, as precisely as
    it is known, stands in the title. All moments are UTC.
    """
    shown = list(page.object_list)
    written = events.recorded(shown)
    updated = {event: max(filter(None, [written[event], dates.midnight(event.latest)])) for event in shown}
    notes = Footnotes([event.fact for event in shown])
    query = request.GET.copy()
    query.pop("page", None)
    feed = _PagedFeed(
        title="Who belongs to what: changes",
        subtitle="Who joined, left or changed status; what was founded, dissolved, signed, in force.",
        link=request.build_absolute_uri(reverse("changes")),
        description="",
        feed_url=request.build_absolute_uri(),
        feed_guid=_tag("changes") + (f"?{query.urlencode()}" if query else ""),
        author_name="Who belongs to what",
        language="en",
        pages=_pages(request, page),
        # An empty feed has changed when the day began.
        changed=max(updated.values(), default=dates.midnight(on.earliest)),
    )
    for event in shown:
        address = with_date(event.fact.get_absolute_url(), None, on=event.date)
        feed.add_item(
            title=printable(f"{dates.as_noun(event.date)}: {event}"),
            link=request.build_absolute_uri(address),
            # Django calls the summary HTML, so its text is escaped as HTML; titles are plain text.
            description=escape(printable(f"{event}, {dates.in_words(event.date)}. {_sources(event, notes)}")),
            unique_id=_tag(event.identity),
            unique_id_is_permalink=False,
            updateddate=updated[event],
            categories=[event.what, event.organization.slug, *([event.state.iso3] if event.state else [])],
        )
    return feed.writeString("utf-8")


def _tag(name: str) -> str:
    """Return an id that stays for ever, a URI of RFC 4151."""
    return f"tag:{settings.SITE_HOST},2026:{name}"


def _sources(event: Event, notes: Footnotes) -> str:
    sources = "; ".join(str(note.source) for note in notes.supporting(event.fact))
    return f"According to {sources}." if sources else "No source yet."


def _pages(request: HttpRequest, page: Page[Event]) -> dict[str, str]:
    """Return {rel: address} of the pages beside this one."""

    def at(number: int) -> str:
        query = request.GET.copy()
        query["page"] = str(number)
        return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")

    pages = {"first": at(1), "last": at(page.paginator.num_pages)}
    if page.has_previous():
        pages["previous"] = at(page.previous_page_number())
    if page.has_next():
        pages["next"] = at(page.next_page_number())
    return pages
