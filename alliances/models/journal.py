"""Notes about the open transaction that go when a savepoint goes.

What a caller rolls back and carries on after must not be remembered: a row that is gone again, facts that were never
written. When an `atomic()` is rolled back, Django drops the `on_commit` callbacks that were registered in it. So each
note *is* such a callback, one that does nothing, and nobody has to query the database or to wrap `atomic()`. Cost: a
list entry for each note. It rests on one attribute that Django does not document, `connection.run_on_commit`;
tests/test_change_sets.py fails if that ever changes. Savepoints made without `atomic()`, of which there are none here,
it would not see.
"""

from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction


class Note:
    """One note; `stands` until the savepoint in which it was made, or one around that, is rolled back."""

    def __init__(self, journal: "Journal", value: Any):
        self.journal, self.value = journal, value
        # Notes before it go only together with it, so its place among the callbacks stays the same.
        self._place = len(connection.run_on_commit)
        transaction.on_commit(self)

    def __call__(self) -> None:
        """The transaction was committed: there is nothing to do."""

    @property
    def stands(self) -> bool:
        noted = connection.run_on_commit[self._place : self._place + 1]
        return bool(noted) and noted[0][1] is self


class Journal:
    """The notes of one change set, in order; made inside its transaction."""

    def __init__(self) -> None:
        self._start = len(connection.run_on_commit)

    def note(self, value: Any) -> Note:
        """Remember something for as long as it is not rolled back."""
        return Note(self, value)

    def __reversed__(self) -> Iterator[Any]:
        """Yield what stands, the latest first."""
        for _, callback, *_ in reversed(connection.run_on_commit[self._start :]):
            if isinstance(callback, Note) and callback.journal is self:
                yield callback.value
