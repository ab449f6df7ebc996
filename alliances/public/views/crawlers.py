"""For those that read the site without looking at it: the map of its pages, what crawlers may fetch, its icon."""

from django.db.models import Max
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse

from alliances import dates
from alliances.history.changelog import PARENTS
from alliances.models import kinds
from alliances.models.versioning import edits_of
from alliances.publishing.page_address import PageAddress

from .base import asks_nothing

# Pages that are not about one thing.
LISTS = ("home", "organization-list", "state-list", "membership-list", "force-list", "council-list", "document-list",
         "source-list", "disagreement-list", "changes", "compare")  # fmt: skip
THINGS = [kind.model for kind in kinds.with_pages()]

ROBOTS = """\
User-agent: *
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


def last_changes():
    """Return {model: {key: moment}}: when each thing, or a fact that names it, was last written.

    A query for each kind of fact and each way in which it belongs to a thing, however many there are. What belongs
    to a thing at second hand, such as the citations of its spells, does not count: the map would cost a hundred.
    """
    found = {model: {} for model in THINGS}
    for model, ways in PARENTS.items():
        if model in found:
            _note(found[model], edits_of(model).values_list("id"))
        for way in ways:
            thing = model._meta.get_field(way).related_model
            if thing in found:
                _note(found[thing], edits_of(model).exclude(**{f"{way}_id": None}).values_list(f"{way}_id"))
    return found


def _note(known, rows):
    for key, moment in rows.annotate(last=Max("history_date")).order_by():
        known[key] = max(known.get(key, moment), moment)


@asks_nothing
def sitemap(request):
    """Answer with every page that needs no question, each thing and each list; past 50,000 it would have to be cut."""
    here = PageAddress.of(request, dates.on_today())
    changes = last_changes()
    pages = [(here.absolute(reverse(name)), None) for name in LISTS]
    for model in THINGS:
        for thing in model.objects.order_by("pk"):
            pages.append((here.absolute(thing.get_absolute_url()), changes[model].get(thing.pk)))
    return HttpResponse(
        render_to_string("sitemap.xml", {"pages": pages}), content_type="application/xml; charset=utf-8"
    )


@asks_nothing
def robots(request):
    """Answer what crawlers may fetch: every page once, none with a question.

    Dates and filters combine without end, and each page of one thing already says all of its times. Those that
    make the preview of a shared address may ask: what is shared has a date.
    """
    sitemap = PageAddress.of(request, dates.on_today()).absolute(reverse("sitemap"))
    return HttpResponse(ROBOTS.format(sitemap=sitemap), content_type="text/plain; charset=utf-8")


@asks_nothing
def favicon(request):
    """Lead browsers that ask for it without having read a page to the icon; its name changes with its content."""
    return redirect(static("alliances/icon.svg"))
