"""What sources say of numbers that follow from other facts, set against what follows on their date."""

from collections.abc import Collection, Iterable, Sequence

from alliances import dates
from alliances.dates import PartialDate
from alliances.models import Citation, CollectiveForce, Membership, Organization
from alliances.models.citation import CitationQuerySet

from .member_counts import CountPeriod, member_count_periods

SUBJECTS = {
    "members": "members",
    "former_soviet_members": "members that are former Soviet republics",
    "force_kinds": "types of collective forces",
    "regional_groups": "regional groups",
}


class StatedCount:
    """One source's number, what we count on the source's date, and the periods in which the number was right.

    `counted` are the numbers that we count at some time in the source's date, one unless that is coarse.
    `every` are the numbers that a source means by "all". `right` is None where there is nothing to compare:
    what the source says is no number, or the source has no date.
    """

    def __init__(
        self,
        citation: Citation,
        counted: Collection[int],
        periods: Sequence[CountPeriod] = (),
        every: Collection[int] = (),
    ) -> None:
        self.citation = citation
        self.subject = SUBJECTS[citation.field]
        self.counted = sorted(counted)
        self.periods = periods
        said = set(every) if citation.says == "all" else {int(citation.says)} if citation.says.isdecimal() else set()
        self.right = bool(said & set(counted)) if said and counted else None


def stated_counts(
    citations: Iterable[Citation], spells: Iterable[Membership], forces: Sequence[CollectiveForce]
) -> list[StatedCount]:
    """Return what the citations of one organization state about its derived numbers, given its spells and forces."""
    bound = [spell for spell in spells if spell.binds]
    members = member_count_periods(bound)
    soviet = member_count_periods([spell for spell in bound if spell.state.former_soviet])
    found = []
    for citation in citations:
        published = citation.source.published
        on = dates.parse(published) if published else None
        if citation.field == "members":
            right = [period for period in members if str(period.number) == citation.says]
            found.append(StatedCount(citation, _numbers(members, on), right))
        elif citation.field == "former_soviet_members":
            found.append(StatedCount(citation, _numbers(soviet, on), every=_numbers(members, on)))
        elif citation.field in SUBJECTS:
            there = [force for force in forces if on and force.holds(on) != dates.Holds.NO]
            groups = [force for force in there if force.kind == force.Kind.REGIONAL]
            number = len(groups) if citation.field == "regional_groups" else len({force.kind for force in there})
            found.append(StatedCount(citation, {number} if on else ()))
    return found


def disagreeing(citations: Collection[Citation]) -> list[Citation]:
    """Return those citations, with their facts and sources, whose source says something else than we do now."""
    wrong = miscounted([each for each in citations if each.is_derived])
    return [each for each in citations if each.disagrees or each in wrong]


def open_disagreements(citations: CitationQuerySet) -> CitationQuerySet:
    """Keep the open disagreements: what the source says is not our value now, nor the same less exactly.

    Of a number that we derive: what we count on the source's date is another one.
    """
    dissents = citations.dissenting().with_facts().select_related("source")
    return citations.filter(pk__in=[each.pk for each in disagreeing(dissents)])


def miscounted(citations: Iterable[Citation]) -> dict[Citation, StatedCount]:
    """Return {citation: claim} of the citations of derived numbers that were not right on the source's date."""
    by_organization: dict[int | None, list[Citation]] = {}
    for citation in citations:
        by_organization.setdefault(citation.organization_id, []).append(citation)
    homes = Organization.objects.filter(pk__in=by_organization)
    wrong: dict[Citation, StatedCount] = {}
    for home in homes.prefetch_related("memberships__state__predecessor", "forces"):
        for force in home.forces.all():
            force.organization = home
        for claim in stated_counts(by_organization[home.pk], list(home.memberships.all()), list(home.forces.all())):
            if claim.right is False:
                wrong[claim.citation] = claim
    return wrong


def _numbers(periods: Iterable[CountPeriod], on: PartialDate | None) -> set[int]:
    """Return the numbers of the periods that touch a date; before the first member there were none."""
    if on is None:
        return set()
    return {period.number for period in periods if period.begin <= on.latest and period.end > on.earliest} or {0}
