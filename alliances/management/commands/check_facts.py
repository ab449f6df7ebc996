"""The rules report, and whether the record of what was written is whole."""

import json

from django.core.management import BaseCommand

from alliances.history.gaps import version_gaps
from alliances.quality import engine


class Command(BaseCommand):
    """Print what looks wrong in the facts; exit 1 if a rule of level error finds something, or versions are missing."""

    help = "Print what the consistency rules find; exit 1 on errors, and where the histories have gaps."

    def add_arguments(self, parser):
        parser.add_argument("--format", choices=["text", "json"], default="text", help="Default: text.")
        parser.add_argument("--level", choices=list(engine.Level), help="Only findings of this level.")
        parser.add_argument("--rule", action="append", default=[], choices=list(engine.RULES), help="Only this rule.")

    def handle(self, *, format, level, rule, **options):
        rows = engine.report(engine.findings(level, rule))
        if format == "json":
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1))
        else:
            for row in rows:
                self.stdout.write(f"{row['level']}: {row['rule']}: {row['sentence']} {row['url']}")
            self.stdout.write(f"Findings: {self.counts(rows, level)}.")
        gaps = list(version_gaps())
        for sentence in gaps:
            self.stderr.write(f"The histories have gaps: {sentence}")
        if gaps or any(row["level"] == engine.Level.ERROR for row in rows):
            raise SystemExit(1)

    def counts(self, rows, level):
        """Say how many findings there are of each level that was asked for: "0 errors, 1 warning, 20 hints"."""
        numbers = {one: sum(row["level"] == one for row in rows) for one in engine.Level if level in {None, one}}
        return ", ".join(f"{number} {one}{'' if number == 1 else 's'}" for one, number in numbers.items())
