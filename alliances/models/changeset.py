"""Change sets: what one request, or one run of a command, wrote, by whom and why."""

from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection, models, transaction

from alliances import dates

from . import sourcing
from .journal import Journal

# The permission to write facts. Users without it propose changes (models/draft.py).
PUBLISH = "alliances.publish_facts"


class ChangeSet(models.Model):
    """What one request, or one run of a command, wrote: one time, one author, one reason.

    A *load* brings in facts from files, a *verification* says that facts were checked and are right; neither is a
    correction. A command has no author. An account that wrote something is deactivated, never deleted, so that it stays
    known who wrote what. The reason is public. `undoes` is the change set that this one undid.
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


class OpenChangeSet:
    """A change set while it is being written; its row is made with the first write.

    author: a function that returns the user, or None if nobody is logged in; None for a command.
    reason, kind: the values of its row, unless `annotate` changes them before.

    What it knows of its own writes is kept in a journal, so that whatever a savepoint rolls back is forgotten.
    """

    def __init__(self, author=None, reason="", kind=ChangeSet.Kind.EDIT):
        self.author, self.reason, self.kind = author, reason, kind
        self._journal = self._row = self._turn = None

    def begin(self):
        """Start; the first thing in its transaction."""
        self._journal = Journal()

    def close(self):
        """End. Raises Unsourced unless every fact that was written has a source or a reason for having none."""
        if not transaction.get_rollback():  # Else nothing is kept, and nothing can be queried.
            self.enforce_sourcing()

    def check_permission(self):
        """Raise PermissionDenied unless the author may publish facts. A command may."""
        user = self.author() if self.author else None
        if user is not None and not user.has_perm(PUBLISH):
            raise PermissionDenied("You may propose changes; an editor publishes them.")

    def take_turn(self):
        """Wait for the turn to write, once. Users who may not publish do not wait: their first write is refused."""
        if connection.vendor != "postgresql" or (self._turn and self._turn.stands):
            return
        user = self.author() if self.author else None
        if user is None or user.has_perm(PUBLISH):
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}s'; SELECT pg_advisory_xact_lock({_TURN})")
            self._turn = self._journal.note("turn taken")

    @property
    def row(self):
        """The row of this change set; None before its first write, or if that was rolled back."""
        return self._row.value if self._row and self._row.stands else None

    def ensure_row(self):
        """Return the row, creating it if there is none."""
        if self.row is None:
            author = self.author() if self.author else None
            row = ChangeSet.objects.create(made=dates.now(), author=author, reason=self.reason, kind=self.kind)
            self._row = self._journal.note(row)
        return self.row

    def annotate(self, reason="", kind=None):
        """Set the reason and the kind, where given; the kind stays once something is written."""
        self.reason = reason or self.reason
        if self.row is None:
            self.kind = kind or self.kind
        elif reason and reason != self.row.reason:  # Each write of a load is a nested change set with the same reason.
            self._update_row(reason=reason)

    def becomes_edit(self):
        """Turn a verification into an edit, because more is written in it."""
        if self.kind == ChangeSet.Kind.VERIFICATION:
            self.kind = ChangeSet.Kind.EDIT
            if self.row is not None:
                self._update_row(kind=self.kind)

    def _update_row(self, **values):
        for name, value in values.items():
            setattr(self.row, name, value)
        self.row.save(update_fields=values)

    def note_written(self, facts):
        """Remember facts, as pairs of model and key, whose sources are to be checked."""
        self._journal.note(set(facts))

    @property
    def written(self):
        """The facts whose sources are still to be checked: pairs of model and key."""
        facts = set()
        for value in reversed(self._journal):
            if value == "checked":
                break
            if isinstance(value, set):
                facts |= value
        return facts

    def enforce_sourcing(self, why=None):
        """Raise Unsourced unless each fact written so far has a source or a reason; `why(fact)` may supply one."""
        while written := self.written:  # Writing a reason is itself a write.
            self._journal.note("checked")
            sourcing.enforce(written, why)


class DryRun(OpenChangeSet):
    """A change set that is rolled back at its end, to show what would happen.

    Users who may only propose changes may run it, and it takes no turn to write: what it shows is compared again when
    it is confirmed (`apply_if_unchanged`). On PostgreSQL it sees one snapshot of the database, unless it is part of a
    request that writes. On SQLite it keeps others from writing while it runs, as any write does there.
    """

    def begin(self):
        super().begin()
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                if not connection.savepoint_ids:  # The transaction is its own, and this its first query.
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                cursor.execute(f"SET LOCAL lock_timeout = '{_DRY_RUN_PATIENCE}'")

    def close(self):
        transaction.set_rollback(True)

    def check_permission(self):
        """Allow everybody: nothing is kept."""

    def take_turn(self):
        """Take none: nothing is kept."""


_open: ContextVar[OpenChangeSet | None] = ContextVar("open change set", default=None)


# The advisory lock of PostgreSQL that is the turn to write; the number is arbitrary.
_TURN = 7_031_862

# Seconds that a writer waits for the turn, the same as on SQLite (settings.py). After that, 503.html is shown.
PATIENCE = 5

# How long a dry run waits for a row that somebody is writing. Less than the second after which PostgreSQL looks for
# deadlocks: the dry run gives way, not the writer.
_DRY_RUN_PATIENCE = "500ms"


@contextmanager
def opened(change_set):
    """Make everything written inside belong to this OpenChangeSet, in one transaction. It takes no turn to write."""
    token = _open.set(change_set)
    try:
        with transaction.atomic():
            change_set.begin()
            yield change_set
            change_set.close()
    finally:
        _open.reset(token)


@contextmanager
def change_set(*, author=None, reason="", kind=None):
    """Make everything written inside one change set; `author` is a function that returns a user or None.

    It is one transaction. At its end every fact written in it must have a source or a reason for having none, or
    `sourcing.Unsourced` is raised and nothing is stored. Inside another change set it joins that one, which keeps its
    reason if it has one. Outside of any, each write is a change set of its own. Writing begins here, so the turn is
    taken: see `serialize_writers` for what that raises.
    """
    outer = _open.get()
    if outer is None:
        with opened(OpenChangeSet(author, reason, kind or ChangeSet.Kind.EDIT)):
            serialize_writers()
            yield
    else:
        outer.annotate(outer.reason or reason, kind)  # The outer reason comes first.
        serialize_writers()
        yield


def dry_running():
    """Open a DryRun: everything written inside is rolled back. `history.dry_run` describes what was written."""
    return opened(DryRun())


def open_change_set():
    """Return the open OpenChangeSet; RuntimeError if there is none."""
    if (scope := _open.get()) is None:
        raise RuntimeError("There is no open change set: open one by `with change_set(reason=…)`.")
    return scope


def serialize_writers():
    """Wait until nobody else writes facts, and keep others from writing until this transaction ends.

    Call it before reading what a write depends on. Otherwise the write could overwrite what others have stored in
    between: an import or an undo over an edit, or two spells on the same days. `change_set()` calls it; a request calls
    it before a page is compared with what is stored. A second call costs nothing, and a dry run needs no turn. On
    SQLite a writing transaction is alone from its start; on PostgreSQL an advisory lock does the same. Readers never
    wait.
    Raises OperationalError after `PATIENCE` seconds, RuntimeError outside of a change set.
    """
    open_change_set().take_turn()


def enforce_sourcing(why=None):
    """Raise Unsourced unless each fact written so far has a source or a reason: now, while a form can still show it.

    `why(fact)` supplies the reason for a fact that has neither, if there is one.
    """
    if _open.get() is not None:
        _open.get().enforce_sourcing(why)


def current_change_set():
    """Return the row of the open change set; None before its first write, or if none is open."""
    return _open.get() and _open.get().row


def annotate(*, reason="", kind=None):
    """Set the reason and the kind of the open change set, where given; the kind stays once something is written.

    RuntimeError if there is none.
    """
    open_change_set().annotate(reason, kind)
