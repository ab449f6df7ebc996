"""Everything from one database into another: from SQLite to PostgreSQL, and back."""

from django.core.management import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.utils import ConnectionHandler

from alliances.management import tables
from alliances.management.alone import alone
from alliances.management.report import told
from orgsite.databases import database_of

SOURCE = "source"


class Command(BaseCommand):
    """Copy facts, history, change sets, accounts and drafts, with their keys, and compare both databases at the end.

    `dumpdata` and `loaddata` would write a second history, and make every entry of the feed a new one.
    """

    help = "Copy everything from another database into that of DATABASE_URL, which is migrated and otherwise empty."

    def add_arguments(self, parser):
        parser.add_argument(
            "source", help="The address of the database to copy: sqlite:////full/path.sqlite3, postgres://…"
        )

    def handle(self, *, source, **options):
        settings = ConnectionHandler({"default": database_of(source)}).settings["default"]
        if settings["ENGINE"].endswith("sqlite3"):
            settings["OPTIONS"] |= {"transaction_mode": "DEFERRED"}  # Read one moment, and hold no writer up.
        connections.settings[SOURCE] = settings
        try:
            with alone():
                self.copy()
        finally:
            connections[SOURCE].close()
            del connections.settings[SOURCE], connections[SOURCE]

    def copy(self):
        with transaction.atomic(using=SOURCE):
            if connections[SOURCE].vendor == "postgresql":
                with connections[SOURCE].cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            self.require_ready()
            with transaction.atomic():
                counts = tables.copy(SOURCE, DEFAULT_DB_ALIAS)
                source, target = tables.checksums(SOURCE), tables.checksums(DEFAULT_DB_ALIAS)
                if differing := [table for table in source if source[table] != target[table]]:
                    raise CommandError(f"The copy differs in {', '.join(differing)}. Nothing was stored.")
        self.stdout.write(f"Copied: {told(counts)}. The checksums of all tables agree.")

    def require_ready(self):
        """Raise CommandError unless both databases are of this code, and nobody has used the one to copy into."""
        migrations = tables.applied_migrations(SOURCE)
        if migrations != tables.applied_migrations(DEFAULT_DB_ALIAS) or not migrations:
            raise CommandError("The two databases are of different versions. Run `manage.py migrate` on each first.")
        if used := tables.somebodys_rows(DEFAULT_DB_ALIAS):
            rows = ", ".join(f"{number:,} in {table}" for table, number in sorted(used.items())[:3])
            raise CommandError(
                f"The database to copy into is not empty: it has rows ({rows}). Name a new one by DATABASE_URL, and "
                "run `manage.py migrate` on it first."
            )
