"""Whatever editors do, one after the other, the database is what a model in a few lines of Python says it is.

The model knows dictionaries and three rules: what may stand together, that a fact has a source or says why not, and
that a changed fact is verified no more. It predicts each step, or that it is refused and nothing changes.
"""

from copy import deepcopy
from dataclasses import dataclass, field

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import example, given
from hypothesis import strategies as st

from alliances import dates
from alliances.editing.spreadsheets import importing
from alliances.history.gaps import version_gaps
from alliances.history.undo import bring_back, restore, undo
from alliances.models import ChangeSet, Citation, Membership, Organization
from alliances.models.changeset import change_set

from . import factories
from .examples import examples
from .test_sheets import sheet as written

pytestmark = pytest.mark.django_db

ORGANIZATIONS, STATES, SOURCES = ("csto", "cis"), ("ARM", "UZB", "BLR"), ("charter", "minutes")
SPELL = ("organization_id", "state_id", "status", "joined", "left", "note", "unsourced", "verified_on")
CITATION = ("membership_id", "source_id", "locator")
ASIDE = {"note", "unsourced"}
EXCUSE = "Its archive burnt."


class Refused(Exception):
    """The model says: not so."""


def stored():
    """Return what the database holds, as the model would have it."""
    return {
        **{("organization", row.pop("pk")): row for row in Organization.objects.values("pk", "seat")},
        **{("spell", row.pop("pk")): row for row in Membership.objects.values("pk", *SPELL)},
        **{("citation", row.pop("pk")): row for row in Citation.objects.values("pk", *CITATION)},
    }


def keep(fact):
    """Store a fact if it is clean; constraints are left to the database, which is five times as fast."""
    fact.clean_fields(exclude=["organization", "state", "source", "membership"])
    fact.clean()
    fact.save()


def overlap(one, other):
    """Tell whether two spells share days for certain; all dates here are years."""
    ends = [int(spell["left"] or 9999) for spell in (one, other)]
    return max(int(one["joined"]), int(other["joined"])) < min(ends)


@dataclass
class Model:
    """The facts, and what each change set made of them."""

    facts: dict
    log: list = field(default_factory=list)  # Of each change set: its row, {place: (before, after)}, all facts after.

    def settled(self, before, after):
        """Return the facts as they stand when a change set ends, or refuse them."""
        spells = {place: fact for place, fact in after.items() if place[0] == "spell"}
        citations = [fact for place, fact in after.items() if place[0] == "citation"]
        for place, spell in spells.items():
            cited = any(citation["membership_id"] == place[1] for citation in citations)
            if cited:
                spell["unsourced"] = ""
            was = before.get(place)
            changed = {name for name in spell if was and spell[name] != was[name]}
            if changed - ASIDE and "verified_on" not in changed:
                spell["verified_on"] = None
            if not cited and not spell["unsourced"]:
                raise Refused("no source")
        for citation in citations:
            if ("spell", citation["membership_id"]) not in after:
                raise Refused("a citation of nothing")
        return self.standing(after)

    def standing(self, facts):
        """Return facts that may stand together, or refuse them."""
        spells = [fact for place, fact in facts.items() if place[0] == "spell"]
        for number, one in enumerate(spells):
            if one["left"] and int(one["left"]) < int(one["joined"]):
                raise Refused("it ends before it begins")
            for other in spells[:number]:
                if all(one[name] == other[name] for name in ("organization_id", "state_id")) and (
                    overlap(one, other)
                    or one["left"] == other["left"] == ""
                    or all(one[name] == other[name] for name in ("status", "joined"))
                ):
                    raise Refused("two at a time")
        cited = [tuple(fact.values()) for place, fact in facts.items() if place[0] == "citation"]
        if len(cited) != len(set(cited)):
            raise Refused("cited twice")
        return facts

    def undone(self, number):
        """Predict what undoing a change set leaves."""
        facts = deepcopy(self.facts)
        for place, (before, after) in self.log[number][1].items():
            now = facts.get(place)
            if before is None:
                changed = now and {name for name in now if now[name] != after[name]} - {"verified_on"}
                if changed:
                    raise Refused("edited since")
                facts.pop(place, None)
            elif after is None:
                if now is None and any(place in changes for _, changes, _ in self.log[number + 1 :]):
                    raise Refused("came back and went again")
                facts[place] = now or dict(before)
            elif now is None:
                raise Refused("deleted since")
            else:
                for name in before:
                    if before[name] == after[name] or now[name] == before[name]:
                        continue
                    if now[name] == after[name]:
                        now[name] = before[name]
                    elif name != "verified_on":
                        raise Refused("changed since")
        return facts

    def belonging(self, facts, key):
        """Return the places of an organization, its spells and their citations."""
        spells = {p for p, fact in facts.items() if p[0] == "spell" and fact["organization_id"] == key}
        keys = {key for _, key in spells}
        cited = {p for p, fact in facts.items() if p[0] == "citation" and fact["membership_id"] in keys}
        return {("organization", key)} | spells | cited

    def restored(self, key, number):
        """Predict what restoring an organization to the state after a change set leaves."""
        was, facts = self.log[number][2], deepcopy(self.facts)
        for place in self.belonging(was, key) | self.belonging(self.facts, key):
            now, then = facts.pop(place, None), was.get(place)
            if then is not None:
                facts[place] = dict(then)
                if now and not {name for name in then if then[name] != now[name]} - ASIDE - {"verified_on"}:
                    facts[place]["verified_on"] = now.get("verified_on")
                if place[0] != "spell":
                    facts[place].pop("verified_on", None)
        return facts

    def brought_back(self, place):
        """Predict what bringing back a deleted spell leaves: what went with it comes, too."""
        facts = deepcopy(self.facts)
        changes = next(changes for _, changes, _ in reversed(self.log) if place in changes)
        for each, (before, after) in changes.items():
            with_it = each[0] == "citation" and before and before["membership_id"] == place[1]
            if each == place or (with_it and after is None and each not in facts):
                facts[each] = dict(before)
        return facts


class Desk:
    """Does each step in the database and asks the model about it."""

    def __init__(self, cast):
        self.cast = cast
        facts = stored()
        bare = {place: fact for place, fact in facts.items() if place[0] == "organization"}
        entered = {place: (None, fact) for place, fact in facts.items() if place not in bare}
        first, second = ChangeSet.objects.order_by("pk")
        self.model = Model(facts, [(first, {}, bare), (second, entered, deepcopy(facts))])

    def step(self, write, predict):
        """Do a step; the database must be as predicted, by exactly one change set, or untouched by a refusal."""
        before, sets = self.model.facts, ChangeSet.objects.count()
        try:
            with transaction.atomic():
                write()
            refused = False
        except (ValidationError, IntegrityError):
            refused = True
        now = stored()
        try:
            after = self.model.settled(before, predict(now))
        except Refused:
            allowed, after = False, before
        else:
            allowed = True
        # An undo or a restoration of which nothing is left says so; of an edit nothing is said.
        assert refused is not allowed or after == before
        assert now == after
        assert ChangeSet.objects.count() == sets + (after != before)
        if after != before:
            changes = {
                place: (before.get(place), after.get(place))
                for place in before | after
                if before.get(place) != after.get(place)
            }
            self.model.facts = after
            self.model.log.append((ChangeSet.objects.first(), changes, deepcopy(after)))

    def pick(self, kind, number):
        """Return the place of one of the facts of a kind; None if there is none."""
        places = sorted(place for place in self.model.facts if place[0] == kind)
        return places[number % len(places)] if places else None

    def edit(self, number, values):
        """Change fields of a spell."""
        if place := self.pick("spell", number):
            self.save(place, values)

    def seat(self, number, city):
        """Change the seat of an organization."""
        self.save(self.pick("organization", number), {"seat": city})

    def save(self, place, values):
        def write():
            fact = {"spell": Membership, "organization": Organization}[place[0]].objects.get(pk=place[1])
            for name, value in values.items():
                setattr(fact, name, value)
            with change_set(reason="Edited."):
                keep(fact)

        self.step(write, lambda now: self.changed(place, values))

    def changed(self, place, values):
        facts = deepcopy(self.model.facts)
        facts[place].update(values)
        return facts

    def bring_in(self, rows):
        """Import a spreadsheet: each row begins a spell or ends the one that it names; all of it or nothing.

        Rows are judged by what the whole file leaves, so the model judges once, at the end.
        """
        header = ["organization", "state", "status", "joined", "left", "unsourced"]
        lines = [[home, state, status, joined, left, EXCUSE] for (home, state), (joined, left, status) in rows.items()]

        def write():
            done = importing.import_sheet("memberships", written(header, *lines), reason="Imported.")
            if done.errors:
                raise ValidationError([error.message for error in done.errors])

        def predict(now):
            facts = deepcopy(self.model.facts)
            for (home, state), (joined, left, status) in rows.items():
                key = {"organization_id": self.cast[home], "state_id": self.cast[state]}
                key |= {"status": status, "joined": joined}
                known = [p for p, fact in facts.items() if p[0] == "spell" and key.items() <= fact.items()]
                new = [p for p, fact in now.items() if p[0] == "spell" and key.items() <= fact.items()]
                place = min(known or new or [("spell", -len(facts))])
                blank = {"note": "", "verified_on": None}
                row = {**key, "left": left, "unsourced": EXCUSE}
                facts[place] = {name: {**blank, **facts.get(place, {}), **row}[name] for name in SPELL}
            return facts

        self.step(write, predict)

    def delete(self, number):
        """Delete a spell; its citations go with it."""
        if place := self.pick("spell", number):
            gone = {place} | {
                p for p, f in self.model.facts.items() if p[0] == "citation" and f["membership_id"] == place[1]
            }

            def write():
                with change_set(reason="Deleted."):
                    Membership.objects.get(pk=place[1]).delete()

            self.step(write, lambda now: {p: dict(f) for p, f in self.model.facts.items() if p not in gone})

    def cite(self, number, key, locator):
        """Cite a source for a spell."""
        if place := self.pick("spell", number):
            row = {"membership_id": place[1], "source_id": self.cast[key], "locator": locator}

            def write():
                with change_set(reason="Cited."):
                    citation = Citation(**row)
                    keep(citation)

            def predict(now):
                new = [p for p in now if p[0] == "citation" and p not in self.model.facts]
                return {**deepcopy(self.model.facts), (new or [("citation", -1)])[0]: row}

            self.step(write, predict)

    def uncite(self, number, excuse):
        """Take a citation away; if it is the last one, perhaps with a word why there is no source."""
        if place := self.pick("citation", number):
            spell = self.model.facts[place]["membership_id"]
            cited = [p for p, f in self.model.facts.items() if p[0] == "citation" and f["membership_id"] == spell]
            excuse = excuse if cited == [place] else ""

            def write():
                with change_set(reason="Not in it."):
                    if excuse:
                        Membership.objects.filter(pk=spell).update(unsourced=excuse)
                    Citation.objects.filter(pk=place[1]).delete()

            def predict(now):
                facts = deepcopy(self.model.facts)
                del facts[place]
                facts["spell", spell]["unsourced"] = excuse or facts["spell", spell]["unsourced"]
                return facts

            self.step(write, predict)

    def move(self, number, to):
        """Give a citation to another spell."""
        place, spell = self.pick("citation", number), self.pick("spell", to)
        if place:

            def write():
                with change_set(reason="Moved."):
                    citation = Citation.objects.get(pk=place[1])
                    citation.membership_id = spell[1]
                    keep(citation)

            self.step(write, lambda now: self.changed(place, {"membership_id": spell[1]}))

    def verify(self, number):
        """Say that a spell was checked."""
        if place := self.pick("spell", number):
            self.step(
                lambda: Membership.objects.filter(pk=place[1]).verify(),
                lambda now: self.changed(place, {"verified_on": dates.today()}),
            )

    def undo(self, back):
        """Undo one of the last change sets."""
        number = len(self.model.log) - 1 - back % (len(self.model.log) - 1)  # But not the one of the organizations.
        self.step(lambda: undo(self.model.log[number][0]), lambda now: self.model.undone(number))

    def restore(self, home, back):
        """Restore an organization to one of its last versions."""
        number, key = len(self.model.log) - 1 - back % len(self.model.log), self.cast[home]
        self.step(
            lambda: restore(Organization.objects.get(pk=key), self.model.log[number][0]),
            lambda now: self.model.restored(key, number),
        )

    def bring_back(self, number):
        """Bring back a spell that was deleted."""
        gone = {place for _, changes, _ in self.model.log for place in changes if place[0] == "spell"}
        if gone := sorted(gone - self.model.facts.keys()):
            place = gone[number % len(gone)]
            self.step(lambda: bring_back(Membership, place[1]), lambda now: self.model.brought_back(place))


few = st.integers(0, 4)
years, ends = st.sampled_from(["1991", "1992", "1993"]), st.sampled_from(["", "1992", "1993", "1994"])
statuses = st.sampled_from(["member", "observer"])
edits = st.fixed_dictionaries(
    {"note": st.sampled_from(["", "Signed.", "Ratified."])},
    optional={"joined": years, "left": ends, "status": statuses},
)
sheet = st.dictionaries(
    st.tuples(st.sampled_from(ORGANIZATIONS), st.sampled_from(STATES)),
    st.tuples(years, ends, statuses),
    min_size=1,
    max_size=3,
)
edit = st.tuples(st.just("edit"), st.integers(0, 1), edits)
undoing = st.tuples(st.just("undo"), few)
restoring = st.tuples(st.just("restore"), st.sampled_from(ORGANIZATIONS), few)
steps = st.one_of(
    *[edit] * 4,
    st.tuples(st.just("seat"), few, st.sampled_from(["Moscow", "Minsk"])),
    st.tuples(st.just("bring_in"), sheet),
    st.tuples(st.just("delete"), few),
    st.tuples(st.just("cite"), few, st.sampled_from(SOURCES), st.sampled_from(["", "page 1"])),
    st.tuples(st.just("uncite"), few, st.sampled_from(["", EXCUSE])),
    st.tuples(st.just("move"), few, few),
    st.tuples(st.just("verify"), few),
    *[undoing] * 4,
    restoring,
    st.tuples(st.just("bring_back"), few),
)


@pytest.fixture
def cast():
    """Two organizations, three states, two sources, three spells, of which one is cited twice and one not."""
    with change_set(reason="The cast."):
        homes = {slug: factories.organization(slug).pk for slug in ORGANIZATIONS}
        states = {iso3: factories.state(iso3).pk for iso3 in STATES}
        sources = {key: factories.source(key).pk for key in SOURCES}
    with change_set(reason="Their memberships."):
        one, other = (factories.spell("csto", iso3, "1992") for iso3 in ("ARM", "UZB"))
        factories.spell("cis", "ARM", "1991")
        for key in SOURCES:
            factories.cite("membership", one, key)
        factories.cite("membership", other, "charter")
    return homes | states | sources


# Rare by chance: of two fields one can go back; a spell comes back twice; a moved citation is restored.
@example(sequence=[("edit", 0, {"note": "Signed.", "joined": "1993"}), ("edit", 0, {"note": "Ratified."}), ("undo", 1)])
@example(sequence=[("delete", 0), ("undo", 0), ("delete", 0), ("undo", 2), ("bring_back", 0)])
@example(sequence=[("move", 0, 1), ("restore", "csto", 1), ("undo", 0), ("undo", 0)])
@examples(25, in_ci=150)
@given(st.lists(steps, min_size=3, max_size=8))
def test_the_database_is_what_the_model_predicts(cast, sequence):
    with transaction.atomic():
        desk = Desk(cast)
        for name, *arguments in sequence:
            getattr(desk, name)(*arguments)
        assert list(version_gaps()) == []
        transaction.set_rollback(True)
