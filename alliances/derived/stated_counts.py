"""Numbers that sources state and we derive, such as “seven members”, beside what we count on the source's date."""

from collections.abc import Collection, Iterable, Sequence

from alliances import dates
from alliances.dates import PartialDate
from alliances.models import Citation, CollectiveForce, Membership, Organization
from alliances.models.citation import CitationQuerySet

from .member_counts import CountPeriod, member_count_periods

# What the derived numbers of an organization (`Organization.DERIVED`) are numbers of.
SUBJECTS = {
    "members": "members",
    "former_soviet_members": "members that are former Soviet republics",
    "force_kinds": "types of collective forces",
    "regional_groups": "regional groups",
}


class StatedCount:
    """A number that a source states, what we count on the source's date, and the periods in which it was right.

    `counted` are the numbers that we count at some time in the source's date, one unless that is coarse.
    `all_members` are the numbers that a source means by "all". `right` is None where nothing can be compared:
    what the source says is no number, or the source has no date.
    """

    def __init__(
        self,
        citation: Citation,
        counted: Collection[int],
        periods: Sequence[CountPeriod] = (),
        all_members: Collection[int] = (),
    ) -> None:
        self.citation = citation
        self.subject = SUBJECTS[citation.field]
        self.counted = sorted(counted)
        self.periods = periods
        stated: set[int] = set()
        if citation.says == "all":
            stated = set(all_members)
        elif citation.says.isdecimal():
            stated = {int(citation.says)}
        self.right = bool(stated & set(counted)) if stated and counted else None


def stated_counts(
    citations: Iterable[Citation], spells: Iterable[Membership], forces: Sequence[CollectiveForce]
) -> list[StatedCount]:
    """Return what the citations of one organization state about its derived numbers, given its spells and forces."""
    binding = [spell for spell in spells if spell.binds]
    members = member_count_periods(binding)
    soviet = member_count_periods([spell for spell in binding if spell.state.former_soviet])
    counts = []
    for citation in citations:
        published = citation.source.published
        on = dates.read(published) if published else None
        if citation.field == "members":
            right = [period for period in members if str(period.number) == citation.says]
            counts.append(StatedCount(citation, _numbers(members, on), right))
        elif citation.field == "former_soviet_members":
            counts.append(StatedCount(citation, _numbers(soviet, on), all_members=_numbers(members, on)))
        elif citation.field in SUBJECTS:
            standing = [force for force in forces if on and force.holds(on) != dates.Holds.NO]
            groups = [force for force in standing if force.kind == force.Kind.REGIONAL]
            number = len(groups) if citation.field == "regional_groups" else len({force.kind for force in standing})
            counts.append(StatedCount(citation, {number} if on else ()))
    return counts


def disagreeing(citations: Collection[Citation]) -> list[Citation]:
    """Return those citations whose source says something else than we do now; their facts and sources are at hand."""
    wrong = miscounted([citation for citation in citations if citation.is_derived])
    return [citation for citation in citations if citation.disagrees or citation in wrong]


def open_disagreements(citations: CitationQuerySet) -> CitationQuerySet:
    """Keep the open disagreements: what the source says is not our value now, nor the same less exactly.

    Of a number that we derive: what we count on the source's date is another one. Reads all dissenting citations.
    """
    dissents = citations.dissenting().with_named()
    return citations.filter(pk__in=[citation.pk for citation in disagreeing(dissents)])


def miscounted(citations: Iterable[Citation]) -> dict[Citation, StatedCount]:
    """Return {citation: count} of the citations of derived numbers that were not right on the source's date.

    Five queries, whatever the number of organizations.
    """
    by_organization: dict[int | None, list[Citation]] = {}
    for citation in citations:
        by_organization.setdefault(citation.organization_id, []).append(citation)
    organizations = Organization.objects.filter(pk__in=by_organization)
    wrong: dict[Citation, StatedCount] = {}
    for organization in organizations.prefetch_related("memberships__state__predecessor", "forces"):
        spells, forces = list(organization.memberships.all()), list(organization.forces.all())
        for count in stated_counts(by_organization[organization.pk], spells, forces):
            if count.right is False:
                wrong[count.citation] = count
    return wrong


def _numbers(periods: Iterable[CountPeriod], on: PartialDate | None) -> set[int]:
    """Return the numbers of the periods that touch a date; before the first member there were none."""
    if on is None:
        return set()
    return {period.number for period in periods if period.begin <= on.latest and period.end > on.earliest} or {0}
