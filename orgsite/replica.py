"""Which pages are read from a replica of the database (DATABASE_REPLICA_URL): those of readers.

A replica is some milliseconds behind. So that nobody misses what she has just written, whoever has a session, sends
something or writes reads from the primary; commands do, too. No clock and no cookie has to be right for that.
"""

import logging
from collections.abc import Callable
from contextvars import ContextVar
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import DEFAULT_DB_ALIAS, Error, connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase

logger = logging.getLogger(__name__)

REPLICA = "replica"
# Seconds for which a replica that did not answer is not asked again.
REST = 5
_from_replica: ContextVar[bool] = ContextVar("read from the replica", default=False)


class ReplicaRouter:
    """Read from the replica while a reader's page is made, else from the primary; write to the primary alone."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return REPLICA if _from_replica.get() else DEFAULT_DB_ALIAS

    def db_for_write(self, model: Any, **hints: Any) -> str:
        _from_replica.set(False)  # What follows in this request may read it.
        return DEFAULT_DB_ALIAS

    def allow_relation(self, *args: Any, **hints: Any) -> bool:
        return True  # Both are the same facts.

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == DEFAULT_DB_ALIAS


def read_from_replica(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: let a reader's page be read from the replica, if there is one and it answers."""
    if REPLICA not in settings.DATABASES:
        raise MiddlewareNotUsed
    asked_again = 0.0

    def answers() -> bool:
        nonlocal asked_again
        if monotonic() < asked_again:
            return False
        try:
            connections[REPLICA].close_if_health_check_failed()
            connections[REPLICA].ensure_connection()
        except Error:
            asked_again = monotonic() + REST
            logger.warning("The replica does not answer; the primary does its work.")
            return False
        return True

    def middleware(request: HttpRequest) -> HttpResponseBase:
        reads = request.method in {"GET", "HEAD"} and settings.SESSION_COOKIE_NAME not in request.COOKIES
        token = _from_replica.set(reads and not request.path_info.startswith("/admin/") and answers())
        try:
            return get_response(request)
        finally:
            _from_replica.reset(token)

    return middleware
