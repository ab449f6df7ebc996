"""The roster of an organization or a state: its spells, sorted by what they are on a date."""

from alliances.models.membership import Membership


class Roster:
    """Spells of one organization or one state, sorted by what they are on a date.

    `now` maps each status, those that bind first, to its spells, of which each is told `possible`: its dates
    leave open whether it holds. `later` are those to come. Of what has ended, `former` are the spells of those
    that hold no status any more, `earlier` of those that hold another one now; the latest end comes first.
    """

    def __init__(self, spells, on):
        order = sorted(Membership.Status, key=lambda status: not status.binds)
        now, self.later, past = {status: [] for status in order}, [], []
        for spell in spells:
            standing = spell.standing(on)
            spell.possible = standing == "possibly"
            {"not yet": self.later, "no more": past}.get(standing, now[spell.status]).append(spell)
        self.now = {status: held for status, held in now.items() if held}
        self.later.sort(key=lambda spell: spell.joined_earliest)
        past.sort(key=lambda spell: spell.left_latest, reverse=True)
        there = {self._pair(spell) for held in now.values() for spell in held}
        self.former = [spell for spell in past if self._pair(spell) not in there]
        self.earlier = [spell for spell in past if self._pair(spell) in there]
        self.binding = [spell for held in self.now.values() for spell in held if spell.binds]

    @property
    def members(self):
        """How many are bound; one with two spells that both possibly hold counts once."""
        return len({self._pair(spell) for spell in self.binding})

    @property
    def possible(self):
        """How many of them are bound only possibly."""
        return self.members - len({self._pair(spell) for spell in self.binding if not spell.possible})

    @staticmethod
    def _pair(spell):
        return spell.organization_id, spell.state_id
