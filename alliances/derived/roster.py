"""The roster of an organization or a state: its spells, sorted by how they stand on a date."""

from collections.abc import Iterable

from alliances.dates import PartialDate
from alliances.models import Membership, State


class Roster:
    """Spells of one organization or one state, sorted by how they stand on a date.

    `now` maps each status, the binding ones first, to its spells; each of these is marked `possible` if its dates
    leave open whether it holds. `later` are those to come. Of those that have ended, `former` belong to who holds no
    status any more, `earlier` to who holds another one now; the latest end comes first.
    """

    def __init__(self, spells: Iterable[Membership], on: PartialDate) -> None:
        statuses = sorted(Membership.Status, key=lambda status: not status.binds)
        by_status: dict[str, list[Membership]] = {status: [] for status in statuses}
        self.later: list[Membership] = []
        ended: list[Membership] = []
        for spell in spells:
            standing = spell.standing(on)
            spell.possible = standing == "possibly"
            {"not yet": self.later, "no more": ended}.get(standing, by_status[spell.status]).append(spell)
        self.now = {status: held for status, held in by_status.items() if held}
        self.later.sort(key=lambda spell: spell.joined_earliest)
        ended.sort(key=lambda spell: spell.left_latest, reverse=True)
        present = {self._pair(spell) for held in self.now.values() for spell in held}
        self.former = [spell for spell in ended if self._pair(spell) not in present]
        self.earlier = [spell for spell in ended if self._pair(spell) in present]
        self.binding = [spell for held in self.now.values() for spell in held if spell.binds]

    @property
    def members(self) -> int:
        """How many are bound; one with two spells that both possibly hold counts once."""
        return len({self._pair(spell) for spell in self.binding})

    @property
    def possible(self) -> int:
        """How many of them are bound only possibly."""
        return self.members - len({self._pair(spell) for spell in self.binding if not spell.possible})

    @property
    def territories(self) -> int:
        """How many of them are territories; each spell must have its state at hand."""
        return len({spell.state_id for spell in self.binding if spell.state.kind == State.Kind.TERRITORY})

    @staticmethod
    def _pair(spell: Membership) -> tuple[int, int]:
        return spell.organization_id, spell.state_id
