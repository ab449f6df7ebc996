"""History: what was written, when, by whom and why, on every path of a write.

django-simple-history keeps a table beside each fact and a row in it for each version. What is ours: one request,
or one run of a command, is one **change set**, with one author and one reason; a write that changes nothing
leaves no row; and `loaddata`, `update()` and the bulk writes, which that library lets pass, are recorded too.
"""

from collections.abc import Callable
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import NotSupportedError, connection, models, transaction
from simple_history.models import HistoricalRecords

from alliances import dates

from .folded_text import FoldedField

# What stands beside a fact: to change it changes nothing that somebody verified.
ASIDE = {"note", "reason", "confidence", "unsourced"}

# Who may write facts; who lacks it proposes changes (models/draft.py).
PUBLISH = "alliances.publish_facts"


class ChangeSet(models.Model):
    """What one request, or one run of a command, wrote: one time, one author, one reason.

    A *load* brings in facts from files, a *verification* says that a fact was checked and stands as it is;
    neither is a correction. The author is nobody where a command wrote; the reason is public. `undoes` names the
    change set that this one took back.
    """

    class Kind(models.TextChoices):
        EDIT = "edit", "Edit"
        LOAD = "load", "Load"
        VERIFICATION = "verification", "Verification"

    made = models.DateTimeField(db_index=True, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    reason = models.TextField(blank=True, editable=False)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.EDIT, editable=False)
    undoes = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="undone_by", editable=False)

    class Meta:
        ordering = ["-pk"]
        default_permissions = ("view",)
        permissions = [("publish_facts", "Can publish facts")]

    def __str__(self):
        return f"{self.made:%Y-%m-%d %H:%M}" + (f": {self.reason}" if self.reason else "")


@dataclass
class _Scope:
    author: Callable | None
    reason: str
    kind: str
    rehearsal: bool = False
    row: ChangeSet | None = None
    touched: set = field(default_factory=set)

    def let_write(self):
        """Refuse who may only propose changes, whatever way their write took here; a rehearsal stays no fact."""
        user = self.author() if self.author and not self.rehearsal else None
        if user is not None and not user.has_perm(PUBLISH):
            raise PermissionDenied("You may propose changes; an editor publishes them.")

    def settle(self, why=None):
        """Hold what was written so far to the rule that facts have a source, or say why not."""
        from .sourcing import settle

        while self.touched:
            touched, self.touched = self.touched, set()
            settle(touched, why)

    def changes_facts(self):
        """Make it an edit, whatever was announced: more happens in it than that facts are verified."""
        if self.kind == ChangeSet.Kind.VERIFICATION:
            self.kind = ChangeSet.Kind.EDIT
            self.write(kind=self.kind)

    def write(self, **values):
        """Write to the row, or look for it; one that was rolled back is gone, even if another has its key now."""
        if self.row is not None:
            there = ChangeSet.objects.filter(pk=self.row.pk, made=self.row.made)
            self.row = there.first() if not values or there.update(**values) else None

    def change_set(self):
        """Return the change set of this scope; it gets its row with the first write.

        It is looked for before each further write: what a caller rolled back and went on after took the row along.
        A load is one transaction, and asks nothing.
        """
        if self.kind != ChangeSet.Kind.LOAD:
            self.write()
        if self.row is None:
            author = self.author() if self.author else None
            self.row = ChangeSet.objects.create(made=dates.now(), author=author, reason=self.reason, kind=self.kind)
        return self.row


_scope: ContextVar[_Scope | None] = ContextVar("change set", default=None)

# Names the turn among the locks of PostgreSQL; the number means nothing else.
_TURN = 7_031_862
_PATIENCE = 20  # Seconds; as long as SQLite waits (settings.py), and shorter than a server lets a request live.


def take_turn():
    """Wait until nobody else writes facts, and let nobody else until this transaction ends.

    What is decided from what was read would otherwise be stored over what others stored in between: an import or an
    undo over an edit, two spells of the same days. On SQLite a transaction that writes is alone from its first moment;
    on PostgreSQL an advisory lock does the same. Readers wait for nobody. Cost: two large imports come one after the
    other, and whoever waits for longer than `_PATIENCE` is told to send again (OperationalError).
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{_PATIENCE}s'; SELECT pg_advisory_xact_lock({_TURN})")


@contextmanager
def change_set(*, author=None, reason="", kind=None):
    """Make everything that is written inside one change set; `author` is a function that returns a user or None.

    It is one transaction, at whose end every fact written in it has a source or says why not, or nothing is stored
    (`sourced.Unsourced`). Inside another change set it belongs to that one. Outside of any, each write is a change
    set of its own. Who may write takes turns (`take_turn`); a request of nobody writes no facts, and waits for nobody.
    """
    if _scope.get() is not None:
        describe(reason=_scope.get().reason or reason, kind=kind)  # The outer one knows best why.
        yield
        return
    scope = _Scope(author, reason, kind or ChangeSet.Kind.EDIT)
    token = _scope.set(scope)
    try:
        with transaction.atomic():
            if author is None or author():
                take_turn()
            yield
            if not transaction.get_rollback():  # What is taken back is held to nothing, and cannot be asked for.
                scope.settle()
    finally:
        _scope.reset(token)


@contextmanager
def rehearsing():
    """Write facts and take it all back at the end: what would happen if. The scope's `row` is its change set.

    Whoever may only propose changes may rehearse them. `alliances.rehearsal.rehearse` tells what was written.
    """
    scope = _Scope(None, "", ChangeSet.Kind.EDIT, rehearsal=True)
    token = _scope.set(scope)
    try:
        with transaction.atomic():
            take_turn()
            yield scope
            transaction.set_rollback(True)
    finally:
        _scope.reset(token)


def settle(why=None):
    """Hold what the open change set has written so far to its rules now, where the answer can still say so.

    `why(fact)` gives the word of what was written in it and has no source.
    """
    if _scope.get() is not None:
        _scope.get().settle(why)


def current_change_set():
    """Return the row of the open change set; None before its first write, and outside of any."""
    scope = _scope.get()
    return scope and scope.row


def describe(*, reason="", kind=None):
    """Say of the open change set why, and what kind of change it is; what has been written in it keeps its kind."""
    scope = _scope.get()
    if scope is None:
        raise RuntimeError("There is no open change set to describe: open one by `with change_set(reason=…)`.")
    scope.reason = reason or scope.reason
    if scope.row is None:
        scope.kind = kind or scope.kind
    elif reason:
        scope.write(reason=reason)


class Change(models.Model):
    """One version of one fact, as a change set left it: the rows of the history tables."""

    change_set = models.ForeignKey(ChangeSet, models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class FactHistory(HistoricalRecords):
    """The history of a fact, without bounds and folded texts, which follow from the rest.

    Who and why stand in the change set, once, and not in each row.
    """

    def __init__(self, **kwargs):
        super().__init__(inherit=True, bases=[Change], **kwargs)

    def fields_included(self, model):
        return [field for field in model._meta.fields if not (field.generated or isinstance(field, FoldedField))]

    def get_extra_fields(self, model, fields):
        extra = super().get_extra_fields(model, fields)
        extra.pop("history_change_reason")
        return extra

    def _get_history_user_fields(self):
        return {}

    def create_history_model(self, model, inherited):
        history = super().create_history_model(model, inherited)
        history.__doc__ = f"A version of a {model._meta.verbose_name}, as one change set left it."
        return history

    def post_save(self, instance, created, using=None, update_fields=None, **kwargs):
        """Record every save, also those of `loaddata`, and know no way around it."""
        if update_fields is not None and not created:
            # What else stands in the instance was not stored.
            instance = type(instance)._base_manager.using(using).get(pk=instance.pk)
        self.create_historical_record(instance, "+" if created else "~", using)

    def create_historical_record(self, instance, history_type, using=None):
        with change_set():  # Fixtures save past `save()`, and a cascade deletes past `delete()`.
            record(type(instance), [instance], history_type, using)


@cache
def versions_of(model):
    """Return the model of the history table; `model.history` makes a new class each time it is read."""
    return model.history.model


def edits_of(model):
    """Return the versions of a model's facts that say more than that they were verified."""
    return versions_of(model).objects.exclude(change_set__kind=ChangeSet.Kind.VERIFICATION)


def record(model, facts, history_type, using=None):
    """Write a history row for each fact that was created (+), changed (~) or deleted (-).

    Of the changed ones those that are as their last row says are left out: nothing happened to them.
    """
    history = versions_of(model)
    fields = history.tracked_fields
    scope = _scope.get()
    scope.let_write()
    last = {}
    if history_type == "~":
        versions = history.objects.using(using).filter(id__in=[fact.pk for fact in facts])
        last = {row.id: row for row in versions.order_by("history_id")}
        differing = {fact: _differing(fact, last.get(fact.pk), fields) for fact in facts}
        facts = [fact for fact in facts if differing[fact]]
        for fact in facts:
            if differing[fact] - ASIDE and "verified_on" not in differing[fact] and getattr(fact, "verified_on", None):
                # It was another value that somebody checked.
                model._base_manager.using(using).filter(pk=fact.pk).update(verified_on=None)
                fact.verified_on = None
    if not facts:
        return
    if history_type != "~" or any(differing[fact] != {"verified_on"} for fact in facts):
        scope.changes_facts()
    if history_type != "-":
        model.follow(facts, last, using)
    for row in [*facts, *(last[fact.pk] for fact in facts if fact.pk in last)]:
        # Also what a citation was cited for before.
        scope.touched.update(model.to_settle(row))
    with transaction.atomic(using=using, savepoint=False):
        made = scope.change_set()
        history.objects.using(using).bulk_create(
            history(change_set=made, history_date=made.made, history_type=history_type, **_values(fact, fields))
            for fact in facts
        )


def _differing(fact, row, fields):
    """Return the names of the fields in which a fact differs from its last version; all, if there is none."""
    if row is None:
        return {field.attname for field in fields}
    new, old = _values(fact, fields), _values(row, fields)
    return {name for name in new if new[name] != old[name]}


def _values(row, fields):
    """Return the values of a fact or of its history row, as the database would be given them."""
    return {field.attname: field.get_prep_value(getattr(row, field.attname)) for field in fields}


class RecordedQuerySet(models.QuerySet):
    """Bulk writes that leave history rows as single ones do."""

    def update(self, **kwargs):
        """Update all rows at once, and record each that changed."""
        with transaction.atomic(using=self.db, savepoint=False), change_set():
            keys = list(self.order_by().values_list("pk", flat=True))
            updated = super().update(**kwargs)
            for start in range(0, len(keys), 500):  # SQLite takes a limited number of parameters.
                facts = list(self.model._base_manager.using(self.db).filter(pk__in=keys[start : start + 500]))
                record(self.model, facts, "~", self.db)
        return updated

    update.alters_data = True

    def bulk_create(self, objs, batch_size=None, ignore_conflicts=False, update_conflicts=False, **kwargs):
        """Create all rows at once, and record each."""
        if ignore_conflicts or update_conflicts:
            raise NotSupportedError("Which rows were written is not told then, so history cannot follow: save them.")
        with transaction.atomic(using=self.db, savepoint=False), change_set():
            created = super().bulk_create(objs, batch_size, **kwargs)
            record(self.model, created, "+", self.db)
        return created

    def bulk_update(self, objs, fields, batch_size=None):
        """Update the rows at once, in one change set whatever the number of batches."""
        with change_set():
            return super().bulk_update(objs, fields, batch_size)

    bulk_update.alters_data = True

    def delete(self):
        """Delete all rows, and what goes with them, in one change set."""
        with change_set():
            return super().delete()

    delete.alters_data = True
    delete.queryset_only = True

    def _raw_delete(self, using):
        raise NotSupportedError("This would leave no history: use delete().")


class Recorded(models.Model):
    """Something whose every version is kept: `.history` has them, each in its change set."""

    history = FactHistory()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        """Save the fact and its history row together or not at all."""
        with transaction.atomic(using=kwargs.get("using"), savepoint=False), change_set():
            super().save(*args, **kwargs)

    @classmethod
    def follow(cls, facts, last, using=None):
        """Do what else must follow when facts are added or changed; `last` are their versions before, by key."""

    @classmethod
    def to_settle(cls, row):
        """Yield the facts, as pairs of model and key, whose sources a written row (or its version) touches."""
        return ()

    def delete(self, *args, **kwargs):
        """Delete the fact, and what goes with it, in one change set."""
        with change_set():
            return super().delete(*args, **kwargs)

    delete.alters_data = True

    def changed_on(self):
        """Return when it was last written other than to say that it was verified; what belongs to it does not count."""
        edits = edits_of(type(self)).filter(id=self.pk)
        return edits.order_by("-history_id").values_list("history_date", flat=True).first()
