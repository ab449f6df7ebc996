"""The sentences with which a comparison answers, from facts and a date alone.

"23 states are in both NATO and the EU; none is in both NATO and the CSTO." As in sentences.py each is a whole message,
in parts that name what they are about. A state is in an organization if a status that counts as membership holds on the
date; of a year or month that means at some time in it.
"""

from collections.abc import Iterable, Sequence
from itertools import combinations

from alliances import dates
from alliances.dates import Holds, PartialDate
from alliances.models import Membership, Organization, State
from alliances.text import fold

from .phrases import Name, Parts, Sentence, at, capital, counted, dates_of, listed, number, said, the
from .sentences import to_come

# Up to so many states are named in a sentence; the page names them all.
NAMED = 8
# Up to so many organizations or chosen states are named.
AMONG = 6
# Of more than so many organizations, not every pair is said.
PAIRS = 3
# Acronyms that are read as words, and names: without an article.
_READ_AS_WORDS = """
Agadir ALADI ALBA ANZUS AOSIS APEC ASEAN AUKUS Basel Benelux BIMSTEC BRICS CACFish CARICOM CARIFTA CELAC CEMAC
CENTO CERN CITES COCOM COMESA ECOWAS EFTA EUREKA EUROCONTROL GAFTA GATT GUAM HELCOM IBSA IGAD INFOPESCA INTERPOL
IRENA KEDO LAFTA MERCOSUR NAFTA NATO OAPEC OLDEPESCA OPANAL OPEC Petrocaribe Ramsar Rotterdam SAARC SADC SADCC
SAFTA Schengen SEATO SICA SPARTECA Stockholm UNASUR UNESCO UNIDO
"""
_WITHOUT_ARTICLE = frozenset(_READ_AS_WORDS.split())


class _Members:
    """Who is in each organization, and for whom the dates leave that open."""

    def __init__(self, organizations: Sequence[Organization], spells: Iterable[Membership], on: PartialDate) -> None:
        self.of: dict[Organization, set[State]] = {each: set() for each in organizations}
        certain: dict[Organization, set[State]] = {each: set() for each in organizations}
        for spell in spells:
            if spell.binds:
                self.of[spell.organization].add(spell.state)
                if spell.holds(on) == Holds.CERTAINLY:
                    certain[spell.organization].add(spell.state)
        self.certain = certain

    def in_all(self, organizations: Sequence[Organization]) -> set[State]:
        return set.intersection(*(self.of[each] for each in organizations))

    def possible(self, states: set[State], organizations: Sequence[Organization]) -> set[State]:
        """Keep the states of which it is not certain that they are in all of these."""
        return {state for state in states if any(state not in self.certain[each] for each in organizations)}


class _Telling:
    """How states are spoken of on a date: of all states, or of those chosen. Date and chosen states are said once."""

    def __init__(self, on: PartialDate, among: Sequence[State]) -> None:
        self.past = dates.tense(on) == "past"
        self.opening: Parts = [f"{dates_of(on)}, "] if self.past else []
        self.are, self.is_ = ("were", "was") if self.past else ("are", "is")
        self.have, self.has = ("had", "had") if self.past else ("have", "has")
        self.among = among
        self.named = False

    def sentence(self, *parts: str | Name | Parts) -> Sentence:
        opening, self.opening = self.opening, []
        return capital(said(opening, *parts))

    def states(self, states: set[State]) -> Parts:
        """Say how many states, with their verb: "23 states are", "of Armenia and Georgia, none is"."""
        verb = self.is_ if len(states) < 2 else self.are
        count = number(len(states)) if states else "none"
        if self.among and self.named:
            return [f"{count} of these states {verb}"]
        if self.among:
            self.named = True
            return ["of ", *_together(self.among), f", {count} {verb}"]
        territories = any(state.kind == State.Kind.TERRITORY for state in states)
        noun = ("state or territory", "states and territories") if territories else ("state", "states")
        return [f"{counted(len(states), *noun) if states else 'no state'} {verb}"]


def of_comparison(
    organizations: Sequence[Organization], spells: Sequence[Membership], on: PartialDate, among: Sequence[State] = ()
) -> list[Sentence]:
    """Return what is to be said of several organizations on a date, given their spells that hold on it.

    `among`: the states that were chosen, if any were; the spells are theirs alone.
    """
    members = _Members(organizations, spells, on)
    sentences = to_come(on)
    missing = [each for each in organizations if not members.of[each] and each.standing(on) in {"not yet", "no more"}]
    telling = _Telling(on, among)
    sentences += [_missing(each, on, telling) for each in missing]
    there = [each for each in organizations if each not in missing]
    if len(there) == 1:
        sentences += _one(there[0], members, telling)
    elif len(there) == 2:
        sentences += _two(there, members, telling)
    elif there:
        sentences += _several(there, members, telling)
    return sentences


def of_states_together(
    states: Sequence[State], organizations: Sequence[Organization], spells: Sequence[Membership], on: PartialDate
) -> list[Sentence]:
    """Return which of the organizations chosen states are all in, and which only one of them is in."""
    members = _Members(organizations, spells, on)
    telling = _Telling(on, ())
    subject = _together(states)
    shared = [each for each in organizations if len(members.of[each]) == len(states)]
    if len(states) == 1:
        are = f" {telling.is_} a member of "
    else:
        are = f" {telling.are} {'both' if len(states) == 2 else 'all'} members of "
    if shared or len(states) == 1:
        these = [counted(len(shared), "organization"), " in this reference", *_some(shared)]
        return [
            *to_come(on),
            telling.sentence(subject, are, these, "."),
            *_alone(states, organizations, members, telling),
        ]
    sentence = telling.sentence("no organization in this reference ", telling.has, " ", subject, " among its members.")
    return [*to_come(on), sentence, *_alone(states, organizations, members, telling)]


def _alone(
    states: Sequence[State], organizations: Sequence[Organization], members: _Members, telling: _Telling
) -> list[Sentence]:
    """Say for each of a few states which organizations only that one is in."""
    sentences = []
    for state in states if 1 < len(states) <= PAIRS else ():
        own = [each for each in organizations if members.of[each] == {state}]
        if own:
            these = [counted(len(own), "organization"), *_some(own)]
            sentences.append(telling.sentence("only ", the(state), f" {telling.is_} in ", these, "."))
    return sentences


def short(organization: Organization) -> Parts:
    """Name an organization as a sentence does: "NATO", "the EU"."""
    name = Name(organization.acronym, organization)
    return [name] if organization.acronym in _WITHOUT_ARTICLE else ["the ", name]


def _one(organization: Organization, members: _Members, telling: _Telling) -> list[Sentence]:
    states = members.of[organization]
    names = _named(states, members, [organization])
    return [telling.sentence(telling.states(states), " in ", short(organization), names, ".")]


def _two(pair: Sequence[Organization], members: _Members, telling: _Telling) -> list[Sentence]:
    """Say who is in both of two organizations, and who is in one of them alone."""
    first, second = pair
    both = members.in_all(pair)
    if both and members.of[first] == members.of[second]:
        return [_same(pair, both, members, telling)]
    for smaller, larger in ((first, second), (second, first)):
        if both and members.of[smaller] == both and len(both) > 1:
            sentence = _within(smaller, larger, both, members, telling)
            return [sentence, *_but_not(larger, smaller, members, telling)]
    named = _named(both, members, pair)
    sentence = telling.sentence(telling.states(both), " in both ", _all(pair), named, ".")
    if not both:
        return [sentence]
    return [sentence, *_but_not(first, second, members, telling), *_but_not(second, first, members, telling)]


def _within(
    smaller: Organization, larger: Organization, states: set[State], members: _Members, telling: _Telling
) -> Sentence:
    """Say that all members of one organization are in another."""
    names = _named(states, members, [smaller, larger])
    if telling.among:
        return telling.sentence(telling.states(states), " in both ", _all([smaller, larger]), names, ".")
    all_ = "both" if len(states) == 2 else f"all {number(len(states))}"
    these = [f"{all_} members of ", *short(smaller), f" {telling.are} also in ", *short(larger)]
    return telling.sentence(these, names, ".")


def _but_not(one: Organization, other: Organization, members: _Members, telling: _Telling) -> list[Sentence]:
    """Say who is in one organization and not in another, if anybody is."""
    states = members.of[one] - members.of[other]
    if not states:
        return []
    names = _named(states, members, [one])
    return [telling.sentence(telling.states(states), " in ", short(one), " but not in ", short(other), names, ".")]


def _several(organizations: Sequence[Organization], members: _Members, telling: _Telling) -> list[Sentence]:
    """Say who is in all of three or more organizations, which pairs share members, and which share none."""
    every = members.in_all(organizations)
    if every and all(members.of[each] == every for each in organizations):
        return [_same(organizations, every, members, telling)]
    pairs = [(pair, members.in_all(pair)) for pair in combinations(organizations, 2)]
    if not any(states for _, states in pairs):
        return [telling.sentence(telling.states(set()), " in more than one of ", _all(organizations), ".")]
    few = len(organizations) <= PAIRS
    shared = sorted((each for each in pairs if len(each[1]) > len(every)), key=lambda each: -len(each[1]))
    shared = shared if few else shared[:1]
    sentences = []
    if every or not few:
        these: Parts = ["of ", *_all(organizations)] if len(organizations) <= AMONG else ["organizations"]
        names = _named(every, members, organizations)
        who = telling.states(every)
        sentences.append(telling.sentence(who, f" in all {number(len(organizations))} ", these, names, "."))
    apart = [] if few else [each for each in organizations if all(not both for pair, both in pairs if each in pair)]
    none = [pair for pair, both in pairs if not both and not set(pair) & set(apart)]
    for place, (pair, states) in enumerate(shared):
        tail = _none(none, telling) if few and place == len(shared) - 1 else []
        sentences.append(telling.sentence(telling.states(states), " in both ", _all(pair), tail, "."))
    return [*sentences, *_apart(apart, telling)]


def _none(pairs: Sequence[Sequence[Organization]], telling: _Telling) -> Parts:
    """Say which pairs share no member, at the end of a sentence about one that does: "; none is in both …"."""
    words: Parts = []
    for pair in pairs:
        words += [" or in both " if words else f"; none {telling.is_} in both ", *_all(pair)]
    return words


def _apart(organizations: Sequence[Organization], telling: _Telling) -> list[Sentence]:
    """Say which organizations share no member with any of the others."""
    if not organizations or telling.among:
        return []
    share = "shared" if telling.past else "shares" if len(organizations) == 1 else "share"
    return [telling.sentence(_all(organizations), f" {share} no member with any of the others.")]


def _same(organizations: Sequence[Organization], states: set[State], members: _Members, telling: _Telling) -> Sentence:
    """Say that organizations have the same members."""
    names = _named(states, members, organizations)
    if telling.among:
        both = "both" if len(organizations) == 2 else f"all {number(len(organizations))} of"
        return telling.sentence(telling.states(states), f" in {both} ", _all(organizations), names, ".")
    count = "member" if len(states) == 1 else f"{number(len(states))} members"
    return telling.sentence(_all(organizations), f" {telling.have} the same {count}", names, ".")


def _missing(organization: Organization, on: PartialDate, telling: _Telling) -> Sentence:
    """Say of an organization that it did not exist on the date."""
    if organization.standing(on) == "not yet":
        founded = f" did not exist yet: it was founded {at(organization.founded)}."
        return telling.sentence(short(organization), founded)
    ended = f": it was dissolved {at(organization.dissolved)}." if organization.dissolved != dates.UNKNOWN else "."
    return telling.sentence(short(organization), f" no longer {'existed' if telling.past else 'exists'}", ended)


def _all(organizations: Sequence[Organization]) -> Parts:
    return listed([short(each) for each in organizations])


def _named(states: set[State], members: _Members, organizations: Sequence[Organization]) -> Parts:
    """Name a few states, and mark those of which it is only possible; of many say of how many that is so."""
    possible = members.possible(states, organizations)
    if not states:
        return []
    if len(states) > NAMED:
        return [f", {number(len(possible))} of them only possibly"] if possible else []
    ordered = sorted(states, key=lambda state: fold(state.name))
    return [": ", *listed([[*the(each), *([" (possibly)"] if each in possible else [])] for each in ordered])]


def _some(organizations: Sequence[Organization]) -> Parts:
    """Name a few organizations; of many, those of security and of its region first, which readers look for."""
    first = {Organization.Type.SECURITY, Organization.Type.REGIONAL}
    few = sorted(organizations, key=lambda each: each.type not in first)[:AMONG]
    named = listed([[Name(each.acronym, each)] for each in few])
    return [", among them " if len(organizations) > AMONG else ": ", *named] if few else []


def _together(states: Sequence[State]) -> Parts:
    """Name the chosen states, or say how many they are."""
    return (
        listed([the(each) for each in states]) if len(states) <= AMONG else [f"the {number(len(states))} states chosen"]
    )
