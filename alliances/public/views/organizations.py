"""The pages of organizations: one screen and its tabs, each with an address of its own."""

from collections import Counter

from alliances import dates
from alliances.derived.stated_counts import stated_counts
from alliances.models import Chairmanship, Citation, Organization, Provision, Relation, State
from alliances.public.charts import world
from alliances.public.date_navigation import day_before_end
from alliances.public.figures import HEIGHT_OF_MEMBERS, Figure
from alliances.public.tabs import Waves
from alliances.publishing import json_ld
from alliances.publishing.footnotes import Footnotes
from alliances.publishing.sentences import of_organization
from alliances.queries import filters
from alliances.text import plural

from .base import FactList
from .subjects import SubjectPage


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


class OrganizationDetail(SubjectPage):
    """The page of an organization."""

    model = Organization
    template = "alliances/organization_detail.html"
    tab = "members"
    side = "state"
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

    def spells(self, organization):
        return list(
            organization.memberships.select_related("state__predecessor").order_by("state__folded", "joined_earliest")
        )

    def subject_context(self, organization, on, context):
        shown_on, roster = context["shown_on"], context["shown_roster"]
        documents = list(organization.documents.all())
        relations = list(Relation.objects.about(organization).select_related("organization", "other"))
        forces = organization.forces.all()
        if "forces" in context["shown_tabs"]:
            forces = forces.prefetch_related("participations__state", "strengths")
        found = {
            "day_before_end": day_before_end(organization, on),
            "sentences": of_organization(organization, context["spells"], on),
            "said": f"{dates.in_words(shown_on.text)}: {plural(roster.members, 'member')}",
            "world": world.by_status(State.objects.on_map(), roster, shown_on, world.SMALL),
            "relations": relations,
            "related_organizations": by_label(organization, relations),
            "chairs": list(
                Chairmanship.objects.on(on)
                .filter(council__organization=organization)
                .select_related("council__organization", "state")
            ),
            "documents": documents,
            "basis": [each for each in documents if each.is_basis_of(organization)],
            "councils": list(organization.councils.order_by("folded")),
            "forces": list(forces),
            "provisions": list(organization.provisions.select_related("document").order_by("pk")),
        }
        return found | self._disputes(organization, context["spells"], found["forces"])

    def noted(self, context):
        return [context["relations"], context["chairs"], context["basis"]]

    def numbers(self, organization, context):
        return {
            "bodies": len(context["councils"]),
            "forces": len(context["forces"]),
            "treaties": len(context["documents"]),
            "provisions": len(context["provisions"]),
            "disputed": len(context["disputed"]),
            "sources": context["number_of_sources"],
        }

    @staticmethod
    def _disputes(organization, spells, forces):
        """Return what sources dispute of it: `disputed` citations, and the numbers that they state."""
        # One query tells how many sources there are, and whether any of them disputes something; few do.
        cited = list(Citation.objects.belonging_to(organization).order_by().values_list("pk", "source", "says"))
        disputing = [pk for pk, _, says in cited if says]
        dissents = list(Citation.objects.filter(pk__in=disputing).with_named()) if disputing else []
        stated = stated_counts([each for each in dissents if each.is_derived], spells, forces)
        disputed = [each for each in dissents if each.disagrees]
        disputed += [count.citation for count in stated if count.right is False]
        sources = len({source for _, source, says in cited if not says})
        return {"stated_counts": stated, "disputed": disputed, "number_of_sources": sources}

    def _members(self, organization, on, context):
        groups = self.grouped(context)
        more, facts = self.table(groups, context)
        members = next((group.rows for group in groups if group.binds), [])
        return {**more, "waves": Waves(members)}, facts

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

    def sources(self, context):
        if self.tab == "disputed" and not context["whole"]:
            return [source for source, _ in Counter(each.source for each in context["disputed"]).most_common()]
        return super().sources(context)

    def figures(self, context, here):
        found = super().figures(context, here)
        if any(spell.binds for spell in context["spells"]):
            found.append(Figure("members", here, self.home(context), "rows", HEIGHT_OF_MEMBERS))
        return found

    def linked(self, context, here):
        if not self.is_first:
            return None
        return json_ld.organization(context["fact"], context["names"], context["roster"], context["relations"], here)
