"""The sentences with which pages answer, from facts and a date alone: as text, and in parts with what they name.

"The Collective Security Treaty Organization has six members: Armenia (participation frozen since 22 February 2024), …".
Each is a whole message, so that it can be copied with its source, and be a page's description.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby

from alliances import dates
from alliances.dates import PartialDate
from alliances.derived.member_counts import member_count_periods
from alliances.derived.roster import Roster
from alliances.models import Membership, Organization, State

from .phrases import (
    Name,
    Parts,
    Sentence,
    at,
    capital,
    capitalized,
    counted,
    dates_of,
    listed,
    number,
    said,
    the,
    titled,
)

# Up to so many members or organizations are named; of more only the number and the latest.
NAMED = 20
# Of more organizations, so many are named.
AMONG = 5
# Up to so many that left are named, and of many organizations in which it is no member.
LEAVERS = 3

Status, Reason = Membership.Status, Membership.LeftReason
# What happened to a state that is no member any more; what happened to its organization is said of that.
_LEFT: dict[str, str] = {
    Reason.WITHDRAWAL: "withdrew",
    Reason.EXPULSION: "was expelled",
    Reason.LAPSED: "ceased to be a member",
}
_ENDED = {Reason.STATE_ENDED, Reason.MERGER}
_CLOSED = {Reason.DISSOLUTION, Reason.SUPERSEDED}
_STANDING = {Status.SUSPENDED: "suspended", Status.FROZEN: "participation frozen"}


def ended(spell: Membership) -> str:
    """Say in which month a membership ended, by its last day: "in January 2020"."""
    last = dates.last_day(spell.left)
    return at(last[: len("2002-10")] if dates.is_single(last) else last)


def of_organization(organization: Organization, spells: Sequence[Membership], on: PartialDate) -> list[Sentence]:
    """Return what is to be said of an organization's members on a date, given all its spells with their states."""
    subject, standing = titled(organization), organization.standing(on)
    begin = subject[0].upper() + subject[1:]
    if standing == "not yet":
        return [said(f"{begin} was founded {at(organization.founded)}; {dates_of(on)} it did not exist yet.")]
    roster = Roster(spells, on)
    if standing == "no more":
        known = organization.dissolved != dates.UNKNOWN
        sentences = [said(f"{begin} was dissolved {at(organization.dissolved)}.")] if known else []
        if not known:
            sentences.append(said(f"{begin} has been dissolved; the date is unknown."))
        elif on_last_day := _last_members(organization, spells):
            sentences.append(on_last_day)
        return [*sentences, *_leavers(roster, some_left=False)]
    sentences = to_come(on)
    past = dates.tense(on) == "past"
    have = f"{capitalized(dates_of(on))} {subject} had" if past else f"{begin} has"
    sentences.append(said(f"{have} ", _members(roster, spells), "."))
    if roster.binding and all(spell.state.former_soviet_on(on) for spell in roster.binding):
        sentences.append(said(f"All of them {'were' if past else 'are'} former Soviet republics."))
    changes = _changes(spells, on)
    return [*sentences, *changes, *_leavers(roster, some_left=roster.members > NAMED and not changes)]


def of_state(state: State, roster: Roster, on: PartialDate) -> list[Sentence]:
    """Return what is to be said of a state's memberships on a date, given its roster with its organizations."""
    sentences = []
    article = len(the(state)) > 1
    named = f"The {state.name}" if article else state.name
    if state.kind == State.Kind.TERRITORY:
        sentences.append(
            said(f"{named} is not a state, but a territory that sits in some organizations in its own right.")
        )
    standing = state.standing(on)
    if standing == "not yet":
        sentences.append(said(f"{named} began to exist {at(state.existed_from)}, after {dates.in_words(on.text)}."))
    elif standing == "no more":
        sentences.append(said(f"{named} ended {at(state.existed_until)}."))
    if standing and not roster.binding:
        return sentences
    past = dates.tense(on) == "past"
    sentences += to_come(on)
    begin = (
        f"{capitalized(dates_of(on))} {named[0].lower() + named[1:] if article else named} was"
        if past
        else f"{named} is"
    )
    bound = _once(roster.binding, "organization_id")
    if not bound:
        sentences.append(said(f"{begin} a member of no organization in this reference."))
    else:
        these = f"{counted(len(bound), 'organization')} in this reference"
        held: list[Parts] = [[Name(spell.organization.acronym, spell.organization), *_mark(spell)] for spell in bound]
        more: Parts = [": ", *listed(held)] if len(held) <= NAMED else [", among them ", *_among(bound)]
        sentences.append(said(f"{begin} a member of {these}", more, "."))
    for status, spells in ((Status(word), spells) for word, spells in roster.now.items()):
        if not status.binds and (others := _once(spells, "organization_id")):
            a = "an" if status.label[0] in "AO" else "a"
            those = f"{counted(len(others), 'organization')}, among them " if len(others) > AMONG else ""
            sentences.append(
                said(
                    f"It {'was' if past else 'is'} {a} {status.label.lower()} of {those}",
                    _among(others, LEAVERS if those else AMONG),
                    ".",
                )
            )
    gone = [spell for spell in _once(roster.former, "organization_id") if spell.binds]
    left = [spell for spell in gone if spell.left_reason not in _ENDED | _CLOSED]
    if left:
        these_left: list[Parts] = [
            [Name(each.organization.acronym, each.organization), f" {ended(each)}"] for each in left
        ]
        some: Parts = [": ", *listed(these_left)] if len(left) <= LEAVERS else [", most recently ", *these_left[0]]
        sentences.append(said(f"It {'had' if past else 'has'} left {counted(len(left), 'organization')}", some, "."))
    return sentences


def _among(spells: Sequence[Membership], named: int = AMONG) -> Parts:
    """Name a few organizations of more: those of security and of its region first, which readers look for."""
    types = [Organization.Type.SECURITY, Organization.Type.REGIONAL]
    order = sorted(spells, key=lambda spell: spell.organization.type not in types)[:named]
    return listed([[Name(spell.organization.acronym, spell.organization), *_mark(spell)] for spell in order])


def to_come(on: PartialDate) -> list[Sentence]:
    """Say of a date to come that nothing is known about it."""
    if dates.tense(on) != "future":
        return []
    return [said(f"Nothing is known about {dates.in_words(on.text)}. Shown is what is recorded today.")]


def _once(spells: Iterable[Membership], side: str) -> list[Membership]:
    """Keep the first spell of each state or organization."""
    kept: dict[int, Membership] = {}
    for spell in spells:
        kept.setdefault(getattr(spell, side), spell)
    return list(kept.values())


def _mark(spell: Membership) -> list[str]:
    """Say what is peculiar to a membership: that it is suspended, or only possible."""
    marks = (
        [f"{_STANDING[Status(spell.status)]} since {dates.in_words(spell.joined)}"] if spell.status in _STANDING else []
    )
    marks += ["possibly"] if spell.possible else []
    return [f" ({', '.join(marks)})"] if marks else []


def _members(roster: Roster, spells: Sequence[Membership]) -> Parts:
    """Say how many members there are, and which, or which came last."""
    bound = _once(roster.binding, "state_id")
    if not bound:
        return ["no members that are recorded here"]
    words: Parts = [counted(len(bound), "member")]
    if roster.territories:
        words.append(f" ({counted(roster.territories, 'territory', 'territories')} included)")
    if len(bound) <= NAMED:
        bound.sort(key=lambda spell: spell.state.folded)
        return [*words, ": ", *listed([[*the(spell.state), *_mark(spell)] for spell in bound])]
    if roster.possible:
        words.append(f", {number(roster.possible)} of them only possibly")
    begun = {spell: _since(spell, spells) for spell in bound}
    last = max(bound, key=lambda spell: begun[spell].joined_latest)
    since = begun[last]
    if dates.is_single(since.joined):  # Else one that joined at some time in years may have been the last.
        words += [", most recently ", *the(last.state), f" ({dates.in_words(since.joined)})"]
    return words


def _since(spell: Membership, spells: Sequence[Membership]) -> Membership:
    """Return the spell with which a membership began: before a change from one binding status to another."""
    earlier = next(
        (
            each
            for each in spells
            if each.state_id == spell.state_id and each.binds and each.left and each.left == spell.joined
        ),
        None,
    )
    return _since(earlier, spells) if earlier is not None and earlier is not spell else spell


def _last_members(organization: Organization, spells: Sequence[Membership]) -> Sentence | None:
    """Say who belonged to an organization on its last day, if that day is known."""
    _, latest = dates.end_bounds(organization.dissolved, dates.today().isoformat())
    if not dates.is_single(organization.dissolved):
        return None
    bound = _once(Roster(spells, dates.parse(dates.previous_day(latest))).binding, "state_id")
    if not bound:
        return None
    names = [the(spell.state) for spell in sorted(bound, key=lambda spell: spell.state.folded)]
    some: Parts = [": ", *listed(names)] if len(names) <= NAMED else []
    return said(f"On its last day it had {counted(len(bound), 'member')}", some, ".")


def _changes(spells: Sequence[Membership], on: PartialDate) -> list[Sentence]:
    """Say how the number of members changed within a year or month."""
    if on.earliest == on.latest:
        return []
    periods = member_count_periods([spell for spell in spells if spell.binds])
    within = [period for period in periods if period.begin <= on.latest and period.end > on.earliest]
    if len(within) < 2:
        return []
    first, last = within[0].number, within[-1].number
    if len(within) == 2 and len(within[1].since) == len("2002-10-07"):
        return [said(f"The number changed {at(within[1].since)}, from {number(first)} to {number(last)}.")]
    return [said(f"In that time the number changed, from {number(first)} to {number(last)}.")] if first != last else []


def _leavers(roster: Roster, *, some_left: bool) -> list[Sentence]:
    """Say who left; with `some_left`, also that nobody did."""
    gone = [spell for spell in _once(roster.former, "state_id") if spell.binds]
    left = [spell for spell in gone if spell.left_reason not in _ENDED | _CLOSED]
    if not left:
        return [said("No member has left.")] if some_left and not gone else []
    if len(left) > LEAVERS:
        last = left[0]
        have = f"{capitalized(counted(len(left), 'member'))} {'has' if len(left) == 1 else 'have'} left"
        return [said(f"{have}, most recently ", the(last.state), f" {ended(last)}.")]
    sentences = []
    for (verb, when), spells in groupby(left, key=lambda spell: (_LEFT.get(spell.left_reason, "left"), ended(spell))):
        together = list(spells)
        verb = verb.replace("was ", "were ") if len(together) > 1 else verb
        sentences.append(capital(said(listed([the(spell.state) for spell in together]), f" {verb} {when}.")))
    return sentences
