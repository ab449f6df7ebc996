"""What sources say of numbers that follow from other facts, set against what follows on their date."""

from alliances import dates
from alliances.models.organization import member_count_periods


class Claim:
    """One source's number, what we count on the source's date, and the periods in which the number was right.

    `every` is the number that a source means by "all". `right` is None where there is nothing to compare:
    what the source says is no number, or the source has no date.
    """

    def __init__(self, citation, counted, periods=(), every=None):
        self.citation = citation
        self.counted = counted
        self.periods = periods
        said = every if citation.says == "all" else int(citation.says) if citation.says.isdecimal() else None
        self.right = None if counted is None or said is None else said == counted

    @property
    def subject(self):
        """What the number is a number of, in words."""
        return {
            "members": "members",
            "former_soviet_members": "members that are former Soviet republics",
            "force_kinds": "types of collective forces",
            "regional_groups": "regional groups",
        }[self.citation.field]


def claims(organization, spells, forces):
    """Return the claims of an organization's citations (`organization.cited`) about its derived numbers."""
    bound = [spell for spell in spells if spell.binds]
    soviet = [spell for spell in bound if spell.state.former_soviet]
    found = []
    for citation in organization.cited:
        published = citation.source.published
        on = dates.parse(published) if published else None
        if citation.field == "members":
            counts = member_count_periods(bound)
            counted = _number_on(counts, on) if on else None
            periods = [(begin, end) for begin, end, number in counts if str(number) == citation.says]
            found.append(Claim(citation, counted, periods))
        elif citation.field == "former_soviet_members":
            counted = _number_on(member_count_periods(soviet), on) if on else None
            every = _number_on(member_count_periods(bound), on) if on else None
            found.append(Claim(citation, counted, every=every))
        elif citation.field in {"force_kinds", "regional_groups"}:
            there = [force for force in forces if on and force.holds(on) != dates.Holds.NO]
            groups = [force for force in there if force.kind == force.Kind.REGIONAL]
            counted = len(groups) if citation.field == "regional_groups" else len({force.kind for force in there})
            found.append(Claim(citation, counted if on else None))
    return found


def _number_on(periods, on):
    return next((number for begin, end, number in periods if begin <= on.latest and end > on.earliest), 0)
