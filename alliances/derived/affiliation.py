"""Affiliations: all that one state has been in one organization, as one row of a page.

A page of an organization lists states, a page of a state organizations; `side` names which. Pure: spells in, rows out.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.utils.functional import cached_property

from alliances import dates
from alliances.dates import PartialDate
from alliances.models import Membership, Organization, State
from alliances.text import fold

Status, Reason = Membership.Status, Membership.LeftReason

# What became of a state that holds no status any more.
ENDINGS: dict[str, str] = {
    Reason.WITHDRAWAL: "withdrew",
    Reason.EXPULSION: "expelled",
    Reason.LAPSED: "lapsed",
    Reason.DISSOLUTION: "the organization was dissolved",
    Reason.SUPERSEDED: "the organization was superseded",
    Reason.STATE_ENDED: "the state ended",
    Reason.MERGER: "merged into another state",
}


class Stretch(NamedTuple):
    """Spells that follow each other without a gap and count alike: membership, suspended or frozen meanwhile or not;
    or one status that does not count.
    """

    spells: tuple[Membership, ...]

    @property
    def binds(self) -> bool:
        """Whether the state counts as a member in it."""
        return bool(self.spells[0].binds)

    @property
    def begin(self) -> str:
        """The date on which it began, as stored."""
        return str(self.spells[0].joined)

    @property
    def end(self) -> str:
        """The first day without, as stored; empty: it goes on."""
        return str(self.spells[-1].left)

    @property
    def ended(self) -> str:
        """The last day on which it can have ended."""
        return str(self.spells[-1].left_latest)

    @property
    def last_day(self) -> str:
        """Its last day, as people read it; empty: it goes on."""
        return dates.last_day(self.end)


class Affiliation:
    """One state in one organization: `stretches` in the order of time, and `shown`, the one that a page tells first.

    That is the one that holds on the date on view, else the next to come, else of those that have ended the last in
    which it was a member, if it ever was one. `standing` says which: "now", "later" or "former".
    """

    def __init__(self, spells: Sequence[Membership], on: PartialDate, side: str) -> None:
        self.spells = sorted(spells, key=lambda spell: (spell.joined_earliest, spell.left_latest))
        self.thing: State | Organization = getattr(self.spells[0], side)
        self.stretches = _stretches(self.spells)
        standings = [(stretch, self._of(stretch, on)) for stretch in self.stretches]
        holding = [stretch for stretch, standing in standings if standing == "now"]
        later = [stretch for stretch, standing in standings if standing == "later"]
        if holding:
            self.standing, self.shown = "now", max(holding, key=lambda stretch: stretch.binds)
        elif later:
            self.standing, self.shown = "later", later[0]
        else:
            self.standing = "former"
            self.shown = max(self.stretches, key=lambda each: (each.binds, each.ended))
        held = [spell for spell in self.shown.spells if spell.standing(on) in {"", "possibly"}]
        # On a coarse date a member may be suspended within it: what it was last is told.
        self.spell = held[-1] if held else self.shown.spells[-1 if self.standing == "former" else 0]
        self.possible = bool(held) and all(spell.holds(on) == dates.Holds.POSSIBLY for spell in held)

    @staticmethod
    def _of(stretch: Stretch, on: PartialDate) -> str:
        standings = {spell.standing(on) for spell in stretch.spells}
        if standings & {"", "possibly"}:
            return "now"
        return "later" if "not yet" in standings else "former"

    @property
    def binds(self) -> bool:
        """Whether it counts as a member in what is shown."""
        return self.shown.binds

    @property
    def status(self) -> str:
        """The status in what is shown: the present one, the first to come, or the last."""
        return self.spell.status

    @cached_property
    def remarks(self) -> list[str]:
        """Say in a few words each what the dates alone do not: "participation frozen since 22 Feb 2024", "withdrew"."""
        said: list[str] = []
        if self.possible:
            said.append("possibly")
        if self.standing == "former":
            said += [] if self.binds else [Status(self.spell.status).label.lower()]
            ending = ENDINGS.get(self.shown.spells[-1].left_reason, "")
            said += [ending] if ending else []
        said += [_standing_in_words(spell) for spell in self.shown.spells if spell.status in _MARKED]
        said += [_other_in_words(stretch) for stretch in self.stretches if stretch is not self.shown]
        return said


_MARKED = {Status.SUSPENDED: "suspended", Status.FROZEN: "participation frozen"}


def _standing_in_words(spell: Membership) -> str:
    return f"{_MARKED[Status(spell.status)]} {_time(spell.joined, spell.left)}"


def _other_in_words(stretch: Stretch) -> str:
    """Say what else a state was there: "associate 7 Mar 1997 – 6 Aug 2024"."""
    status = "member" if stretch.binds else Status(stretch.spells[0].status).label.lower()
    return f"{status} {_time(stretch.begin, stretch.end)}"


def _time(begin: str, end: str) -> str:
    first, last = (dates.in_words(text, short=True) if text else "" for text in (begin, dates.last_day(end)))
    if begin == dates.UNKNOWN:
        return f"until {last}" if last and end != dates.UNKNOWN else "at an unknown date"
    return f"{first} – {last}" if last else f"since {first}"


def _stretches(spells: Sequence[Membership]) -> list[Stretch]:
    found: list[list[Membership]] = []
    for spell in spells:
        before = found[-1][-1] if found else None
        alike = before and before.binds == spell.binds and (spell.binds or before.status == spell.status)
        if before and alike and before.left and before.left == spell.joined != dates.UNKNOWN:
            found[-1].append(spell)
        else:
            found.append([spell])
    return [Stretch(tuple(each)) for each in found]


class Group(NamedTuple):
    """Rows of one kind: `code` is "members", "later", "former", or a status that does not count."""

    code: str
    label: str
    rows: list[Affiliation]

    @property
    def binds(self) -> bool:
        """Whether they count as members on the date on view."""
        return self.code == "members"


def grouped(spells: Iterable[Membership], on: PartialDate, side: str) -> list[Group]:
    """Return the rows of a page: members, those of each status that does not count, those to come, those that left.

    Members and others by name, those to come by their beginning, those that left by their end, members first, the
    latest first.
    """
    by_thing: dict[int, list[Membership]] = {}
    for spell in spells:
        by_thing.setdefault(getattr(spell, f"{side}_id"), []).append(spell)
    rows = [Affiliation(each, on, side) for each in by_thing.values()]
    groups = [Group("members", "Members", _sorted(row for row in rows if row.standing == "now" and row.binds))]
    for status in Status:
        if not status.binds:
            held = [row for row in rows if row.standing == "now" and row.status == status]
            groups.append(Group(status.value, f"{status.label}s", _sorted(held)))
    later = [row for row in rows if row.standing == "later"]
    later.sort(key=lambda row: (row.spell.joined_earliest, fold(row.thing.name)))
    former = _sorted(row for row in rows if row.standing == "former")
    former.sort(key=lambda row: (row.binds, row.shown.ended), reverse=True)
    groups += [Group("later", "Later", later), Group("former", "Former", former)]
    return [group for group in groups if group.rows]


def _sorted(rows: Iterable[Affiliation]) -> list[Affiliation]:
    return sorted(rows, key=lambda row: fold(row.thing.name))
