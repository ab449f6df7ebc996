"""What an error of the database means for whoever asked: wait and try again, or a mistake of ours."""

import psycopg
from django.db import Error, InterfaceError, OperationalError

# PostgreSQL's codes for: waited too long for a lock; a deadlock; a dry run met what was written since it began, or a
# replica what the primary sent. SQLite has a sentence for all of them.
_WAITED = {"55P03", "40P01", "40001"}

# PostgreSQL's classes of: no connection; no resources; an operator, a shutdown or a limit stopped it; the system.
_GONE_CLASSES = {"08", "53", "57", "58"}
_GONE_ON_SQLITE = ("unable to open database", "disk i/o error", "disk is full", "readonly database")


def waited(error: BaseException | None) -> bool:
    """Tell whether the database refused only because others were writing."""
    if not isinstance(error, OperationalError):
        return False
    return getattr(error.__cause__, "sqlstate", None) in _WAITED or "database is locked" in str(error)


def is_gone(error: BaseException | None) -> bool:
    """Tell whether the database does not answer at all, or not in time."""
    if not isinstance(error, Error):
        return False
    text = str(error).lower()
    if any(sentence in text for sentence in _GONE_ON_SQLITE):
        return True
    if not isinstance(error.__cause__, psycopg.Error):  # An error of SQLite.
        return False
    code = error.__cause__.sqlstate or ""
    # Without a code the server said nothing: there is no connection, or it broke.
    return isinstance(error, OperationalError | InterfaceError) and (not code or code[:2] in _GONE_CLASSES)
