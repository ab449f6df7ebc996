"""Change sets: what one request, or one run of a command, wrote, by whom and why."""

from collections.abc import Callable
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection, models, transaction

from alliances import dates

from . import sourcing

# Who may write facts; who lacks it proposes changes (models/draft.py).
PUBLISH = "alliances.publish_facts"


class ChangeSet(models.Model):
    """What one request, or one run of a command, wrote: one time, one author, one reason.

    A *load* brings in facts from files, a *verification* says that a fact was checked and stands as it is;
    neither is a correction. The author is nobody where a command wrote; an account that wrote something is deactivated,
    not deleted, so that who wrote what stays known; the reason is public. `undoes` names the
    change set that this one took back.
    """

    class Kind(models.TextChoices):
        EDIT = "edit", "Edit"
        LOAD = "load", "Load"
        VERIFICATION = "verification", "Verification"

    made = models.DateTimeField(db_index=True, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", editable=False
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

    def check_permission(self):
        """Refuse who may only propose changes, whatever way their write took here; a rehearsal stays no fact."""
        user = self.author() if self.author and not self.rehearsal else None
        if user is not None and not user.has_perm(PUBLISH):
            raise PermissionDenied("You may propose changes; an editor publishes them.")

    def settle(self, why=None):
        """Hold what was written so far to the rule that facts have a source, or say why not."""
        while self.touched:
            touched, self.touched = self.touched, set()
            sourcing.enforce(touched, why)

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


def serialize_writers():
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
        annotate(reason=_scope.get().reason or reason, kind=kind)  # The outer one knows best why.
        yield
        return
    scope = _Scope(author, reason, kind or ChangeSet.Kind.EDIT)
    token = _scope.set(scope)
    try:
        with transaction.atomic():
            if author is None or author():
                serialize_writers()
            yield
            if not transaction.get_rollback():  # What is taken back is held to nothing, and cannot be asked for.
                scope.settle()
    finally:
        _scope.reset(token)


@contextmanager
def dry_running():
    """Write facts and take it all back at the end: what would happen if. The scope's `row` is its change set.

    Whoever may only propose changes may rehearse them. `alliances.rehearsal.rehearse` tells what was written.
    """
    scope = _Scope(None, "", ChangeSet.Kind.EDIT, rehearsal=True)
    token = _scope.set(scope)
    try:
        with transaction.atomic():
            serialize_writers()
            yield scope
            transaction.set_rollback(True)
    finally:
        _scope.reset(token)


def enforce_sourcing(why=None):
    """Hold what the open change set has written so far to its rules now, where the answer can still say so.

    `why(fact)` gives the word of what was written in it and has no source.
    """
    if _scope.get() is not None:
        _scope.get().settle(why)


def current_change_set():
    """Return the row of the open change set; None before its first write, and outside of any."""
    scope = _scope.get()
    return scope and scope.row


def annotate(*, reason="", kind=None):
    """Say of the open change set why, and what kind of change it is; what has been written in it keeps its kind."""
    scope = _scope.get()
    if scope is None:
        raise RuntimeError("There is no open change set to describe: open one by `with change_set(reason=…)`.")
    scope.reason = reason or scope.reason
    if scope.row is None:
        scope.kind = kind or scope.kind
    elif reason:
        scope.write(reason=reason)
