"""The pages of states: one screen and its tabs, each with an address of its own."""

from alliances import dates
from alliances.derived import affiliation
from alliances.models import Citation, Council, Membership, Organization, State
from alliances.public.charts import world
from alliances.publishing import json_ld
from alliances.publishing.footnotes import Footnotes
from alliances.publishing.sentences import of_state
from alliances.queries import filters
from alliances.text import plural

from .base import FactList
from .subjects import SubjectPage

# How many states are named that share memberships with the one on the page.
COMPANY = 6


class StateList(FactList):
    filterset = filters.StateFilter
    template = "alliances/state_list.html"
    page_size = 250

    def rows_context(self, rows, filterset):
        return {"rests_on": Footnotes(rows)}


class StateDetail(SubjectPage):
    """The page of a state."""

    model = State
    template = "alliances/state_detail.html"
    field = "iso3"
    tab = "memberships"
    side = "organization"
    TABS = {
        "memberships": "Memberships",
        "treaties": "Treaty actions",
        "forces": "Forces",
        "bodies": "Bodies",
        "sources": "Sources",
        "history": "History",
    }
    ALWAYS = ("bodies",)

    def queryset(self):
        return State.objects.select_related("predecessor")

    def identity(self, slug):
        return slug.upper()

    def spells(self, state):
        return list(
            state.memberships.select_related("organization").order_by("organization__folded", "joined_earliest")
        )

    def subject_context(self, state, on, context):
        number = len({spell.organization_id for spell in context["shown_roster"].binding})
        return {
            "sentences": of_state(state, context["roster"], on),
            "successors": list(state.successors.all()),
            "said": f"{dates.in_words(context['shown_on'].text)}: a member of {plural(number, 'organization')}",
        }

    def numbers(self, state, context):
        return {
            "treaties": state.actions.count(),
            "forces": state.participations.count(),
            "bodies": state.chairmanships.count(),
            "sources": Citation.objects.belonging_to(state).number_of_sources(),
        }

    def _memberships(self, state, on, context):
        more, facts = self.table(_by_type(self.grouped(context)), context)
        shared = Membership.objects.shared_counts(context["shown_roster"], on)
        small, _ = world.by_number(State.objects.on_map(), shared, on, state, drawn=world.SMALL)
        nearest = sorted(shared.items(), key=lambda each: -each[1])[:COMPANY]
        known = State.objects.in_bulk([key for key, _ in nearest])
        company = [(known[key], number) for key, number in nearest]
        return {**more, "shared": shared, "world": small, "company": company}, facts

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

    def linked(self, context, here):
        return json_ld.state(context["fact"], context["names"], context["roster"], here) if self.is_first else None


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
