"""Django's backend for PostgreSQL, whose connections give up on a server that has stopped answering.

`statement_timeout` is kept by the server. A server that is frozen (its machine paused, its disk gone) keeps nothing,
and its kernel goes on to acknowledge what is sent: without this, each request would hang until somebody restarts the
site.
"""

import contextlib

import psycopg
from django.db.backends.postgresql import base
from psycopg import IsolationLevel, errors

# Seconds for the question whether a kept connection still works, before a request uses it.
HEALTH_CHECK = 5
# How much longer the client waits than the server, which can say what it has stopped.
GRACE = 5


class PatientConnection(psycopg.Connection):
    """A connection that waits `patience` seconds for any one answer, and is closed then; None waits for ever."""

    patience: float | None = None

    def wait(self, gen, interval=0.1, timeout=None):
        if timeout is not None or self.patience is None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, self.patience)
        except errors._WaitTimeout as error:
            self.pgconn.finish()  # The answer to this question must not be taken for the answer to the next.
            raise psycopg.OperationalError("The database has stopped answering.") from error

    @contextlib.contextmanager
    def waiting(self, patience):
        """Wait for so long within."""
        before, self.patience = self.patience, patience
        try:
            yield
        finally:
            self.patience = before


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, with such connections where a query has a limit (`QUERY_SECONDS` of its setting)."""

    def get_new_connection(self, conn_params):
        self.isolation_level = IsolationLevel.READ_COMMITTED  # As Django does where no other is set; ours sets none.
        connection = PatientConnection.connect(**conn_params)
        if limit := self.settings_dict.get("QUERY_SECONDS"):
            connection.patience = limit + GRACE
        return connection

    def is_usable(self):
        if self.connection is None or self.connection.patience is None:
            return super().is_usable()
        with self.connection.waiting(HEALTH_CHECK):
            return super().is_usable()
