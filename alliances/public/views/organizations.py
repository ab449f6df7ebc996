"""The public pages, a class for each: which facts, which filters, which template. No logic."""

from collections import Counter

from django.db import connection
from django.http import HttpResponse

from alliances import dates
from alliances.derived import events
from alliances.derived.stated_counts import claims, disagreeing
from alliances.models import (
    Chairmanship,
    Citation,
    CollectiveForce,
    Council,
    Document,
    ForceParticipation,
    Membership,
    Organization,
    Provision,
    Relation,
    Source,
    State,
    TreatyAction,
)
from alliances.models.membership import Roster
from alliances.public.charts import tiles
from alliances.public.charts.counts import Counts
from alliances.public.charts.matrix import Matrix
from alliances.public.charts.timeline import Timeline
from alliances.public.date_navigation import eve, stops_of
from alliances.publishing import json_ld
from alliances.publishing.citations import AT_ALL_TIMES
from alliances.publishing.footnotes import Notes
from alliances.queries import filters, params, search

from .base import AskedPage, FactList, FactPage


def healthz(request):
    """Answer "ok" to a monitor, after asking the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"})


def by_fact(citations):
    """Group citations by what they are of: [(plural of the kind, [(organization or "", [citation])])]."""
    groups = {}
    for citation in citations:
        home = getattr(citation.fact, "organization", None) if citation.fact_kind == "membership" else None
        kind = groups.setdefault(citation.fact._meta.verbose_name_plural, {})
        kind.setdefault(home.name if home else "", []).append(citation)
    return [(kind, sorted(homes.items())) for kind, homes in groups.items()]


def by_kind(provisions):
    """Group provisions by their kinds, purpose first: [(kind, [provision])]."""
    groups = [(kind, [each for each in provisions if each.kind == kind]) for kind in Provision.Kind]
    return [(kind, group) for kind, group in groups if group]


class Home(AskedPage):
    """What this is, every organization with its members today, and what changed lately."""

    template = "alliances/home.html"

    def context(self, on):
        numbers = Membership.objects.binding().on(on).numbers()
        map_, steps = tiles.by_number(State.objects.on_map(), numbers, on)
        return {
            "map": map_,
            "steps": steps,
            "organizations": Organization.objects.with_member_counts(on),
            "changes": events.events(dates.ALWAYS, dates.next_day(on.latest), newest=12),
            "counts": {
                "states": State.objects.count(),
                "memberships": Membership.objects.count(),
                "sources": Source.objects.count(),
            },
        }

    def linked(self, context, here):
        return json_ld.site(here)


class OrganizationList(FactList):
    filterset = filters.OrganizationFilter
    template = "alliances/organization_list.html"

    def more(self, rows, asked):
        return {"rests_on": Notes(rows)}


class OrganizationDetail(FactPage):
    model = Organization
    template = "alliances/organization_detail.html"

    def parts(self, organization, on):
        spells = list(
            organization.memberships.select_related("state__predecessor").order_by("state__name", "joined_earliest")
        )
        councils = list(organization.councils.order_by("name"))
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
        notes = Notes(
            [organization], names, spells, chairs, councils, forces, strengths, documents, relations, provisions, on=on
        )
        roster = Roster(spells, on)
        numbers = claims(organization, spells, forces)
        return {
            "eve": eve(organization, on),
            "roster": roster,
            "map": tiles.by_status(State.objects.on_map(), roster, on),
            "chart": Timeline(roster, on, "state"),
            "former_soviet": all(spell.state.former_soviet_on(on) for spell in roster.binding),
            "claims": numbers,
            "disagreements": notes.disagreements + sum(claim.right is False for claim in numbers),
            "stops": stops_of([organization], spells),
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


class StateList(FactList):
    filterset = filters.StateFilter
    template = "alliances/state_list.html"
    page_size = 250

    def more(self, rows, asked):
        return {"rests_on": Notes(rows)}


class StateDetail(FactPage):
    model = State
    template = "alliances/state_detail.html"
    field = "iso3"

    def queryset(self):
        return State.objects.select_related("predecessor")

    def identity(self, slug):
        return slug.upper()

    def parts(self, state, on):
        spells = list(
            state.memberships.select_related("organization").order_by("organization__name", "joined_earliest")
        )
        participations = list(ForceParticipation.objects.filter(state=state).select_related("force__organization"))
        actions = list(TreatyAction.objects.filter(state=state).select_related("document__organization"))
        chairs = list(state.chairmanships.select_related("council__organization").order_by("-began_earliest"))
        names = list(state.names.all())
        roster = Roster(spells, on)
        company, steps = tiles.by_number(State.objects.on_map(), Membership.objects.company(roster, on), on, state)
        return {
            "roster": roster,
            "chart": Timeline(roster, on, "organization"),
            "map": company,
            "steps": steps,
            "stops": stops_of([state], spells),
            "participations": participations,
            "actions": actions,
            "chairs": chairs,
            "names": names,
            "councils": Council.objects.on(on).on_which_sits([state.iso3], on).select_related("organization"),
            "successors": state.successors.all(),
            "notes": Notes([state], names, spells, participations, chairs, actions, on=on),
        }

    def linked(self, context, here):
        return json_ld.state(context["fact"], context["names"], context["roster"], here)


class Compare(FactList):
    """Organizations side by side on a date, their overlaps, and their members over time."""

    filterset = filters.CompareFilter
    template = "alliances/compare.html"
    called = "Compare organizations"
    page_size = 1000  # All states: one page.

    def more(self, states, asked):
        on, organizations = asked.on, asked.organizations
        spells = Membership.objects.filter(organization__in=organizations, state__in=states)
        held = list(spells.on(on).select_related("state", "organization"))
        matrix = Matrix(organizations, held, on)
        map_, steps = tiles.by_number(State.objects.on_map(), matrix.numbers, on)
        return {
            "organizations": organizations,
            "matrix": matrix,
            "map": map_,
            "steps": steps,
            "counts": Counts(organizations, list(spells.binding())),
            "notes": Notes(held, on=on),
        }


class MembershipList(FactList):
    filterset = filters.MembershipFilter
    template = "alliances/membership_list.html"
    undated = AT_ALL_TIMES
    related = ("organization", "state")

    def more(self, rows, asked):
        for spell in rows:
            spell.possible = bool(asked.asked["on"]) and spell.holds(asked.on) == dates.Holds.POSSIBLY
        return {"notes": Notes(rows, on=asked.on)}


class ForceList(FactList):
    filterset = filters.ForceFilter
    template = "alliances/force_list.html"
    undated = AT_ALL_TIMES
    related = ("organization",)
    fetched = ("participations__state", "strengths")

    def more(self, rows, asked):
        return {"notes": Notes(rows, [strength for force in rows for strength in force.strengths.all()], on=asked.on)}


class ForceDetail(FactPage):
    model = CollectiveForce
    template = "alliances/force_detail.html"

    def queryset(self):
        return CollectiveForce.objects.select_related("organization")

    def parts(self, force, on):
        participations = list(force.participations.select_related("state"))
        strengths = list(force.strengths.all())
        names = list(force.names.all())
        return {
            "participations": participations,
            "strengths": strengths,
            "names": names,
            "stops": [*stops_of([force], participations), *(strength.as_of for strength in strengths)],
            "notes": Notes([force], names, participations, strengths, on=on),
        }


class CouncilList(FactList):
    filterset = filters.CouncilFilter
    template = "alliances/council_list.html"
    undated = AT_ALL_TIMES
    related = ("organization",)

    def more(self, rows, asked):
        return {"notes": Notes(rows, on=asked.on)}


class CouncilDetail(FactPage):
    model = Council
    template = "alliances/council_detail.html"

    def queryset(self):
        return Council.objects.select_related("organization")

    def parts(self, council, on):
        chairs = list(council.chairmanships.select_related("state").order_by("-began_earliest"))
        names = list(council.names.all())
        documents = list(council.documents.all())
        members = Membership.objects.on(on).binding().filter(organization=council.organization)
        return {
            "chairs": chairs,
            "names": names,
            "documents": documents,
            "members": members.select_related("state").order_by("state__name"),
            "stops": stops_of([council], chairs),
            "notes": Notes([council], names, chairs, documents, on=on),
        }


class DocumentList(FactList):
    filterset = filters.DocumentFilter
    template = "alliances/document_list.html"
    undated = AT_ALL_TIMES
    related = ("organization",)

    def more(self, rows, asked):
        return {"notes": Notes(rows, on=asked.on)}


class DocumentDetail(FactPage):
    model = Document
    template = "alliances/document_detail.html"

    def queryset(self):
        return Document.objects.select_related("organization", "adopted_by")

    def parts(self, document, on):
        actions = list(document.actions.select_related("state").order_by("state__name", "date_earliest"))
        provisions = list(document.provisions.select_related("organization").order_by("pk"))
        parties = TreatyAction.objects.binding_on(on).filter(document=document)
        certain = TreatyAction.objects.binding_on(on, certainly=True).filter(document=document)
        return {
            "actions": actions,
            "provisions": provisions,
            "parties": State.objects.filter(pk__in=parties.values("state")),
            "certain": set(certain.values_list("state", flat=True)),
            "stops": [document.signed, *stops_of([document]), *(act.effective or act.date for act in actions)],
            "notes": Notes([document], actions, provisions, on=on),
        }


class SourceList(FactList):
    filterset = filters.SourceFilter
    template = "alliances/source_list.html"
    undated = ""
    page_size = 100

    def more(self, rows, asked):
        return {"disagreeing": Counter(Citation.objects.disagreeing().values_list("source", flat=True))}

    def sources(self, context):
        return context["page"].object_list


class SourceDetail(FactPage):
    model = Source
    template = "alliances/source_detail.html"
    field = "key"
    undated = ""

    def parts(self, source, on):
        citations = list(source.citations.with_facts())
        return {
            "citations": citations,
            "disagreeing": disagreeing(citations),
            "groups": by_fact(citations),
        }

    def sources(self, context):
        return [context["fact"]]

    def linked(self, context, here):
        return json_ld.source(context["fact"], here)


class DisagreementList(FactList):
    filterset = filters.DisagreementFilter
    template = "alliances/disagreement_list.html"
    called = "Where sources disagree"
    undated = ""
    page_size = 100

    def get_queryset(self):
        return Citation.objects.with_facts().select_related("source")

    def sources(self, context):
        weight = Counter(citation.source for citation in context["page"].object_list)
        return [source for source, _ in weight.most_common()]


class Search(AskedPage):
    """One box over everything: the best matches of all kinds, then each kind."""

    template = "alliances/search.html"
    query = params.SearchQuery

    def title(self, context):
        results = context["results"]
        return f"Search: {results.text}" if results else "Search"

    def context(self, on):
        asked = self.asked.cleaned_data
        return {"results": search.Results(asked["q"], on, asked["kind"]) if asked["q"] else None}


class Suggestions(AskedPage):
    """The best matches while somebody types, as the options of a list: a fragment for search.js."""

    template = "alliances/suggestions.html"
    query = params.SuggestionsQuery

    def get(self, request):
        response = super().get(request)
        # An edit shows on the next request, here too; and no engine should list fragments.
        response.headers["Cache-Control"] = "no-cache"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    def context(self, on):
        return {"hits": search.suggestions(self.asked.cleaned_data["q"], on)}
