"""Organizations side by side on a date: states × organizations, and the states that are in exactly the same of them."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from alliances import dates
from alliances.dates import PartialDate
from alliances.models import Membership, Organization, State
from alliances.text import fold


class Cell(NamedTuple):
    """The spell of a state in an organization on the date, and whether it holds only possibly."""

    spell: Membership
    possible: bool


class ExactSet(NamedTuple):
    """The states that are bound in exactly these organizations of those compared, and in none of the others.

    `key` is its anchor on the page; `rows` are (state, [cell or None for each organization]).
    """

    organizations: tuple[Organization, ...]
    key: str
    rows: list[tuple[State, list[Cell | None]]]

    @property
    def size(self) -> int:
        return len(self.rows)

    @property
    def states(self) -> list[State]:
        """The states, alphabetically."""
        return [state for state, _ in self.rows]


class Shared(NamedTuple):
    """The organizations of which exactly these states are members, of those chosen."""

    states: tuple[State, ...]
    organizations: list[Organization]

    @property
    def size(self) -> int:
        return len(self.organizations)


def shared(
    organizations: Sequence[Organization], states: Sequence[State], spells: Iterable[Membership]
) -> list[Shared]:
    """Group organizations by which of a few chosen states are members, most states first.

    `spells` are those that hold on the date; the organizations keep their order.
    """
    members: dict[int, set[int]] = {}
    for spell in spells:
        if spell.binds:
            members.setdefault(spell.organization_id, set()).add(spell.state_id)
    groups: dict[tuple[State, ...], list[Organization]] = {}
    for organization in organizations:
        among = members.get(organization.pk, set())
        groups.setdefault(tuple(state for state in states if state.pk in among), []).append(organization)
    found = [Shared(among, those) for among, those in groups.items() if among]
    return sorted(found, key=lambda each: (-len(each.states), -each.size))


class Matrix:
    """States × organizations on a date, in groups of one exact set each, the largest sets of organizations first.

    `spells` are those of the organizations that hold on the date; a state is in a set by the spells that bind.
    The last group, of no organization, are states with another status only. `sizes` are the members of each
    organization among these states.
    """

    def __init__(self, organizations: Sequence[Organization], spells: Iterable[Membership], on: PartialDate) -> None:
        self.organizations = organizations
        column = {organization.pk: number for number, organization in enumerate(organizations)}
        cells: dict[State, list[Cell | None]] = {}
        bound: dict[State, set[int]] = {}
        for spell in spells:
            row = cells.setdefault(spell.state, [None] * len(organizations))
            number = column[spell.organization_id]
            # At a coarse date two spells may both hold: the one that binds is shown.
            if row[number] is None or spell.binds:
                row[number] = Cell(spell, spell.holds(on) == dates.Holds.POSSIBLY)
            if spell.binds:
                bound.setdefault(spell.state, set()).add(number)
        sets: dict[tuple[int, ...], list[tuple[State, list[Cell | None]]]] = {}
        for state in sorted(cells, key=lambda state: fold(state.name)):
            sets.setdefault(tuple(sorted(bound.get(state, ()))), []).append((state, cells[state]))
        self.sets: list[ExactSet] = []
        for numbers, rows in sorted(sets.items(), key=lambda each: (-len(each[0]), -len(each[1]), each[0])):
            exactly = tuple(organizations[number] for number in numbers)
            key = "-".join(["only", *(each.slug for each in exactly)]) if exactly else "only-other-statuses"
            self.sets.append(ExactSet(exactly, key, rows))
        self.overlaps = [each for each in self.sets if each.organizations]
        self.largest = max((each.size for each in self.overlaps), default=0)
        self.numbers = {state.pk: len(numbers) for state, numbers in bound.items()}
        self.sizes = [sum(number in numbers for numbers in bound.values()) for number in range(len(organizations))]
        self.statuses = {cell.spell.status for row in cells.values() for cell in row if cell}
        self.states = len(cells)
