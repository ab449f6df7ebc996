"""The pages of organizations: one screen and its tabs, each with an address of its own."""

from collections import Counter

from alliances import dates
from alliances.derived import affiliation
from alliances.derived.roster import Roster
from alliances.derived.stated_counts import stated_counts
from alliances.models import Chairmanship, Citation, Organization, Provision, Relation, State
from alliances.public.charts import world
from alliances.public.charts.timeline import Timeline
from alliances.public.date_navigation import change_dates, date_shown, day_before_end
from alliances.public.tabs import Tab, Waves, first_rows
from alliances.publishing import json_ld
from alliances.publishing.footnotes import Footnotes, SourcesUsed
from alliances.publishing.sentences import of_organization
from alliances.queries import filters
from alliances.queries.params import SubjectQuery

from .base import FactList, FactPage


def by_kind(provisions):
    """Group provisions by their kinds, purpose first: [(kind, [provision])]."""
    groups = [(kind, [each for each in provisions if each.kind == kind]) for kind in Provision.Kind]
    return [(kind, group) for kind, group in groups if group]


def by_level(councils):
    """Group bodies by their level, the highest first: [(level, [body])]."""
    levels = type(councils[0]).Level if councils else ()
    groups = [(level, [each for each in councils if each.level == level]) for level in levels]
    return [(level, group) for level, group in groups if group]


# What a relation is called from the side of the other organization.
INVERSE = {
    Relation.Kind.SUCCESSOR: "Succeeded by",
    Relation.Kind.COUNTERPART: "Called its counterpart",
    Relation.Kind.PART: "Parts",
}


def by_label(organization, relations):
    """Group relations by what they are called from one organization: [(label, [(other organization, relation)])]."""
    groups = {}
    for relation in relations:
        outward = relation.organization_id == organization.pk
        label = relation.get_kind_display() if outward else INVERSE[relation.kind]
        groups.setdefault(label, []).append((relation.other if outward else relation.organization, relation))
    return list(groups.items())


class OrganizationList(FactList):
    filterset = filters.OrganizationFilter
    template = "alliances/organization_list.html"

    def rows_context(self, rows, filterset):
        return {"rests_on": Footnotes(rows)}


class OrganizationDetail(FactPage):
    """The page of an organization; `tab` is the part of it that is shown, `?view=all` shows all of them."""

    model = Organization
    template = "alliances/organization_detail.html"
    query = SubjectQuery
    tab = "members"
    all_rows = False
    # The tabs in their order: the last part of the address, and what each is called.
    TABS = {
        "members": "Members",
        "bodies": "Bodies",
        "forces": "Forces",
        "treaties": "Treaties",
        "provisions": "Purposes & obligations",
        "disputed": "Disputed",
        "sources": "Sources",
        "history": "History",
    }

    def detail_context(self, organization, on):
        whole = self.parsed.cleaned["view"] == "all"
        shown = [tab for tab in self.TABS if tab != "history"] if whole else [self.tab]
        spells = list(
            organization.memberships.select_related("state__predecessor").order_by("state__folded", "joined_earliest")
        )
        documents = list(organization.documents.all())
        shown_on = date_shown(organization, on)
        context = {
            "shown_tabs": shown,
            "tab_title": "" if self.tab == "members" else self.TABS[self.tab],
            "whole": whole,
            "all_rows": whole or self.all_rows,
            "spells": spells,
            "shown_on": shown_on,
            "day_before_end": day_before_end(organization, on),
            "roster": Roster(spells, on),
            "sentences": of_organization(organization, spells, on),
            "names": list(organization.names.all()),
            "relations": list(Relation.objects.about(organization).select_related("organization", "other")),
            "chairs": list(
                Chairmanship.objects.on(on)
                .filter(council__organization=organization)
                .select_related("council__organization", "state")
            ),
            "documents": documents,
            "basis": [each for each in documents if each.is_basis_of(organization)],
            "councils": list(organization.councils.order_by("folded")),
            "forces": list(self._forces_of(organization, "forces" in shown)),
            "provisions": list(organization.provisions.select_related("document").order_by("pk")),
            "change_dates": change_dates([organization], spells),
            "embeddable": bool(spells),
        }
        context["shown_roster"] = Roster(spells, shown_on)
        context["world"] = world.by_status(State.objects.on_map(), context["shown_roster"], shown_on, world.SMALL)
        members = context["shown_roster"].members
        context["said"] = f"{dates.in_words(shown_on.text)}: {members} member{'' if members == 1 else 's'}"
        context["related_organizations"] = by_label(organization, context["relations"])
        context |= self._disputes(organization, context)
        groups = [[organization], context["names"], context["relations"], context["chairs"], context["basis"]]
        for tab in shown:
            more, facts = getattr(self, f"_{tab}")(organization, on, context)
            context |= more
            groups += facts
        context["notes"] = Footnotes(*groups, on=on)
        context["tabs"] = self._tabs(organization, context)
        return context

    @staticmethod
    def _forces_of(organization, whole):
        """Return its forces, with their participants and strengths where these are shown."""
        forces = organization.forces.all()
        return forces.prefetch_related("participations__state", "strengths") if whole else forces

    def _tabs(self, organization, context):
        numbers = {
            "bodies": len(context["councils"]),
            "forces": len(context["forces"]),
            "treaties": len(context["documents"]),
            "provisions": len(context["provisions"]),
            "disputed": len(context["disputed"]),
            "sources": context["number_of_sources"],
        }
        home = organization.get_absolute_url()
        return [
            Tab(name, label, home if name == "members" else f"{home}{name}/", numbers.get(name, 0), name == self.tab)
            for name, label in self.TABS.items()
            if numbers.get(name, 1) or name == self.tab
        ]

    def _disputes(self, organization, context):
        """Return what sources dispute of it: `disputed` citations, and the numbers that they state."""
        # One query tells how many sources there are, and whether any of them disputes something; few do.
        cited = list(Citation.objects.belonging_to(organization).order_by().values_list("pk", "source", "says"))
        disputing = [pk for pk, _, says in cited if says]
        dissents = list(Citation.objects.filter(pk__in=disputing).with_named()) if disputing else []
        stated = stated_counts([each for each in dissents if each.is_derived], context["spells"], context["forces"])
        disputed = [each for each in dissents if each.disagrees]
        disputed += [count.citation for count in stated if count.right is False]
        sources = len({source for _, source, says in cited if not says})
        return {"stated_counts": stated, "disputed": disputed, "number_of_sources": sources}

    def _members(self, organization, on, context):
        groups = affiliation.grouped(context["spells"], context["shown_on"], "state")
        asked = self.parsed.cleaned
        kept = first_rows(groups, whole=context["all_rows"] or asked["rows"] == "all", words=asked["q"])
        chart = Timeline(kept.groups, context["spells"], context["shown_on"], "state")
        members = next((group.rows for group in groups if group.binds), [])
        more = {"chart": chart, "kept": kept, "waves": Waves(members), "groups": groups}
        return more, [kept.spells]

    def _bodies(self, organization, on, context):
        return {"levels": by_level(context["councils"])}, [context["councils"]]

    def _forces(self, organization, on, context):
        return {}, [context["forces"], [each for force in context["forces"] for each in force.strengths.all()]]

    def _treaties(self, organization, on, context):
        return {}, [context["documents"]]

    def _provisions(self, organization, on, context):
        return {"provisions_by_kind": by_kind(context["provisions"])}, [context["provisions"]]

    def _disputed(self, organization, on, context):
        return {}, []

    def _sources(self, organization, on, context):
        return {"used": SourcesUsed(Citation.objects.belonging_to(organization).with_named())}, []

    def title(self, context):
        """Title the page with its organization, and the tab."""
        name = str(context["fact"])
        return name if self.tab == "members" else f"{name}: {self.TABS[self.tab].lower()}"

    def sources(self, context):
        if "used" in context:
            return [each.source for each in context["used"]]
        if self.tab == "disputed" and not context["whole"]:
            return [source for source, _ in Counter(each.source for each in context["disputed"]).most_common()]
        return super().sources(context)

    def linked(self, context, here):
        if self.tab != "members":
            return None
        return json_ld.organization(context["fact"], context["names"], context["roster"], context["relations"], here)
