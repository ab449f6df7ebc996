"""Changes of many facts at once: all or nothing, each judged, each with its source. The desk shows a preview first."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Model, QuerySet

from alliances.models import Citation, Membership, OldAddress, Organization, Remark, Source, Suggestion, Waiver
from alliances.models.batches import batches
from alliances.models.changeset import change_set
from alliances.models.citation import FACTS
from alliances.models.moved_reference import note_move

# What a source may take over from one that is merged into it, where it says nothing itself.
FILLED = ("author", "publisher", "published", "url", "note")
# So many refusals of one field are listed; of the others, how many there are.
_MOST_REFUSALS = 10


@dataclass(frozen=True)
class Place:
    """Where it says so: a source, the locator in it, and its words."""

    source: Source
    locator: str = ""
    quote: str = ""

    def cite(self, facts: Iterable[Any], field: str = "") -> list[Citation]:
        """Cite it for facts of one kind, or for one field of each. A citation that is there already stays as it is."""
        facts = list(facts)
        kind = facts[0].KIND.code
        there = Citation.objects.filter(source=self.source, field=field, locator=self.locator)
        cited = set(there.filter(**{f"{kind}__isnull": False}).values_list(f"{kind}_id", flat=True))
        return Citation.objects.bulk_create(
            Citation(source=self.source, field=field, locator=self.locator, quote=self.quote, **{kind: fact})
            for fact in facts
            if fact.pk not in cited
        )


# Ending spells


@dataclass
class EndedSpells:
    """The spells that were ended, and those that were left alone because they had ended before."""

    ended: list[Membership]
    already_ended: list[Membership]


def end(spells: QuerySet, left: str, reason: str, place: Place) -> EndedSpells:
    """End the ongoing ones among spells, all on one date, for one reason, on the word of one source.

    Each is judged as its own form judges it. The number of queries does not grow with the spells. Raises
    ValidationError, by field, with all that is wrong with any of them; then nothing is stored.
    """
    spells = list(spells.select_related("organization", "state"))
    result = EndedSpells([spell for spell in spells if not spell.left], [spell for spell in spells if spell.left])
    _raise_all(refusal for spell in result.ended for refusal in _end_refusals(spell, left, reason))
    if result.ended:
        with change_set():
            keys = [spell.pk for spell in result.ended]
            Membership.objects.filter(pk__in=keys).update(left=left, left_reason=reason)
            place.cite(result.ended, "left")
    return result


def dissolve(organization: Organization, on: str, reason: str, place: Place) -> EndedSpells:
    """Dissolve an organization: that date becomes its end, and that of all its ongoing spells.

    Raises ValidationError, by field, with all that is wrong; then nothing is stored.
    """
    with change_set():
        result = end(organization.memberships.filter(left=""), on, reason, place)
        if organization.dissolved != on:
            organization.dissolved = on
            _raise_all(_dissolution_refusals(organization))
            organization.save()
            place.cite([organization], "dissolved")
    return result


def _end_refusals(spell, left, reason) -> Iterator[tuple[str, str]]:
    """Yield (field, sentence) for what keeps a spell from ending so."""
    spell.left, spell.left_reason = left, reason
    # It only becomes shorter, so it cannot come to overlap another spell: that need not be asked.
    spell.judged_together = True
    given = {"left", "left_reason"}
    try:
        spell.clean_fields(exclude={field.name for field in spell._meta.fields} - given)
        spell.clean()
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            for message in messages:
                # What is wrong with the date itself is wrong for all, and is said once.
                of_date = name == "left" and message in _date_errors(left)
                yield name if name in given else NON_FIELD_ERRORS, message if of_date else f"{spell}: {message}"


def _date_errors(left):
    try:
        Membership._meta.get_field("left").clean(left, None)
    except ValidationError as error:
        return error.messages
    return []


def _dissolution_refusals(organization) -> Iterator[tuple[str, str]]:
    """Yield (field, sentence) for what keeps an organization from ending so: itself, and spells that outlive it."""
    try:
        organization.full_clean(exclude={field.name for field in organization._meta.fields} - {"dissolved"})
    except ValidationError as error:
        yield from (("left", f"{organization}: {message}") for message in error.messages)
    for spell in organization.memberships.select_related("state"):
        spell.organization = organization
        try:
            spell.refuse_outside(organization)
        except ValidationError as error:
            yield from (("left", f"{spell}: {message}") for message in error.messages)


def _raise_all(refusals):
    """Raise a ValidationError of all (field, sentence), each sentence once; if a field has many, the first of them."""
    by_field = defaultdict(dict)
    for name, message in refusals:
        by_field[name][message] = None
    errors = {}
    for name, messages in by_field.items():
        errors[name] = list(messages)[:_MOST_REFUSALS]
        if len(messages) > _MOST_REFUSALS:
            errors[name].append(f"And {len(messages) - _MOST_REFUSALS} more like these.")
    if errors:
        raise ValidationError(errors)


# Merging sources


def merge(source: Source, kept: Source, fill: bool = True) -> Source:
    """Merge one source into another: what rests on it rests on that one from now on, and its address leads there.

    Where both are cited for the same at the same place, one citation stays, with the words of both. With `fill`, the
    kept one takes over what only the other says of itself. Raises ValidationError where something would be lost: both
    are one source, only one is withdrawn, or they say different things at the same place.
    """
    _refuse_merging(source, kept)
    with change_set():
        there = {_target(citation): citation for citation in kept.citations.with_facts()}
        moving = []
        for citation in source.citations.with_facts():
            twin = there.get(_target(citation))
            if twin is None:
                moving.append(citation.pk)
            else:
                _join(citation, twin)
        for keys in batches(moving):
            Citation.objects.filter(pk__in=keys).update(source=kept)
        lacking = [name for name in FILLED if fill and getattr(source, name) and not getattr(kept, name)]
        for name in lacking:
            setattr(kept, name, getattr(source, name))
        if lacking:
            kept.save()
        for beside in (Remark, Suggestion, OldAddress):
            beside.objects.about(source).move_to(kept)
        note_move(OldAddress.objects.create(kind="source", key=kept.pk, slug=source.key), None, kept.pk)
        source.delete()
    return kept


def _refuse_merging(source, kept):
    if source.pk == kept.pk:
        raise ValidationError("Choose two sources: these are one.")
    if bool(source.withdrawn) != bool(kept.withdrawn):
        marked, other = (source, kept) if source.withdrawn else (kept, source)
        raise ValidationError(
            f"“{marked}” is marked as withdrawn, and “{other}” is not. Mark both or neither, then merge them."
        )


def _target(citation):
    """Return what a citation is about, and where in its source: a source is cited only once for that."""
    kind = citation.fact_kind
    return kind, getattr(citation, f"{kind}_id"), citation.field, citation.locator


def _join(citation, twin):
    """Make one citation of two, with the words and the waivers of both."""
    if citation.says != twin.says:
        first, second = (f"“{one.says}”" if one.says else "what we say" for one in (citation, twin))
        raise ValidationError(
            f"Both are cited for {twin.fact} ({twin.field.replace('_', ' ')}) at the same place, and do not say the "
            f"same: {first} and {second}. Correct one of the two citations first."
        )
    for waiver in Waiver.objects.filter(citation=citation):
        if not Waiver.objects.filter(citation=twin, rule=waiver.rule, about=waiver.about).exists():
            waiver.citation = twin
            waiver.save()
    citation.delete()
    if citation.quote and citation.quote not in twin.quote:
        twin.quote = "\n".join(filter(None, [twin.quote, citation.quote]))
        twin.save()


# Facts with their source


@dataclass
class SourcedFact:
    """A fact with the place that says so: a new fact, or, if it has a key, a stored one."""

    fact: Model
    place: Place


def add_with_sources(rows: Iterable[SourcedFact]) -> dict[int, ValidationError]:
    """Add the new facts, and cite the place of each fact for it; each is judged beside those before it.

    Returns {number of the row: what is wrong with it}; if that is not empty, the caller must roll back.
    """
    refused = {}
    with change_set():
        for number, row in enumerate(rows):
            try:
                if row.fact.pk is None:
                    row.fact.full_clean()
                    row.fact.save()
                citation = Citation(
                    source=row.place.source,
                    locator=row.place.locator,
                    quote=row.place.quote,
                    **{row.fact.KIND.code: row.fact},
                )
                citation.full_clean(exclude=set(FACTS) | {"source"})
                citation.save()
            except ValidationError as error:
                refused[number] = error
    return refused
