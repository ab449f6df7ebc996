"""Many facts at once, with care: all or nothing, each judged, each with who says so. The desk shows a preview first."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

from alliances.models import Citation, Membership, OldAddress, Remark, Source, Suggestion, Waiver
from alliances.models.changeset import change_set
from alliances.models.citation import FACTS

# What a source may take over from one that is merged into it, where it says nothing itself.
FILLED = ("author", "publisher", "published", "url", "note")
# How many refusals are told at once.
_TOLD = 10


@dataclass(frozen=True)
class Place:
    """Who says so: a source, the place in it, and its words."""

    source: Source
    locator: str = ""
    quote: str = ""

    def cite(self, facts, name=""):
        """Cite it for facts of one kind, or for one field of each; where it is cited so already, it stays as it is."""
        facts = list(facts)
        kind = facts[0].KIND.code
        known = Citation.objects.filter(source=self.source, field=name, locator=self.locator)
        known = set(known.filter(**{f"{kind}__isnull": False}).values_list(f"{kind}_id", flat=True))
        return Citation.objects.bulk_create(
            Citation(source=self.source, field=name, locator=self.locator, quote=self.quote, **{kind: fact})
            for fact in facts
            if fact.pk not in known
        )


@dataclass
class Ended:
    """The spells that were ended, and those that were left alone, since they had ended before."""

    ended: list = field(default_factory=list)
    before: list = field(default_factory=list)


def end(spells, left, reason, place):
    """End the ongoing ones among spells (a QuerySet), all on one date, for one reason, according to one source.

    Each is judged as its own form judges it, and all that cannot be is said at once; then nothing is stored. The number
    of queries does not grow with the spells.
    """
    spells = list(spells.select_related("organization", "state"))
    done = Ended([spell for spell in spells if not spell.left], [spell for spell in spells if spell.left])
    _refuse_all(_ending(spell, left, reason) for spell in done.ended)
    if done.ended:
        with change_set():
            keys = [spell.pk for spell in done.ended]
            Membership.objects.filter(pk__in=keys).update(left=left, left_reason=reason)
            place.cite(done.ended, "left")
    return done


def _ending(spell, left, reason):
    """Yield what does not let a spell end so: pairs of a field and a sentence."""
    spell.left, spell.left_reason = left, reason
    # It only becomes shorter: it shares days with no other spell with which it shared none before.
    spell.judged_together = True
    ours = {"left", "left_reason"}
    try:
        spell.clean_fields(exclude={each.name for each in spell._meta.fields} - ours)
        spell.clean()
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            for message in messages:
                # What is wrong with the date as such is wrong for all, and said once.
                alike = name == "left" and message in _of_the_field(left)
                yield name if name in ours else NON_FIELD_ERRORS, message if alike else f"{spell}: {message}"


def _of_the_field(left):
    try:
        Membership._meta.get_field("left").clean(left, None)
    except ValidationError as error:
        return error.messages
    return []


def _refuse_all(refusals):
    """Raise everything that was refused, by field, each sentence once; of many the first."""
    found = defaultdict(dict)
    for each in refusals:
        for name, message in each:
            found[name][message] = None
    if not found:
        return
    errors = {}
    for name, messages in found.items():
        errors[name] = list(messages)[:_TOLD]
        if len(messages) > _TOLD:
            errors[name].append(f"And so of {len(messages) - _TOLD} more.")
    raise ValidationError(errors)


def dissolve(organization, on, reason, place):
    """Dissolve an organization: that date is its end, and that of all its spells that go on."""
    with change_set():
        done = end(organization.memberships.filter(left=""), on, reason, place)
        if organization.dissolved != on:
            organization.dissolved = on
            _refuse_all([_dissolving(organization)])
            organization.save()
            place.cite([organization], "dissolved")
    return done


def _dissolving(organization):
    """Yield what does not let an organization end so, beside the date: what it is, and spells that outlive it."""
    try:
        organization.full_clean(exclude={each.name for each in organization._meta.fields} - {"dissolved"})
    except ValidationError as error:
        yield from (("left", f"{organization}: {message}") for message in error.messages)
    for spell in organization.memberships.select_related("state"):
        spell.organization = organization
        try:
            spell.refuse_outside(organization)
        except ValidationError as error:
            yield from (("left", f"{spell}: {message}") for message in error.messages)


def merge(source, kept, fill=True):
    """Merge one source into another: what rests on it rests on that one from now on, and its address leads there.

    Where both are cited for the same at the same place, one citation stays, with the words of both. With `fill`, the
    kept one takes over what only the other says of itself. What would be lost is refused in words.
    """
    _refuse_merging(source, kept)
    with change_set():
        theirs = {_about(citation): citation for citation in kept.citations.with_facts()}
        moving = []
        for citation in source.citations.with_facts():
            twin = theirs.get(_about(citation))
            if twin is None:
                moving.append(citation.pk)
            else:
                _join(citation, twin)
        for start in range(0, len(moving), 500):  # SQLite takes a limited number of parameters.
            Citation.objects.filter(pk__in=moving[start : start + 500]).update(source=kept)
        lacking = [name for name in FILLED if fill and getattr(source, name) and not getattr(kept, name)]
        for name in lacking:
            setattr(kept, name, getattr(source, name))
        if lacking:
            kept.save()
        for beside in (Remark, Suggestion):
            beside.objects.filter(kind="source", key=source.pk).update(key=kept.pk)
        OldAddress.objects.about(source).lead_to(kept)
        OldAddress.objects.create(kind="source", key=kept.pk, slug=source.key)
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


def _about(citation):
    """Return what a citation is about, and where in its source: a source is cited for that once."""
    kind = citation.fact_kind
    return kind, getattr(citation, f"{kind}_id"), citation.field, citation.locator


def _join(citation, twin):
    """Make one citation of two: the words of both stay."""
    if citation.says != twin.says:
        said = [f"“{each.says}”" if each.says else "what we say" for each in (citation, twin)]
        raise ValidationError(
            f"Both are cited for {twin.fact} ({twin.field.replace('_', ' ')}) at the same place, and do not say the "
            f"same: {said[0]} and {said[1]}. Correct one of the two citations first."
        )
    for waiver in Waiver.objects.filter(citation=citation):
        if not Waiver.objects.filter(citation=twin, rule=waiver.rule, about=waiver.about).exists():
            waiver.citation = twin
            waiver.save()
    citation.delete()
    if citation.quote and citation.quote not in twin.quote:
        twin.quote = "\n".join(filter(None, [twin.quote, citation.quote]))
        twin.save()


@dataclass
class Resting:
    """A fact that rests on a source: one to be added, or, if it has a key, one that is here; with the place."""

    fact: object
    place: Place


def rest(rows):
    """Add facts with their source, or cite it for those that are here; each is judged beside those before it.

    Returns {number of the row: ValidationError} of what cannot be; then the caller stores none of it.
    """
    refused = {}
    with change_set():
        for number, row in enumerate(rows):
            kind = row.fact.KIND.code
            try:
                if row.fact.pk is None:
                    row.fact.full_clean()
                    row.fact.save()
                citation = Citation(
                    source=row.place.source, locator=row.place.locator, quote=row.place.quote, **{kind: row.fact}
                )
                citation.full_clean(exclude=set(FACTS) | {"source"})
                citation.save()
            except ValidationError as error:
                refused[number] = error
    return refused
