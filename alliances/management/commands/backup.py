"""A backup of the whole database, as one file."""

from pathlib import Path

from django.core.management import BaseCommand

from alliances.management import backups
from alliances.management.report import size, told


class Command(BaseCommand):
    """Write a backup while the site goes on; FILE is there as a whole or not at all."""

    help = "Back up the whole database (facts, history, accounts) into FILE, while the site goes on."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="Where to write it. Whoever reads it reads e-mail addresses.")

    def handle(self, *, file, **options):
        counts = backups.back_up(file)
        self.stdout.write(f"Backed up into {file}: {size(file)}, {told(counts)}.")
