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
        found = engine.report(engine.findings(level, rule))
        if format == "json":
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=1))
        else:
            for row in found:
                self.stdout.write(f"{row['level']}: {row['rule']}: {row['sentence']} {row['url']}")
            numbers = {
                each: sum(row["level"] == each for row in found) for each in engine.Level if level in {None, each}
            }
            said = ", ".join(f"{number} {each}{'' if number == 1 else 's'}" for each, number in numbers.items())
            self.stdout.write(f"Findings: {said}.")
        gaps = list(version_gaps())
        for sentence in gaps:
            self.stderr.write(f"The histories have gaps: {sentence}")
        if gaps or any(row["level"] == engine.Level.ERROR for row in found):
            raise SystemExit(1)
