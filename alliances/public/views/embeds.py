"""Charts for other people's pages: one chart in an `<iframe>`, with its sources and a link back.

The only pages of the site that may stand in a frame. They ask what their page asks, and show one part of it.
"""

from csp.decorators import csp_replace
from django.utils.decorators import method_decorator
from django.views.decorators.clickjacking import xframe_options_exempt

from alliances.models import State
from alliances.public.charts import tiles

from . import memberships, organizations, states


def shared(view):
    """Let pages load an embed that themselves load only what allows it (COEP)."""

    def shared_view(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    return shared_view


anywhere = method_decorator([xframe_options_exempt, csp_replace({"frame-ancestors": ["*"]}), shared], name="dispatch")


class Embedded:
    """A part of a page, by its name: "timeline", "map", "overlaps" or "matrix"."""

    template = "alliances/embed.html"
    part = ""
    all_rows = True


@anywhere
class OrganizationEmbed(Embedded, organizations.OrganizationDetail):
    """The timeline or the map of one organization."""

    def detail_context(self, organization, on):
        context = super().detail_context(organization, on)
        map_ = tiles.by_status(State.objects.on_map(), context["shown_roster"], context["shown_on"])
        return {**context, "map": map_, "part": self.part}


@anywhere
class StateEmbed(Embedded, states.StateDetail):
    """The timeline of one state, or the map of the states with which it shares memberships."""

    def detail_context(self, state, on):
        context = super().detail_context(state, on)
        map_, steps = tiles.by_number(State.objects.on_map(), context["shared"], context["shown_on"], state)
        return {**context, "map": map_, "steps": steps, "part": self.part}


@anywhere
class CompareEmbed(Embedded, memberships.Compare):
    """The matrix, the overlaps or the map of a comparison."""

    def rows_context(self, states, filterset):
        context, on = super().rows_context(states, filterset), filterset.on
        map_, steps = tiles.by_number(State.objects.on_map(), context["matrix"].numbers, on, steps=context["steps"])
        return {**context, "map": map_, "steps": steps, "part": self.part}
