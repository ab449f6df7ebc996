"""The list of memberships, and the comparison of organizations."""

from alliances import dates
from alliances.models import Membership, State
from alliances.public import figures
from alliances.public.charts import world
from alliances.public.charts.contents import steps_to
from alliances.public.charts.counts import Counts
from alliances.public.charts.matrix import Matrix, shared
from alliances.publishing.citations import AT_ALL_TIMES
from alliances.publishing.footnotes import Footnotes
from alliances.publishing.links import url
from alliances.publishing.sentences_of_comparison import of_comparison, of_states_together
from alliances.queries import filters
from alliances.queries.comparison import CompareFilter

from .base import FactList


class Compare(FactList):
    """Organizations side by side on a date, their overlaps, and their members over time."""

    filterset = CompareFilter
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
        among = states if filterset.chooses_states else ()
        asked = filterset.cleaned["organization"]
        if asked:
            sentences = of_comparison(organizations, held, on, among)
        else:
            sentences = of_states_together(among, organizations, held, on) if organizations else []
        # Chosen states may be in seventy organizations: too many for lines.
        lines = organizations if len(organizations) <= filterset.MAX_ORGANIZATIONS else []
        return {
            "organizations": organizations,
            "acronyms": {each.slug: each.acronym for each in organizations},
            "sentences": sentences,
            "matrix": matrix,
            "map": map_,
            "steps": steps,
            "shared": [] if asked else shared(organizations, among, held),
            "counts": Counts(lines, list(spells.binding())),
            "notes": Footnotes(held, on=on),
        }

    def home(self, context):
        return url("compare")

    def figures(self, context, here):
        matrix = context.get("matrix")
        if matrix is None or not matrix.states:
            return []
        found = []
        # Chosen states alone have their organizations in common, in words.
        if matrix.overlaps and not context["shared"]:
            found.append(("overlaps", "overlaps", figures.height_of_overlaps(matrix)))
        found.append(("matrix", "overlaps", figures.height_of_matrix(matrix)))
        found.append(("map", "map", figures.height_of_map(context["map"])))
        if context["counts"].lines:
            found.append(("members", "over-time", figures.HEIGHT_OF_MEMBERS))
        home = self.home(context)
        return [figures.Figure(part, here, home, anchor, height, "matrix") for part, anchor, height in found]


class MembershipList(FactList):
    filterset = filters.MembershipFilter
    template = "alliances/membership_list.html"
    undated = AT_ALL_TIMES
    related = ("organization", "state")

    def rows_context(self, rows, filterset):
        for spell in rows:
            spell.possible = bool(filterset.cleaned["on"]) and spell.holds(filterset.on) == dates.Holds.POSSIBLY
        return {"notes": Footnotes(rows, on=filterset.on)}
