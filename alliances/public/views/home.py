"""The home page."""

from collections import Counter

from django.db.models import Count, Value

from alliances import dates
from alliances.derived import events
from alliances.models import Council, Document, Membership, Organization, Provision, Relation, Source, State
from alliances.public.charts import world
from alliances.public.charts.sparkline import sparkline
from alliances.publishing import json_ld
from alliances.publishing.links import url, with_date
from alliances.text import fold, plural

from .base import AskedPage

# Of each type so many organizations are shown; the others are folded away, or stand in the list.
SHOWN = 6
# Since when their lines are drawn.
SINCE = "1945-01-01"


class Home(AskedPage):
    """What this is: answers, every organization with its members on the date on view, and what changed lately."""

    template = "alliances/home.html"

    def context(self, on):
        numbers = Membership.objects.binding().on(on).counts_by_state()
        states = list(State.objects.on_map())
        map_, steps = world.by_number(states, numbers, on)
        kinds = Counter(state.kind for state in states)
        organizations = list(Organization.objects.with_member_counts(on))
        groups = by_type(organizations, known_facts(), on)
        return {
            "map": map_,
            "steps": steps,
            "organizations": organizations,
            "groups": groups,
            "lines": lines([each for _, shown, _ in groups for each in shown]),
            "answers": answers(organizations, states, numbers, on),
            "changes": events.events(dates.ALWAYS, dates.next_day(on.latest))[:6],
            "counts": {
                "states": kinds[State.Kind.STATE],
                "territories": kinds[State.Kind.TERRITORY],
                **sizes(memberships=Membership, sources=Source),
            },
        }

    def title(self, context):
        """Title the page with what it answers."""
        return "Which states belong to which international organizations, on any date"

    def linked(self, context, here):
        return json_ld.site(here)


def sizes(**models):
    """Count the rows of several models, by the names given, in one query."""
    first, *others = (
        model.objects.order_by().annotate(what=Value(name)).values_list("what").annotate(number=Count("pk"))
        for name, model in models.items()
    )
    return dict.fromkeys(models, 0) | dict(first.union(*others, all=True))


def known_facts():
    """Number by organization what is known of it beside its members: bodies, treaties, provisions, what is part of it.

    What readers look for most is what editors know most about; no list of ours says what is well known.
    """
    bodies, *others = (
        model.objects.order_by().values_list(column, flat=True)
        for model, column in (
            (Council, "organization"),
            (Document, "organization"),
            (Provision, "organization"),
            (Relation, "other"),
        )
    )
    return Counter(bodies.union(*others, all=True))


def by_type(organizations, facts, on):
    """Group organizations by type: [(label, [those shown], [the others])]; those that are no more come last.

    First those of which most is known (`facts` numbers them), then by the number of members; the others by acronym.
    """
    there, former = [], []
    for each in organizations:
        (there if each.holds(on) != dates.Holds.NO else former).append(each)
    groups = [(kind.label, [each for each in there if each.type == kind]) for kind in Organization.Type]
    groups.append(("Former, or not founded yet" if on.given else "Former", former))
    found = []
    for label, own in groups:
        own.sort(key=lambda each: (-facts[each.pk], -each.members, fold(each.acronym)))
        if own:
            found.append((label, own[:SHOWN], sorted(own[SHOWN:], key=lambda each: fold(each.acronym))))
    return found


def lines(organizations):
    """Map organizations to the lines of their members over time, in one query."""
    spells = {each.pk: [] for each in organizations}
    columns = ("organization_id", "state_id", "joined", "left", "joined_earliest", "left_earliest", "left_latest")
    for spell in (
        Membership.objects.binding().filter(organization__in=spells).order_by().values_list(*columns, named=True)
    ):
        spells[spell.organization_id].append(spell)
    return {key: sparkline(own, SINCE) for key, own in spells.items()}


def answers(organizations, states, numbers, on):
    """Return questions that readers ask, each with its answer and where it stands: [(question, answer, address)].

    `numbers` maps states' keys to the number of their organizations. A question about what is not there is left out.
    """
    slugs = {each.slug: each for each in organizations}
    past = dates.tense(on) == "past"
    found = []
    if {"nato", "eu"} <= set(slugs):
        both = State.objects.in_organizations(["nato", "eu"], "all", on=on).count()
        address = with_date(url("compare"), on, organization=["nato", "eu"])
        found.append(("In both NATO and the EU?", plural(both, "state"), address))
    if csto := slugs.get("csto"):
        left = Membership.objects.binding().filter(organization=csto, left_reason="withdrawal")
        left = left.filter(left_latest__lte=on.latest).select_related("state").order_by("-left_latest").first()
        answer = f"{left.state.name}, {dates.last_day(left.left)[:4]}" if left else "nobody"
        found.append((f"Who {'had' if past else 'has'} left the CSTO?", answer, with_date(csto, on)))
    for armenia in (state for state in states if state.iso3 == "ARM"):
        question = f"What {'was' if past else 'is'} Armenia a member of?"
        found.append((question, plural(numbers.get(armenia.pk, 0), "organization"), with_date(armenia, on)))
    return found
