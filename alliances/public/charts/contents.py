"""What a map shows of each state: its fill, a number, words. Decided here once, for the tiles and for the real map."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from alliances import dates
from alliances.dates import PartialDate
from alliances.derived.roster import Roster
from alliances.models import State
from alliances.text import plural


class Content(NamedTuple):
    """What a map has to say of a state: `fill` names its colour (a status, a step), `number` may be written on it."""

    fill: str
    number: str
    words: str
    possible: bool = False


class Step(NamedTuple):
    """A step of the scale of colours, and the least and largest number that it stands for; None: without end."""

    step: int
    least: int
    most: int | None

    def __contains__(self, number: object) -> bool:
        return isinstance(number, int) and self.least <= number and (self.most is None or number <= self.most)


# Of how many organizations, among all of them: fixed, so that the maps of two years can be compared. In 1950 nine in
# ten states are in the first two, in 1990 most are in the third, in 2026 most in the fourth.
CLASSES = [Step(1, 1, 9), Step(2, 10, 24), Step(3, 25, 49), Step(4, 50, 74), Step(5, 75, None)]


class Shown(NamedTuple):
    """A state on a map on a date; `words` begin with its name. What did not exist, and has no content, is not there."""

    state: State
    fill: str
    number: str
    words: str
    exists: bool
    possible: bool


def of_statuses(roster: Roster) -> dict[int, Content]:
    """Return the contents of a map of one organization: each state with its status, by the state's key."""
    contents: dict[int, Content] = {}
    for status, spells in roster.now.items():
        for spell in spells:
            words = f"{spell.get_status_display().lower()}, {spell.time_in_words()}"
            contents.setdefault(spell.state_id, Content(str(status), "", words, spell.possible))
    return contents


def of_numbers(numbers: Mapping[int, int], steps: Iterable[Step], center: State | None = None) -> dict[int, Content]:
    """Return the contents of a map of how many organizations each state is in; `numbers` maps states' keys to numbers.

    `center` is the state that the others are compared with, if there is one: it has no number.
    """
    steps = list(steps)
    contents: dict[int, Content] = {}
    for key, number in numbers.items():
        fill = next((f"step-{each.step}" for each in steps if number in each), "")
        contents[key] = Content(fill, str(number) if number else "", plural(number, "organization"))
    if center is not None:
        contents[center.pk] = Content("center", "", "the state of this page")
    return contents


def shown(state: State, on: PartialDate, contents: Mapping[int, Content], otherwise: str, called: str = "") -> Shown:
    """Return what a map shows of a state; `otherwise` are the words for one without content, `called` its name."""
    content = contents.get(state.pk)
    exists = state.holds(on) != dates.Holds.NO
    fill, number, words, possible = content or Content("", "", otherwise)
    if not exists and not fill:
        words = "did not exist" if on.given else "does not exist"
    words = f"{called or state.name}: {'possibly ' if possible else ''}{words}"
    return Shown(state, fill, number, words, exists or bool(fill), possible)


def steps_to(largest: int, most: int = 5) -> list[Step]:
    """Return the whole numbers from 1 to the largest in at most five even steps: of how many that were asked for.

    Fewer than five numbers get shades that are far apart: 1 and 5 for two numbers, 1, 3 and 5 for three.
    """
    count = min(most, largest)
    bounds = [round(largest * step / count) for step in range(count + 1)] if count else []
    shade = [1 + round(step * (most - 1) / max(count - 1, 1)) for step in range(count)]
    if count == 1:
        shade = [most]
    return [Step(shade[step], bounds[step] + 1, bounds[step + 1]) for step in range(count)]
