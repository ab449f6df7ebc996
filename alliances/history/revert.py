"""Facts put back to what they were: the one way in which undo, restore and “bring back” write.

What shall be in the end is written at once and judged as a whole, so that it does not matter which row comes first:
two spells may exchange which of them goes on, two states their places on the map. Either everything fits, or nothing
is written, and all that stands in the way is told in words.
"""

from collections import defaultdict

from django.db import IntegrityError, models, transaction

from alliances.models import Citation, Fact, Waiver
from alliances.models.batches import BATCH, batches
from alliances.models.changeset import change_set, enforce_sourcing
from alliances.models.old_address import AddressTaken
from alliances.models.sourcing import Unsourced
from alliances.models.versioning import record
from alliances.models.waiver import WAIVABLE

from .obstacles import RevertBlocked, messages_of, obstacles
from .row_change import RECORDED, RowChange, attach_all_related, name_of, plain, values_of


def revert(targets):
    """Make facts be what `targets` says, {(model, key): values or None}, and return the RowChanges that were written.

    None: it shall not exist. Keys stay: a fact that comes back is the same fact. Raises RevertBlocked, with everything
    that stands in the way; then nothing is written.
    """
    with change_set(), transaction.atomic():
        changes = _changes(targets)
        by_model = defaultdict(list)
        for change in changes:
            by_model[change.model].append(change)
        for model, some in by_model.items():  # While everything that they name is there.
            attach_all_related(model, [change.before for change in some if change.after is None])
        _exchange(changes)
        for model, some in by_model.items():
            attach_all_related(model, [change.after for change in some if change.after])
        if found := list(obstacles(by_model)):
            raise RevertBlocked(found)
        _clear_reasons(by_model)
        try:
            _record(by_model)
            enforce_sourcing()
        except AddressTaken as error:
            raise RevertBlocked(error.messages) from error
        except Unsourced as error:
            raise RevertBlocked(
                f"{name_of(fact)} would stand without a source, and without a reason why there is none. "
                "Cite one, or say why not, first."
                for fact in error.facts
            ) from error
    return [change for change in changes if change.changes_something]


def _changes(targets):
    """Return what has to be written, parents first; nothing for a fact that is already what it shall be."""
    wanted = defaultdict(dict)
    for (model, key), values in targets.items():
        wanted[model][key] = values
    changes = []
    for model in RECORDED:
        stored = {}
        for keys in batches(wanted[model]):
            stored |= plain(model).in_bulk(keys)
        for key, values in wanted[model].items():
            before, after = stored.get(key), None if values is None else model(**values)
            if (before and values_of(before)) != (after and values_of(after)):
                changes.append(RowChange(model, key, before, after))
    return [*changes, *_waivers_that_go(changes, wanted[Waiver])]


def _waivers_that_go(changes, wanted):
    """Yield the deletion of the waivers about facts that are deleted: as on any deletion, they go along."""
    gone = defaultdict(list)
    for change in changes:
        if change.after is None:
            gone[change.model].append(change.key)
    for kind in WAIVABLE:
        for keys in batches(gone[Waiver._meta.get_field(kind).related_model]):
            for waiver in plain(Waiver).filter(**{f"{kind}__in": keys}):
                if waiver.pk not in wanted:
                    yield RowChange(Waiver, waiver.pk, waiver, None)


def _exchange(changes):
    """Take all rows out and put them in again as they shall be; RevertBlocked where the database refuses some.

    So no row meets, on its way, another that will have made room for it. The database judges foreign keys at the end
    of the transaction; `obstacles` asks before whether they hold.
    """
    for model in reversed(RECORDED):
        for keys in batches(change.key for change in changes if change.model is model and change.before):
            plain(model).filter(pk__in=keys)._raw_delete(plain(model).db)
    refused = []
    for model in RECORDED:
        rows = [change.after for change in changes if change.model is model and change.after]
        try:
            with transaction.atomic():
                plain(model).bulk_create(rows, batch_size=BATCH)
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
                plain(model).bulk_create([row])
        except IntegrityError:
            yield row, messages_of(row.validate_unique, row.validate_constraints) or ["The database refuses it."]


def _clear_reasons(by_model):
    """Clear `unsourced` on facts that have a citation, so that no version is written only to be replaced."""
    for model, changes in by_model.items():
        facts = {
            change.key: change.after for change in changes if change.after and getattr(change.after, "unsourced", "")
        }
        for keys in batches(facts) if issubclass(model, Fact) else ():
            cited = models.Exists(Citation.objects.supporting(model))
            for key in list(plain(model).filter(cited, pk__in=keys).values_list("pk", flat=True)):
                facts[key].unsourced = ""
                plain(model).filter(pk=key).update(unsourced="")


def _record(by_model):
    """Write the history of what was written."""
    for model, changes in by_model.items():
        for sign in "-~+":
            for some in batches(change.after or change.before for change in changes if change.sign == sign):
                record(model, some, sign)
