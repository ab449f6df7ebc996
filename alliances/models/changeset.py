"""Change sets: what one request, or one run of a command, wrote, by whom and why."""

from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection, models, transaction

from alliances import dates

from . import sourcing
from .journal import Journal

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


class OpenChangeSet:
    """A change set while it is being written; its row is made with the first write.

    author: a function that returns who writes, or None where nobody is logged in; None where a command writes.
    reason, kind: what its row will say, unless `annotate` says otherwise before.

    What it knows of its own writes is kept in a journal, so that whatever a savepoint takes back is forgotten.
    """

    def __init__(self, author=None, reason="", kind=ChangeSet.Kind.EDIT):
        self.author, self.reason, self.kind = author, reason, kind
        self._journal = self._row = self._turn = None

    def begin(self):
        """Start, as the first thing in its transaction."""
        self._journal = Journal()

    def close(self):
        """End: every fact that was written has a source or says why not, or Unsourced is raised."""
        if not transaction.get_rollback():  # What is rolled back is held to nothing, and cannot be queried.
            self.enforce_sourcing()

    def check_permission(self):
        """Raise PermissionDenied unless the author may publish facts. A command may."""
        user = self.author() if self.author else None
        if user is not None and not user.has_perm(PUBLISH):
            raise PermissionDenied("You may propose changes; an editor publishes them.")

    def take_turn(self):
        """Wait for the turn to write, once; who may not publish is refused at the first write, and waits for nobody."""
        if connection.vendor != "postgresql" or (self._turn and self._turn.stands):
            return
        user = self.author() if self.author else None
        if user is None or user.has_perm(PUBLISH):
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}s'; SELECT pg_advisory_xact_lock({_TURN})")
            self._turn = self._journal.note("turn taken")

    @property
    def row(self):
        """The row of this change set; None before its first write, and after that was rolled back."""
        return self._row.value if self._row and self._row.stands else None

    def ensure_row(self):
        """Return the row, which is made now if there is none."""
        if self.row is None:
            author = self.author() if self.author else None
            row = ChangeSet.objects.create(made=dates.now(), author=author, reason=self.reason, kind=self.kind)
            self._row = self._journal.note(row)
        return self.row

    def annotate(self, reason="", kind=None):
        """Say why, and what kind of change it is; once something is written the kind stays."""
        self.reason = reason or self.reason
        if self.row is None:
            self.kind = kind or self.kind
        elif reason:
            self._update_row(reason=reason)

    def becomes_edit(self):
        """Make a verification an edit: more happens in it than that facts are verified."""
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
        found = set()
        for value in reversed(self._journal):
            if value == "checked":
                break
            if isinstance(value, set):
                found |= value
        return found

    def enforce_sourcing(self, why=None):
        """Raise Unsourced unless each fact written so far has a source or a reason; `why(fact)` gives a missing one."""
        while written := self.written:  # To give a reason is a write itself.
            self._journal.note("checked")
            sourcing.enforce(written, why)


class DryRun(OpenChangeSet):
    """A change set that is rolled back at its end, so that it can be told what would happen.

    Who may only propose changes may run it, and it takes nobody's turn: what it shows is compared again when it is
    confirmed (`apply_if_unchanged`). On PostgreSQL it sees one moment of the database, unless it is part of a request
    that writes. On SQLite it does keep others from writing while it runs, as any write there.
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
        """Anybody may try."""

    def take_turn(self):
        """It has none."""


_open: ContextVar[OpenChangeSet | None] = ContextVar("open change set", default=None)


# The advisory lock of PostgreSQL that stands for the turn to write; the number means nothing else.
_TURN = 7_031_862

# Seconds that a writer waits for the turn; as long as SQLite waits (settings.py). Whoever waits longer sees 503.html.
PATIENCE = 5

# How long a dry run waits for a row that somebody is writing. Less than the second after which PostgreSQL looks for
# deadlocks: the dry run gives way, not the writer.
_DRY_RUN_PATIENCE = "500ms"


@contextmanager
def opened(change_set):
    """Let everything that is written inside belong to one OpenChangeSet, in one transaction; nobody's turn is taken."""
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
    """Make everything that is written inside one change set; `author` is a function that returns a user or None.

    It is one transaction, at whose end every fact written in it has a source or says why not, or nothing is stored
    (`sourcing.Unsourced`). Inside another change set it belongs to that one, which keeps its reason if it has one.
    Outside of any, each write is a change set of its own. Writing begins here, so the turn is taken: see
    `serialize_writers` for what is raised.
    """
    outer = _open.get()
    if outer is None:
        with opened(OpenChangeSet(author, reason, kind or ChangeSet.Kind.EDIT)):
            serialize_writers()
            yield
    else:
        outer.annotate(outer.reason or reason, kind)  # The outer one knows best why.
        serialize_writers()
        yield


def dry_running():
    """Write facts inside, as a DryRun, and roll it all back at the end. `history.dry_run` tells what was written."""
    return opened(DryRun())


def open_change_set():
    """Return the OpenChangeSet of this moment; RuntimeError where there is none."""
    if (found := _open.get()) is None:
        raise RuntimeError("There is no open change set: open one by `with change_set(reason=…)`.")
    return found


def serialize_writers():
    """Wait until nobody else writes facts, and let nobody else until this transaction ends.

    To be called before reading what a write is decided on: it would otherwise be stored over what others stored in
    between, an import or an undo over an edit, two spells of the same days. `change_set()` calls it; in a request it
    is called before a page is compared with what is stored. A second call costs nothing, and a dry run needs no turn.
    On SQLite a transaction that writes is alone from its first moment; on PostgreSQL an advisory lock does the same.
    Readers wait for nobody. Raises OperationalError after `PATIENCE` seconds, RuntimeError outside of a change set.
    """
    open_change_set().take_turn()


def enforce_sourcing(why=None):
    """Raise Unsourced now, where the answer can still say so, unless each fact written so far has a source or a reason.

    `why(fact)` gives the reason of a fact that has neither, if there is one.
    """
    if _open.get() is not None:
        _open.get().enforce_sourcing(why)


def current_change_set():
    """Return the row of the open change set; None before its first write, and outside of any."""
    return _open.get() and _open.get().row


def annotate(*, reason="", kind=None):
    """Say of the open change set why, and what kind of change it is; what has been written in it keeps its kind.

    RuntimeError where there is none.
    """
    open_change_set().annotate(reason, kind)
