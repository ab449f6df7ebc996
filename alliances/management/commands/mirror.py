"""The public site of today, as files."""

from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from alliances.management.mirror import Mirror


class Command(BaseCommand):
    """Write the public pages into a folder; started again it writes only what changed. Exit 1 if a page fails."""

    help = "Write the public site of today into DIR as files for any static host; again: only what changed."

    def add_arguments(self, parser):
        parser.add_argument("dir", type=Path, help="A folder that is new, empty or an earlier mirror.")
        parser.add_argument("--site", default=f"https://{settings.SITE_HOST}", help="Where dates and filters lead.")

    def handle(self, *, dir, site, **options):
        mirror = Mirror(dir, site)
        mirror.make()
        for sentence in mirror.problems + mirror.dead:
            self.stderr.write(sentence)
        if mirror.problems:
            raise CommandError("Nothing was written: the site did not answer everything.")
        self.stdout.write(
            f"{len(mirror.digests):,} files: {mirror.written:,} written, {mirror.kept:,} unchanged, "
            f"{mirror.removed:,} removed; {sum(map(len, mirror.links.values())):,} links checked, "
            f"{len(mirror.dead)} dead."
        )
