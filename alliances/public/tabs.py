"""What the pages of an organization and of a state are made of: tabs, and tables that show their first rows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from alliances.derived.affiliation import Affiliation, Group
from alliances.models import Membership
from alliances.text import fold

# A table of more rows than these shows its first ones, so many of each group; all of them are a link away.
MANY = 35
FIRST = 15
# Of a table with many groups, about so many in all, and at least so many of each group.
IN_ALL = 20
OF_EACH = 1
# A table of more groups than these, each with a heading, is long with fewer rows.
FEW_GROUPS = 5
# Accessions by year up to so many years, else by decade.
YEARS = 8


class Tab(NamedTuple):
    """A part of a page with an address of its own; `number`: how many things it holds, `current`: it is shown."""

    name: str
    label: str
    address: str
    number: int
    current: bool


class Kept(NamedTuple):
    """The rows that a page shows: `groups` with them, `sizes` of the whole groups by code, `left_out` the other rows.

    `filtered` tells whether words chose them.
    """

    groups: list[Group]
    sizes: dict[str, int]
    left_out: list[Affiliation]
    filtered: bool

    @property
    def spells(self) -> list[Membership]:
        """The spells of the rows that are shown."""
        return [spell for group in self.groups for row in group.rows for spell in row.spells]

    @property
    def total(self) -> int:
        """How many rows there are in all."""
        return sum(self.sizes.values())

    @property
    def large(self) -> bool:
        """Whether the whole table is too long to be shown at once."""
        return too_long(self.sizes)


def too_long(sizes: Mapping[str, int]) -> bool:
    """Tell whether a table of groups of these sizes is too long to be shown at once."""
    return sum(sizes.values()) > (MANY if len(sizes) <= FEW_GROUPS else IN_ALL)


def first_rows(groups: Sequence[Group], *, whole: bool, words: str = "") -> Kept:
    """Keep the first rows of each group if there are many in all; with `words`, those whose name has them."""
    sizes = {group.code: len(group.rows) for group in groups}
    many = too_long(sizes) and not whole
    of_each = max(OF_EACH, min(FIRST, IN_ALL // max(len(groups), 1)))
    kept, left_out = [], []
    for group in groups:
        rows = [row for row in group.rows if fold(words) in fold(row.thing.name)] if words else group.rows
        if many and not words:
            left_out += rows[of_each:]
            rows = rows[:of_each]
        if rows:
            kept.append(group._replace(rows=rows))
    return Kept(kept, sizes, left_out, bool(words))


class Waves:
    """The accessions of the present members: the founding members, then by year, or by decade where there are many.

    Iterating yields (label, [row]). Only of long lists, and of members whose beginning is known to the year.
    """

    def __init__(self, members: Iterable[Affiliation]) -> None:
        members = list(members)
        self._waves: list[tuple[str, list[Affiliation]]] = []
        dated = [row for row in members if row.shown.begin[:4].isdecimal()]
        if len(members) <= MANY or len(dated) < len(members) / 2:
            return
        dated.sort(key=lambda row: row.shown.begin[:4])
        first = dated[0].shown.begin[:4]
        founders = [row for row in dated if row.shown.begin[:4] == first]
        later = dated[len(founders) :]
        self._waves.append((f"Founding members, {first}" if len(founders) > 1 else first, founders))
        digits = 4 if len({row.shown.begin[:4] for row in later}) <= YEARS else 3
        for begin, rows in groupby(later, key=lambda row: row.shown.begin[:digits]):
            self._waves.append((begin if digits == 4 else f"{begin}0s", list(rows)))

    def __iter__(self) -> Iterator[tuple[str, list[Affiliation]]]:
        return iter(self._waves)

    def __len__(self) -> int:
        return len(self._waves)
