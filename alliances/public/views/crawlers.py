"""What machines ask for: the sitemap, what crawlers may fetch, the icon."""

from functools import partial

from django.contrib.sitemaps import Sitemap
from django.db.models import Max
from django.http import HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils.functional import cached_property

from alliances import dates
from alliances.models import kinds
from alliances.models.versioning import edits_of
from alliances.publishing.page_address import PageAddress

from .base import asks_only

LISTS = (
    "home",
    "organization-list",
    "state-list",
    "membership-list",
    "force-list",
    "council-list",
    "document-list",
    "source-list",
    "disagreement-list",
    "changes",
    "compare",
)

ROBOTS = """\
User-agent: *
Allow: /sitemap
Disallow: /admin/
Disallow: /suggest/
Disallow: /*?

# Those that fetch one page because somebody shared its address, and that with its date.
User-agent: facebookexternalhit
User-agent: Twitterbot
User-agent: LinkedInBot
User-agent: Discordbot
User-agent: TelegramBot
User-agent: WhatsApp
Disallow: /admin/
Disallow: /suggest/

Sitemap: {sitemap}
"""


class ListSitemap(Sitemap):
    """The pages that are not about one fact."""

    def items(self):
        return LISTS

    def location(self, name):
        return reverse(name)


class FactSitemap(Sitemap):
    """The pages of one kind of fact: in parts of 50,000, as many as a sitemap may have."""

    def __init__(self, model):
        self.model = model

    def items(self):
        return self.model.objects.order_by("pk").only("pk", self.model.address_field)

    def lastmod(self, fact):
        return self.last_changes.get(fact.pk)

    def get_latest_lastmod(self):
        return max(self.last_changes.values(), default=None)

    @cached_property
    def last_changes(self):
        """Map the key of each fact to the moment when it, or a fact that names it, was last written.

        A query for each kind of fact that belongs to it, however many there are. What belongs to it at second hand,
        such as the citations of its memberships, does not count: the map would cost a hundred queries.
        """
        found = {}
        for kind in kinds.every():
            links = [name for name, parent in kind.parent_kinds.items() if parent.model is self.model]
            columns = [f"{name}_id" for name in links]
            if kind.model is self.model:
                columns.append("id")
            for key in columns:
                rows = edits_of(kind.model).exclude(**{key: None}).values_list(key)
                for fact, moment in rows.annotate(last=Max("history_date")).order_by():
                    found[fact] = max(found.get(fact, moment), moment)
        return found


SITEMAPS = {"lists": ListSitemap} | {kind.code: partial(FactSitemap, kind.model) for kind in kinds.with_pages()}


@asks_only()
def robots(request):
    """Answer what crawlers may fetch: every page once, none with a query string, except parts of the sitemap.

    Dates and filters combine without end, and the page of a fact already tells all of its times. Bots that make the
    preview of a shared address may ask: what is shared has a date.
    """
    sitemap = PageAddress.of(request, dates.on_today()).absolute(reverse("sitemap"))
    return HttpResponse(ROBOTS.format(sitemap=sitemap), content_type="text/plain; charset=utf-8")


@asks_only()
def favicon(request):
    """Redirect browsers that ask for the icon before they read a page; its name changes with its content."""
    return redirect(static("alliances/icon.svg"))
