"""Figures for other people's pages: in an `<iframe>`, or as a picture in a file, with sources and a link back.

Embeds are the only pages of the site that may stand in a frame. They ask what their page asks, and show one part of it.
"""

from functools import wraps

from csp.decorators import csp_replace
from django.http import HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.clickjacking import xframe_options_exempt

from alliances.dates import in_words
from alliances.models import State
from alliances.public import figures
from alliances.public.charts import world
from alliances.public.charts.counts import Counts
from alliances.public.errors import bad_request
from alliances.publishing.page_address import PageAddress

from . import memberships, organizations, states
from .base import asks_only


def shared(view):
    """Let pages load this that themselves load only what allows it (COEP)."""

    @wraps(view)
    def shared_view(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    return shared_view


anywhere = method_decorator([xframe_options_exempt, csp_replace({"frame-ancestors": ["*"]}), shared], name="dispatch")
hotlinked = method_decorator(shared, name="dispatch")


# What a picture is drawn from: its name in the context, and what must not be empty.
DRAWN = {
    "timeline": ("chart", "groups"),
    "map": ("map", "view"),
    "members": ("counts", "lines"),
    "overlaps": ("matrix", "overlaps"),
}


class Embedded:
    """A part of a page in a frame, by its name: a key of `figures.LABELS`."""

    template = "alliances/embed.html"
    part = ""

    def show(self, request, context, problems=(), *, rows=True):
        """Answer with the part, and name its first sources."""
        notes = context.get("notes")
        credit = figures.credit([note.source for note in notes]) if notes else ""
        return super().show(request, {**context, "part": self.part, "credit": credit}, problems, rows=rows)


class Picture:
    """A part of a page as a picture in a file, by its name; `form` is "svg" or "png"."""

    part = form = ""
    all_rows = True

    def show(self, request, context, problems=(), *, rows=True):
        """Answer with the file; with problems, or what a picture cannot be asked, 400."""
        idle = {
            name: [f"A picture takes no “{name}”."] for name in ("cite", "view", "rows", "page") if name in request.GET
        }
        if problems or idle:
            return bad_request(request, problems={**dict(problems), **idle})
        holder, rows_of_it = DRAWN[self.part]
        if not getattr(context.get(holder), rows_of_it, None):
            return bad_request(
                request, problems={self.part: ["There is nothing yet of which a picture could be drawn."]}
            )
        here = PageAddress.of(request, context["on"], self.undated)
        svg = figures.draw(
            self.part,
            self.title(context),
            in_words(context.get("shown_on", context["on"]).text),
            " ".join(str(each) for each in context["sentences"]),
            self.sources(context),
            here.beside(self.home(context)),
            {**context, **self.placed(context)},
        )
        response = HttpResponse(
            svg if self.form == "svg" else figures.png(svg), content_type=figures.CONTENT_TYPES[self.form]
        )
        response.headers["X-Robots-Tag"] = "noindex"
        # A browser that opens the file applies its style sheet, and nothing else.
        response._csp_replace = {"style-src": [figures.style_hash()]}
        return response

    def placed(self, context):
        """Return what has its place in the picture only."""
        if self.part == "timeline":
            return {"placed": figures.rows_of(context["chart"])}
        return {"placed": figures.sets_of(context["matrix"])} if self.part == "overlaps" else {}


class OrganizationPart(organizations.OrganizationDetail):
    """The timeline, the map or the members over time of one organization."""

    def detail_context(self, organization, on):
        context = super().detail_context(organization, on)
        if self.part == "map":
            context["map"] = world.by_status(State.objects.on_map(), context["shown_roster"], context["shown_on"])
        if self.part == "members":
            context["counts"] = Counts([organization], [spell for spell in context["spells"] if spell.binds])
        return context


class StatePart(states.StateDetail):
    """The timeline of one state, or the map of the states with which it shares memberships."""

    def detail_context(self, state, on):
        context = super().detail_context(state, on)
        if self.part == "map":
            context["map"], context["steps"] = world.by_number(
                State.objects.on_map(), context["shared"], context["shown_on"], state
            )
        return context


@anywhere
class OrganizationEmbed(Embedded, OrganizationPart):
    """A figure of an organization in a frame."""


@anywhere
class StateEmbed(Embedded, StatePart):
    """A figure of a state in a frame."""


@anywhere
class CompareEmbed(Embedded, memberships.Compare):
    """A figure of a comparison in a frame."""


@hotlinked
class OrganizationPicture(Picture, OrganizationPart):
    """A figure of an organization as a file."""


@hotlinked
class StatePicture(Picture, StatePart):
    """A figure of a state as a file."""


@hotlinked
class ComparePicture(Picture, memberships.Compare):
    """A figure of a comparison as a file."""

    def title(self, context):
        return ", ".join(each.acronym for each in context["organizations"])


@shared
@asks_only()
def frames(request):
    """Answer the script that other sites load beside an embed, at an address that stays when its content changes."""
    script = (figures.STATIC / "frames.js").read_text("utf-8")
    headers = {"Cache-Control": "public, max-age=3600"}
    return HttpResponse(script, content_type="text/javascript; charset=utf-8", headers=headers)
