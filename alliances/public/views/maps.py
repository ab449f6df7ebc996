"""The map of an organization, and of the states with which a state shares memberships, each on a page of its own."""

from alliances.derived.roster import Roster
from alliances.models import Membership, Organization, State
from alliances.public.charts import tiles, world
from alliances.public.date_navigation import change_dates, date_shown
from alliances.public.figures import Figure, height_of_map
from alliances.publishing.footnotes import Footnotes
from alliances.publishing.sentences import of_organization, of_state
from alliances.queries.params import MapQuery

from .base import FactPage


class Map(FactPage):
    """A large map: the world, or with `view=tiles` the tiles."""

    template = "alliances/map.html"
    query = MapQuery

    def detail_context(self, fact, on):
        spells, shown_on = self.spells(fact), date_shown(fact, on)
        roster = Roster(spells, shown_on)
        view = self.parsed.cleaned["view"] or None
        return {
            "shown_on": shown_on,
            "shown_view": view,
            "change_dates": change_dates([fact], spells),
            "rests_on": Footnotes(roster.binding, on=on),
            **self.shown(fact, spells, on),
            **self.drawn(tiles if view else world, fact, roster, shown_on),
        }

    def figures(self, context, here):
        # A map of tiles is for the page alone.
        if context["shown_view"]:
            return []
        return [Figure("map", here, self.home(context), "map", height_of_map(context["map"]))]

    def title(self, context):
        """Title the page with its fact, and what it shows of it."""
        return f"{context['fact']}: map"


class OrganizationMap(Map):
    """Who belongs to an organization."""

    model = Organization

    def spells(self, organization):
        """Return its memberships with their states."""
        return list(organization.memberships.select_related("state__predecessor").order_by("state__folded"))

    def shown(self, organization, spells, on):
        """Return what is said of it."""
        sentences = of_organization(organization, spells, on)
        return {"sentences": sentences, "said": str(sentences[0])}

    def drawn(self, chart, organization, roster, on):
        """Return its map."""
        return {"map": chart.by_status(State.objects.on_map(), roster, on)}


class StateMap(Map):
    """With which others a state shares how many memberships."""

    model = State
    field = "iso3"

    def identity(self, slug):
        return slug.upper()

    def spells(self, state):
        """Return its memberships with their organizations."""
        return list(state.memberships.select_related("organization").order_by("organization__folded"))

    def shown(self, state, spells, on):
        """Return what is said of it."""
        sentences = of_state(state, Roster(spells, on), on)
        return {"sentences": sentences, "said": str(sentences[0])}

    def drawn(self, chart, state, roster, on):
        """Return its map."""
        shared = Membership.objects.shared_counts(roster, on)
        shared_map, steps = chart.by_number(State.objects.on_map(), shared, on, state)
        return {"map": shared_map, "steps": steps}
