"""The pages of organizations."""

from alliances.derived.roster import Roster
from alliances.derived.stated_counts import stated_counts
from alliances.models import Chairmanship, Council, Organization, Provision, Relation, State
from alliances.public.charts import tiles
from alliances.public.charts.timeline import Timeline
from alliances.public.date_navigation import change_dates, day_before_end
from alliances.publishing import json_ld
from alliances.publishing.footnotes import Footnotes
from alliances.publishing.sentences import of_organization
from alliances.queries import filters

from .base import FactList, FactPage


def by_kind(provisions):
    """Group provisions by their kinds, purpose first: [(kind, [provision])]."""
    groups = [(kind, [each for each in provisions if each.kind == kind]) for kind in Provision.Kind]
    return [(kind, group) for kind, group in groups if group]


class OrganizationList(FactList):
    filterset = filters.OrganizationFilter
    template = "alliances/organization_list.html"

    def rows_context(self, rows, filterset):
        return {"rests_on": Footnotes(rows)}


class OrganizationDetail(FactPage):
    model = Organization
    template = "alliances/organization_detail.html"

    def detail_context(self, organization, on):
        spells = list(
            organization.memberships.select_related("state__predecessor").order_by("state__folded", "joined_earliest")
        )
        councils = list(organization.councils.order_by("folded"))
        councils.sort(key=lambda council: Council.Level.values.index(council.level))
        forces = list(organization.forces.prefetch_related("participations__state", "strengths"))
        documents = list(organization.documents.all())
        provisions = list(organization.provisions.select_related("document").order_by("pk"))
        relations = list(Relation.objects.about(organization).select_related("organization", "other"))
        chairs = list(
            Chairmanship.objects.on(on)
            .filter(council__organization=organization)
            .select_related("council__organization", "state")
        )
        names = list(organization.names.all())
        strengths = [strength for force in forces for strength in force.strengths.all()]
        notes = Footnotes(
            [organization], names, spells, chairs, councils, forces, strengths, documents, relations, provisions, on=on
        )
        roster = Roster(spells, on)
        sentences = of_organization(organization, spells, on)
        stated = stated_counts(notes.citations(organization), spells, forces)
        return {
            "day_before_end": day_before_end(organization, on),
            "roster": roster,
            "sentences": sentences,
            "map": tiles.by_status(State.objects.on_map(), roster, on),
            "chart": Timeline(roster, on, "state"),
            "stated_counts": stated,
            "disagreements": notes.disagreements + sum(count.right is False for count in stated),
            "change_dates": change_dates([organization], spells),
            "councils": councils,
            "forces": forces,
            "documents": documents,
            "provisions": by_kind(provisions),
            "relations": relations,
            "chairs": chairs,
            "names": names,
            "notes": notes,
        }

    def linked(self, context, here):
        return json_ld.organization(context["fact"], context["names"], context["roster"], context["relations"], here)
