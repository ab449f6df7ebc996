"""The list of memberships, and the comparison of organizations."""

from alliances import dates
from alliances.models import Membership, State
from alliances.public.charts import world
from alliances.public.charts.contents import steps_to
from alliances.public.charts.counts import Counts
from alliances.public.charts.matrix import Matrix
from alliances.publishing.citations import AT_ALL_TIMES
from alliances.publishing.footnotes import Footnotes
from alliances.queries import filters

from .base import FactList


class Compare(FactList):
    """Organizations side by side on a date, their overlaps, and their members over time."""

    filterset = filters.CompareFilter
    template = "alliances/compare.html"
    heading = "Compare organizations"
    page_size = 1000  # All states: one page.

    def rows_context(self, states, filterset):
        on, organizations = filterset.on, filterset.organizations
        spells = Membership.objects.filter(organization__in=organizations, state__in=states)
        held = list(spells.on(on).select_related("state", "organization"))
        matrix = Matrix(organizations, held, on)
        # Of as many as are compared: on any date the same colours.
        steps = steps_to(len(organizations))
        map_, steps = world.by_number(State.objects.on_map(), matrix.numbers, on, steps=steps)
        return {
            "organizations": organizations,
            "matrix": matrix,
            "map": map_,
            "steps": steps,
            "counts": Counts(organizations, list(spells.binding())),
            "notes": Footnotes(held, on=on),
        }


class MembershipList(FactList):
    filterset = filters.MembershipFilter
    template = "alliances/membership_list.html"
    undated = AT_ALL_TIMES
    related = ("organization", "state")

    def rows_context(self, rows, filterset):
        for spell in rows:
            spell.possible = bool(filterset.cleaned["on"]) and spell.holds(filterset.on) == dates.Holds.POSSIBLY
        return {"notes": Footnotes(rows, on=filterset.on)}
