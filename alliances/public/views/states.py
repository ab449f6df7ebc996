"""The pages of states."""

from alliances.derived.roster import Roster
from alliances.models import Council, Membership, State
from alliances.public.charts import tiles
from alliances.public.charts.timeline import Timeline
from alliances.public.date_navigation import change_dates
from alliances.publishing import json_ld
from alliances.publishing.footnotes import Footnotes
from alliances.publishing.sentences import of_state
from alliances.queries import filters

from .base import FactList, FactPage


class StateList(FactList):
    filterset = filters.StateFilter
    template = "alliances/state_list.html"
    page_size = 250

    def rows_context(self, rows, filterset):
        return {"rests_on": Footnotes(rows)}


class StateDetail(FactPage):
    model = State
    template = "alliances/state_detail.html"
    field = "iso3"

    def queryset(self):
        return State.objects.select_related("predecessor")

    def identity(self, slug):
        return slug.upper()

    def detail_context(self, state, on):
        spells = list(
            state.memberships.select_related("organization").order_by("organization__folded", "joined_earliest")
        )
        participations = list(state.participations.select_related("force__organization"))
        actions = list(state.actions.select_related("document__organization"))
        chairs = list(state.chairmanships.select_related("council__organization").order_by("-began_earliest"))
        names = list(state.names.all())
        roster = Roster(spells, on)
        shared_map, steps = tiles.by_number(
            State.objects.on_map(), Membership.objects.shared_counts(roster, on), on, state
        )
        return {
            "roster": roster,
            "sentences": of_state(state, roster, on),
            "chart": Timeline(roster, on, "organization"),
            "map": shared_map,
            "steps": steps,
            "change_dates": change_dates([state], spells),
            "participations": participations,
            "actions": actions,
            "chairs": chairs,
            "names": names,
            "councils": Council.objects.on(on).of_organizations_with([state.iso3], on).select_related("organization"),
            "successors": state.successors.all(),
            "notes": Footnotes([state], names, spells, participations, chairs, actions, on=on),
        }

    def linked(self, context, here):
        return json_ld.state(context["fact"], context["names"], context["roster"], here)
