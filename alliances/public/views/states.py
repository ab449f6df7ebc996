"""The pages of states: one screen and its tabs, each with an address of its own."""

from alliances import dates
from alliances.derived import affiliation
from alliances.derived.roster import Roster
from alliances.models import Citation, Council, Membership, Organization, State
from alliances.public.charts import world
from alliances.public.charts.timeline import Timeline
from alliances.public.date_navigation import change_dates, date_shown
from alliances.public.tabs import Tab, first_rows
from alliances.publishing import json_ld
from alliances.publishing.footnotes import Footnotes, SourcesUsed
from alliances.publishing.sentences import of_state
from alliances.queries import filters
from alliances.queries.params import SubjectQuery

from .base import FactList, FactPage

# How many states are named that share memberships with the one on the page.
COMPANY = 6


class StateList(FactList):
    filterset = filters.StateFilter
    template = "alliances/state_list.html"
    page_size = 250

    def rows_context(self, rows, filterset):
        return {"rests_on": Footnotes(rows)}


class StateDetail(FactPage):
    """The page of a state; `tab` is the part of it that is shown, `?view=all` shows all of them."""

    model = State
    template = "alliances/state_detail.html"
    query = SubjectQuery
    field = "iso3"
    tab = "memberships"
    all_rows = False
    TABS = {
        "memberships": "Memberships",
        "treaties": "Treaty actions",
        "forces": "Forces",
        "bodies": "Bodies",
        "sources": "Sources",
        "history": "History",
    }

    def queryset(self):
        return State.objects.select_related("predecessor")

    def identity(self, slug):
        return slug.upper()

    def detail_context(self, state, on):
        whole = self.parsed.cleaned["view"] == "all"
        shown = [tab for tab in self.TABS if tab != "history"] if whole else [self.tab]
        spells = list(
            state.memberships.select_related("organization").order_by("organization__folded", "joined_earliest")
        )
        shown_on = date_shown(state, on)
        roster = Roster(spells, shown_on)
        number = len({spell.organization_id for spell in roster.binding})
        context = {
            "shown_tabs": shown,
            "tab_title": "" if self.tab == "memberships" else self.TABS[self.tab],
            "whole": whole,
            "all_rows": whole or self.all_rows,
            "spells": spells,
            "shown_on": shown_on,
            "roster": Roster(spells, on),
            "shown_roster": roster,
            "sentences": of_state(state, Roster(spells, on), on),
            "names": list(state.names.all()),
            "successors": list(state.successors.all()),
            "change_dates": change_dates([state], spells),
            "embeddable": bool(spells),
            "said": f"{dates.in_words(shown_on.text)}: a member of {number} organization{'' if number == 1 else 's'}",
        }
        groups = [[state], context["names"]]
        for tab in shown:
            more, facts = getattr(self, f"_{tab}")(state, shown_on, context)
            context |= more
            groups += facts
        context["notes"] = Footnotes(*groups, on=on)
        context["tabs"] = self._tabs(state)
        return context

    def _tabs(self, state):
        numbers = {
            "treaties": state.actions.count(),
            "forces": state.participations.count(),
            "bodies": state.chairmanships.count(),
            "sources": Citation.objects.belonging_to(state).number_of_sources(),
        }
        home = state.get_absolute_url()
        return [
            Tab(
                name, label, home if name == "memberships" else f"{home}{name}/", numbers.get(name, 0), name == self.tab
            )
            for name, label in self.TABS.items()
            if numbers.get(name, 1) or name == self.tab or name == "bodies"
        ]

    def _memberships(self, state, on, context):
        groups = affiliation.grouped(context["spells"], on, "organization")
        asked = self.parsed.cleaned
        kept = first_rows(_by_type(groups), whole=context["all_rows"] or asked["rows"] == "all", words=asked["q"])
        chart = Timeline(kept.groups, context["spells"], on, "organization")
        shared = Membership.objects.shared_counts(context["shown_roster"], on)
        small, _ = world.by_number(State.objects.on_map(), shared, on, state, drawn=world.SMALL)
        nearest = sorted(shared.items(), key=lambda each: -each[1])[:COMPANY]
        known = State.objects.in_bulk([key for key, _ in nearest])
        company = [(known[key], number) for key, number in nearest]
        more = {"chart": chart, "kept": kept, "shared": shared, "world": small, "company": company}
        return more, [kept.spells]

    def _treaties(self, state, on, context):
        actions = list(state.actions.select_related("document__organization"))
        return {"actions": actions}, [actions]

    def _forces(self, state, on, context):
        participations = list(state.participations.select_related("force__organization"))
        return {"participations": participations}, [participations]

    def _bodies(self, state, on, context):
        chairs = list(state.chairmanships.select_related("council__organization").order_by("-began_earliest"))
        councils = Council.objects.on(on).of_organizations_with([state.iso3], on).select_related("organization")
        return {"chairs": chairs, "councils": list(councils)}, [chairs]

    def _sources(self, state, on, context):
        return {"used": SourcesUsed(Citation.objects.belonging_to(state).with_named())}, []

    def title(self, context):
        """Title the page with its state, and the tab."""
        name = str(context["fact"])
        return name if self.tab == "memberships" else f"{name}: {self.TABS[self.tab].lower()}"

    def sources(self, context):
        if "used" in context:
            return [each.source for each in context["used"]]
        return super().sources(context)

    def linked(self, context, here):
        if self.tab != "memberships":
            return None
        return json_ld.state(context["fact"], context["names"], context["roster"], here)


def _by_type(groups):
    """Split the members' group by the type of their organizations, in the order of the types' names."""
    found = []
    for group in groups:
        if not group.binds:
            found.append(group)
            continue
        for word, label in Organization.Type.choices:
            rows = [row for row in group.rows if row.thing.type == word]
            if rows:
                found.append(affiliation.Group(f"member-{word}", f"Member: {label.lower()}", rows))
    return found
