"""Undo: a change set taken back, a thing restored to a version, a deleted fact brought back.

Each says what shall be, and revert.py makes it so or tells what stands in the way. Each is one change set of its own,
with a reason, and can itself be undone. Each raises RevertBlocked where something stands in the way, and then nothing
is written.
"""

from django.db.models import Count, ForeignKey
from django.utils.text import Truncator

from alliances.models import Citation, FactVersion, Waiver
from alliances.models.changeset import change_set, current_change_set
from alliances.models.fact_version import code_of
from alliances.models.versioning import last_versions, versions_of
from alliances.models.waiver import WAIVABLE

from .changelog import PARENTS
from .fact_undo import fact_undos
from .obstacles import RevertBlocked
from .revert import revert
from .revisions import Versions
from .row_change import RECORDED, attribution, name_of, values_of, with_verification

# Versions of facts. A larger change set is not undone in one go: the request would take longer than anybody waits.
MOST = 2000


def canonical(changes):
    """Tell RowChanges in plain values, for the digest of a preview."""
    return sorted(change.as_text() for change in changes)


def undo(undone, reason=""):
    """Take back what a change set wrote, and nothing that was written since; return the RowChanges.

    What it created is deleted, what it deleted comes back, the fields that it changed go back, and what a merger moved
    moves back. RevertBlocked where somebody else has changed the same since, where nothing is left to undo, and where
    it wrote more than MOST versions.
    """
    with change_set(reason=_join(f"Undone: “{_called(undone).rstrip('.')}”.", reason)):
        sizes = _sizes(undone)
        number = sum(sizes.values())
        if number > MOST:
            raise RevertBlocked(
                [
                    f"It wrote {number:,} versions of facts, and at most {MOST:,} are undone in one go. Undo or "
                    "restore single facts of it, or ask who runs this site to go back to an earlier copy of the "
                    "database."
                ]
            )
        moves = list(undone.moved.order_by("-pk"))
        targets, obstacles = {}, _moved_on(moves)
        for model in sizes:
            for fact_undo in fact_undos(model, undone):
                fact_undo.target(targets, obstacles)
        if obstacles:
            raise RevertBlocked(obstacles)
        changes = revert(targets)
        if not changes:
            raise RevertBlocked([_nothing_left(undone)])
        _move_back(moves)
        made = current_change_set()
        made.undoes = undone
        made.save(update_fields=["undoes"])
    return changes


def restore(thing, then, with_belongings=True, reason=""):
    """Make a thing, and all that belongs to it, what it was right after the change set `then`; return the RowChanges.

    What was added to it since is deleted, what was deleted comes back, whoever did that. RevertBlocked where the thing
    did not exist then, or is as it was then.
    """
    with change_set(reason=_join(f"Restored as it was after “{_called(then).rstrip('.')}”.", reason)):
        versions = Versions(thing)
        was, now = versions.after(then), versions.now()
        root = (type(thing), thing.pk)
        if root not in was:
            raise RevertBlocked([f"{name_of(thing)} did not exist then: there is no version to restore."])
        keys = versions.belonging(was) | versions.belonging(now) if with_belongings else {root}
        targets = {}
        for each in keys:
            values = values_of(was[each]) if each in was else None
            targets[each] = with_verification(values, values_of(now[each])) if values and each in now else values
        changes = revert(targets)
        if not changes:
            raise RevertBlocked([f"{name_of(thing)} is as it was then: there is nothing to restore."])
    return changes


def bring_back(model, key, reason=""):
    """Bring back a deleted fact with all that was deleted with it; return the RowChanges.

    What a merger moved away from it comes back, too. RevertBlocked where it is not deleted.
    """
    with change_set(reason=_join("Brought back.", reason)):
        last = last_versions(model, [key]).get(key)
        if last is None or last.history_type != "-":
            raise RevertBlocked(["It is not among the deleted facts: somebody brought it back, or it never was."])
        gone = {(model, key): last}
        sizes = _sizes(last.change_set)
        for each in (each for each in RECORDED if each in sizes):
            links = links_of(each)
            rows = versions_of(each).objects.filter(change_set=last.change_set, history_type="-").order_by("history_id")
            for row in rows.exclude(id__in=each.objects.values("pk")) if links else ():
                if any((target, getattr(row, attname)) in gone for target, attname in links):
                    gone[each, row.id] = row
        moves = list(last.change_set.moved.filter(kind=code_of(model), before=key).order_by("-pk"))
        if obstacles := _moved_on(moves):
            raise RevertBlocked(obstacles)
        changes = revert({each: values_of(row) for each, row in gone.items()})
        _move_back(moves)
    return changes


def links_of(model):
    """Return how a fact names what it is deleted with: pairs of model and column."""
    # A citation is deleted with its fact, not with its source.
    names = WAIVABLE if model is Waiver else [name for name in PARENTS[model] if (model, name) != (Citation, "source")]
    fields = [model._meta.get_field(name) for name in names]
    return [(each.related_model, each.attname) for each in fields if isinstance(each, ForeignKey)]


def _moved_on(moves):
    """Return a sentence for each note, suggestion or old address that was moved once more since."""
    found = []
    for move in moves:
        if move.moved_on:
            same = type(move).objects.filter(reference=move.reference, row=move.row, kind=move.kind)
            since = same.select_related("change_set__author").latest("pk").change_set
            called = f"{move.model._meta.verbose_name} “{Truncator(move.rows.get()).chars(60)}”"
            found.append(f"The {called} was moved to yet another {move.kind}, {attribution(since)}: undo that first.")
    return found


def _move_back(moves):
    for move in moves:
        move.move_back()


def _called(made):
    """Name a change set: by its reason, or else by its time."""
    return Truncator(made.reason).chars(200) if made.reason else f"the change of {made.made:%Y-%m-%d %H:%M} UTC"


def _join(sentence, reason):
    return f"{sentence} {reason}".strip()


def _nothing_left(undone):
    again = undone.undone_by.select_related("author").first()
    told = f" It was undone {attribution(again)}." if again else ""
    return f"Nothing of this change set is left to undo: the facts are as they were before it.{told}"


def _sizes(made):
    """Return {model: how many versions a change set wrote} of those models of which it wrote any; one query."""
    rows = FactVersion.objects.filter(change_set=made).values_list("kind").annotate(number=Count("pk"))
    numbers = dict(rows.order_by())
    return {model: numbers[code_of(model)] for model in RECORDED if code_of(model) in numbers}
