"""A backup, into an empty database."""

from pathlib import Path

from django.core.management import BaseCommand

from alliances.management import backups
from alliances.management.report import told


class Command(BaseCommand):
    """Restore a backup of `manage.py backup` into the empty database that DATABASE_URL names."""

    help = "Restore a backup into an EMPTY database, one without tables; any other is refused."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="What `manage.py backup` wrote.")

    def handle(self, *, file, **options):
        counts = backups.restore(file)
        self.stdout.write(f"Restored from {file}: {told(counts)}.")
        self.stdout.write("If the site is newer than the backup: manage.py migrate.")
