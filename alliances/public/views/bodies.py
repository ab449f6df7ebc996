"""The pages of collective forces and councils."""

from alliances.models import CollectiveForce, Council, Membership
from alliances.public.date_navigation import change_dates
from alliances.publishing.citations import AT_ALL_TIMES
from alliances.publishing.footnotes import Footnotes
from alliances.queries import filters

from .base import FactList, FactPage


class ForceList(FactList):
    filterset = filters.ForceFilter
    template = "alliances/force_list.html"
    undated = AT_ALL_TIMES
    related = ("organization",)
    prefetch = ("participations__state", "strengths")

    def rows_context(self, rows, filterset):
        strengths = [strength for force in rows for strength in force.strengths.all()]
        return {"notes": Footnotes(rows, strengths, on=filterset.on)}


class ForceDetail(FactPage):
    model = CollectiveForce
    template = "alliances/force_detail.html"

    def queryset(self):
        return CollectiveForce.objects.select_related("organization")

    def detail_context(self, force, on):
        participations = list(force.participations.select_related("state"))
        strengths = list(force.strengths.all())
        names = list(force.names.all())
        return {
            "participations": participations,
            "strengths": strengths,
            "names": names,
            "change_dates": [*change_dates([force], participations), *(strength.as_of for strength in strengths)],
            "notes": Footnotes([force], names, participations, strengths, on=on),
        }


class CouncilList(FactList):
    filterset = filters.CouncilFilter
    heading = "Bodies"
    template = "alliances/council_list.html"
    undated = AT_ALL_TIMES
    related = ("organization",)

    def rows_context(self, rows, filterset):
        return {"notes": Footnotes(rows, on=filterset.on)}


class CouncilDetail(FactPage):
    model = Council
    template = "alliances/council_detail.html"

    def queryset(self):
        return Council.objects.select_related("organization")

    def detail_context(self, council, on):
        chairs = list(council.chairmanships.select_related("state").order_by("-began_earliest"))
        names = list(council.names.all())
        documents = list(council.documents.all())
        members = Membership.objects.on(on).binding().filter(organization=council.organization)
        return {
            "chairs": chairs,
            "names": names,
            "documents": documents,
            "members": members.select_related("state").order_by("state__folded"),
            "change_dates": change_dates([council], chairs),
            "notes": Footnotes([council], names, chairs, documents, on=on),
        }
