"""The answers to whoever looks after the processes."""

from django.db import DEFAULT_DB_ALIAS, Error, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse

from .base import asks_only


def _told(text, status=200):
    headers = {"Cache-Control": "no-store"} | ({"Retry-After": "30"} if status == 503 else {})
    return HttpResponse(text, content_type="text/plain; charset=utf-8", status=status, headers=headers)


@asks_only()
def healthz(request):
    """Answer "ok": this process is alive. It asks nobody, and so waits for nobody; `readyz` asks the database."""
    return _told("ok")


@asks_only()
def readyz(request):
    """Answer "ok" if pages can be served: the database answers, and has every migration. 503 says what is missing."""
    connection = connections[DEFAULT_DB_ALIAS]
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error:
        return _told("The database does not answer.", 503)
    if missing:
        return _told(f"Migrations are missing: {len(missing)}. Run manage.py migrate.", 503)
    return _told("ok")
