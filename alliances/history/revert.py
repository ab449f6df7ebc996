"""Facts put back to what they were: the one way in which undo, restore and “bring back” write.

What shall be in the end is written at once and judged as a whole, so that it does not matter which row comes first:
two spells may exchange which of them goes on, two states their places on the map. Either everything fits, or nothing
is written, and all that stands in the way is told in words.
"""

from collections import defaultdict
from dataclasses import dataclass

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import IntegrityError, models, transaction

from alliances.models import Citation, Fact, Membership, Organization, State, Waiver
from alliances.models.batches import BATCH, batches
from alliances.models.changeset import change_set, enforce_sourcing
from alliances.models.old_address import AddressTaken
from alliances.models.sourcing import Unsourced
from alliances.models.versioning import EDITORIAL_FIELDS, record, versions_of
from alliances.models.waiver import WAIVABLE

from .changelog import PARENTS, attach_related

# Everything whose versions are kept; what others belong to stands before them.
RECORDED = (*PARENTS, Waiver)


class RevertBlocked(ValidationError):
    """What stands in the way of putting facts back, each in a sentence: nothing was written."""

    def __init__(self, sentences):
        super().__init__(list(dict.fromkeys(sentences)), code="obstacles")

    def __str__(self):
        return " ".join(self.messages)


@dataclass
class RowChange:
    """One fact before and after; None where it does not exist."""

    model: type
    key: int
    before: models.Model | None
    after: models.Model | None

    @property
    def sign(self):
        """As in the history: + created, ~ changed, - deleted."""
        return "+" if self.before is None else "-" if self.after is None else "~"

    def as_text(self):
        """Say exactly what it does: of what existed and goes on to exist, only the fields that change."""
        before, after = (values_of(fact) if fact else {} for fact in (self.before, self.after))
        names = sorted(before | after)
        pairs = [(name, before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)]
        return repr((self.model._meta.label, self.key, self.sign, pairs))


def values_of(row):
    """Return what history keeps of a fact, from the fact or from a version of it: {column: value}."""
    tracked = (versions_of(type(row)) if isinstance(row, RECORDED) else row).tracked_fields
    return {field.attname: getattr(row, field.attname) for field in tracked}


def differing(one, other):
    """Return the names of the columns in which two versions of a fact, given by their values, differ."""
    return {name for name in one if one[name] != other[name]}


def with_verification(values, now):
    """Return values for a fact that stands, keeping its verification where what was verified does not change.

    Note, reason and the like stand beside a fact: to put them back is no reason to check the fact again.
    """
    if differing(values, now) - EDITORIAL_FIELDS <= {"verified_on"} and "verified_on" in now:
        return values | {"verified_on": now["verified_on"]}
    return values


def revert(targets):
    """Make facts be what `targets` says, {(model, key): values or None}, and return what that wrote.

    None: it shall not exist. Keys stay: a fact that comes back is the same fact. What it takes to be there and what it
    would leave behind is judged when all is written, and `Obstacles` tells everything that is wrong at once.
    """
    with change_set(), transaction.atomic():
        writes = _writes(targets)
        by_model = defaultdict(list)
        for write in writes:
            by_model[write.model].append(write)
        for model, some in by_model.items():  # While everything that they name is there.
            attach_all_related(model, [write.before for write in some if write.after is None])
        _exchange(writes)
        for model, some in by_model.items():
            attach_all_related(model, [write.after for write in some if write.after])
        obstacles = [*_named_but_gone(by_model), *_resting_on_the_gone(by_model), *_unclean(by_model)]
        if obstacles:
            raise RevertBlocked(obstacles)
        _clear_reasons(by_model)
        try:
            _record(by_model)
            enforce_sourcing()
        except AddressTaken as error:
            raise RevertBlocked(error.messages) from error
        except Unsourced as error:
            raise RevertBlocked(
                f"{name_of(fact)} would stand without a source, and without a word why there is none. "
                "Cite one, or say why not, first."
                for fact in error.facts
            ) from error
    return [write for write in writes if write.sign != "~" or values_of(write.before) != values_of(write.after)]


def name_of(fact):
    """Say which fact it is, even if what it names is gone for good."""
    try:
        return str(fact)
    except ObjectDoesNotExist:
        return f"{fact._meta.verbose_name} {fact.pk}"


def attach_all_related(model, facts):
    """Give facts the things that their sentences name; a waiver names one fact, in words of its own."""
    if model in PARENTS:
        attach_related(facts)


def _plain(model):
    """Return rows without their history, which is written when all are in place, and in an order that joins nothing:
    what a row names may be gone.
    """
    return models.QuerySet(model).order_by("pk")


def _stored(model, keys):
    """Return {key: fact} as the database has it, locked where it can lock."""
    found = {}
    for some in batches(keys):
        found |= {fact.pk: fact for fact in _plain(model).select_for_update().filter(pk__in=some)}
    return found


def _writes(targets):
    """Return what has to be written, parents first; nothing for a fact that is already what it shall be."""
    wanted = defaultdict(dict)
    for (model, key), values in targets.items():
        wanted[model][key] = values
    writes = []
    for model in RECORDED:
        stored = _stored(model, wanted[model])
        for key, values in wanted[model].items():
            before, after = stored.get(key), None if values is None else model(**values)
            if (before and values_of(before)) != (after and values_of(after)):
                writes.append(RowChange(model, key, before, after))
    return [*writes, *_waivers_that_go(writes, wanted[Waiver])]


def _waivers_that_go(writes, wanted):
    """Yield the deletion of the waivers about facts that go: as on any deletion, they go along."""
    gone = defaultdict(list)
    for write in writes:
        if write.after is None:
            gone[write.model].append(write.key)
    for kind in WAIVABLE:
        for keys in batches(gone[Waiver._meta.get_field(kind).related_model]):
            for waiver in _plain(Waiver).filter(**{f"{kind}__in": keys}):
                if waiver.pk not in wanted:
                    yield RowChange(Waiver, waiver.pk, waiver, None)


def _exchange(writes):
    """Take all rows out and put them in again as they shall be.

    So no row meets, on its way, another that will have made room for it. The database judges foreign keys at the end
    of the transaction; that they hold is asked below.
    """
    for model in reversed(RECORDED):
        for keys in batches(write.key for write in writes if write.model is model and write.before):
            _plain(model).filter(pk__in=keys)._raw_delete(_plain(model).db)
    refused = []
    for model in RECORDED:
        rows = [write.after for write in writes if write.model is model and write.after]
        try:
            with transaction.atomic():
                _plain(model).bulk_create(rows, batch_size=BATCH)
        except IntegrityError:
            refused += [(model, row, messages) for row, messages in _refused(model, rows)]
    for model in {model for model, *_ in refused}:
        attach_all_related(model, [row for each, row, _ in refused if each is model])
    if refused:
        raise RevertBlocked(f"{name_of(row)}: {' '.join(messages)}" for _, row, messages in refused)


def _refused(model, rows):
    """Yield the rows that the database does not take, with the reasons in the words of the constraints."""
    for row in rows:
        row._state.adding = True
        try:
            with transaction.atomic():
                _plain(model).bulk_create([row])
        except IntegrityError:
            yield row, _messages(row.validate_unique, row.validate_constraints) or ["The database refuses it."]


def _messages(*checks):
    """Return what these checks of a fact find wrong, in sentences."""
    found = []
    for check in checks:
        try:
            check()
        except ValidationError as error:
            found += error.messages
    return list(dict.fromkeys(found))


def _named_but_gone(by_model):
    """Yield a sentence for each fact that would name one that does not exist."""
    for model, writes in by_model.items():
        facts = [write.after for write in writes if write.after]
        for link in (field for field in model._meta.fields if isinstance(field, models.ForeignKey)):
            keys = {getattr(fact, link.attname) for fact in facts} - {None}
            there = set()
            for some in batches(keys):
                there.update(_plain(link.related_model).filter(pk__in=some).values_list("pk", flat=True))
            for fact in facts if keys - there else ():
                key = getattr(fact, link.attname)
                if key is not None and key not in there:
                    yield _is_gone(fact, link, key)


def _is_gone(fact, link, key):
    """Say which thing a fact names that is gone, and since when."""
    target = link.related_model
    last = versions_of(target).objects.filter(id=key).order_by("-history_id").select_related("change_set__author")
    row = last.first()
    if row is None:
        return f"{name_of(fact)} names, as its {link.verbose_name}, what does not exist."
    gone = row.instance
    attach_all_related(target, [gone])
    return (
        f"{name_of(fact)} names the {target._meta.verbose_name} “{name_of(gone)}”, which was deleted "
        f"{attribution(row.change_set)}: bring that back first."
    )


def attribution(made):
    """Say who made a change set, when and why."""
    why = f" (“{made.reason}”)" if made.reason else ""
    return f"by {made.author or 'a command'} on {made.made:%Y-%m-%d at %H:%M} UTC{why}"


def _resting_on_the_gone(by_model):
    """Yield a sentence for each fact that names one which would be gone, and would not go with it."""
    for model, writes in by_model.items():
        gone = {write.key: write.before for write in writes if write.after is None}
        for link in model._meta.related_objects if gone else ():
            if link.related_model not in RECORDED:
                continue
            for keys in batches(gone):
                resting = list(_plain(link.related_model).filter(**{f"{link.field.name}__in": keys}))
                attach_all_related(link.related_model, resting)
                entered = _entered(link.related_model, [fact.pk for fact in resting])
                for fact in resting:
                    thing = gone[getattr(fact, link.field.attname)]
                    setattr(fact, link.field.name, thing)
                    yield (
                        f"{name_of(thing)} would go, but "
                        f"the {fact._meta.verbose_name} “{name_of(fact)}” rests on it, entered "
                        f"{attribution(entered[fact.pk])}: delete or undo that first."
                    )


def _entered(model, keys):
    """Return {key: the change set by which a fact was entered}; the last, of one that was brought back."""
    rows = versions_of(model).objects.filter(id__in=keys, history_type="+").order_by("history_id")
    return {row.id: row.change_set for row in rows.select_related("change_set__author")}


def _unclean(by_model):
    """Yield a sentence for each thing that the facts' own rules find wrong in what would be.

    The database has taken the rows, so its constraints hold; what it cannot know is asked here.
    """
    for model, writes in by_model.items():
        links = [field.name for field in model._meta.fields if isinstance(field, models.ForeignKey)]
        for fact in (write.after for write in writes if write.after):
            try:
                for message in _messages(lambda fact=fact, links=links: fact.clean_fields(exclude=links), fact.clean):
                    yield f"{name_of(fact)}: {message}"
            except ObjectDoesNotExist:
                continue  # What it names is gone: that is said already.
    for model, side in ((Organization, "organization"), (State, "state")):
        lives = {write.key: write.after for write in by_model.get(model, ()) if _lives_otherwise(write)}
        written = {write.key for write in by_model.get(Membership, ())}
        for keys in batches(lives):
            for spell in Membership.objects.filter(**{f"{side}__in": keys}).with_names():
                thing = lives[getattr(spell, f"{side}_id")]
                for message in _messages(lambda spell=spell, thing=thing: spell.refuse_outside(thing)):
                    if spell.pk not in written:
                        yield f"{spell}: {message}"


def _lives_otherwise(write):
    """Tell whether the time changes in which a thing exists, to which its spells are held."""
    return write.sign == "~" and any(getattr(write.before, n) != getattr(write.after, n) for n in write.model.span)


def _clear_reasons(by_model):
    """Leave out the word why there is no source where one is cited: it would be written, and go again."""
    for model, writes in by_model.items():
        facts = {write.key: write.after for write in writes if write.after and getattr(write.after, "unsourced", "")}
        for keys in batches(facts) if issubclass(model, Fact) else ():
            cited = models.Exists(Citation.objects.supporting(model))
            for key in list(_plain(model).filter(cited, pk__in=keys).values_list("pk", flat=True)):
                facts[key].unsourced = ""
                _plain(model).filter(pk=key).update(unsourced="")


def _record(by_model):
    """Write the history of what was written."""
    for model, writes in by_model.items():
        for sign in "-~+":
            facts = [write.after or write.before for write in writes if write.sign == sign]
            for some in batches(facts):
                record(model, some, sign)
