"""A spreadsheet of facts, from the command line."""

from pathlib import Path

from django.core.management import BaseCommand, CommandError

from alliances.editing.spreadsheets import importing, parsing
from alliances.editing.spreadsheets.csv_file import ENCODINGS
from alliances.editing.spreadsheets.import_row import CHANGED, NEW
from alliances.editing.spreadsheets.layouts import LAYOUTS, kinds_fitting
from alliances.editing.spreadsheets.sheet import Unreadable


class Command(BaseCommand):
    """Import a CSV or XLSX as the desk does: the same preview, all or nothing, one change set."""

    help = "Import facts from a spreadsheet; --dry-run only says what it would do. Exit 1 if any row is wrong."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="A CSV or XLSX with the columns that the desk exports.")
        parser.add_argument("--kind", choices=list(LAYOUTS), help="What its rows are. Default: what its columns fit.")
        parser.add_argument("--encoding", choices=list(ENCODINGS), default="", help="Of a CSV not in Unicode.")
        parser.add_argument("--reason", default="", help="Why; readers see it. Needed unless --dry-run.")
        parser.add_argument("--dry-run", action="store_true", help="Say what it would do, and store nothing.")

    def handle(self, *, file, kind, encoding, reason, dry_run, **options):
        reason = reason.strip()
        if not dry_run and not reason:
            raise CommandError("Say why: --reason “…”. Readers see it in the history. Or only look: --dry-run.")
        try:
            with file.open("rb") as opened:
                sheet = parsing.read(opened, file.name, encoding)
            kind = kind or self.kind_of(sheet)
            result = importing.preview(kind, sheet) if dry_run else importing.import_sheet(kind, sheet, reason=reason)
        except (Unreadable, OSError) as error:
            raise CommandError(str(error)) from error
        self.report(kind, result)
        if result.errors:
            raise SystemExit(1)

    def kind_of(self, sheet):
        """Return the one kind whose columns these are; raise Unreadable if there are none or several."""
        kinds = kinds_fitting(sheet.header)
        if len(kinds) != 1:
            fits = f"the columns fit {', '.join(kinds)}" if kinds else "the columns fit no kind"
            raise Unreadable(f"Say what the rows are, by --kind: {fits}. The kinds are: {', '.join(LAYOUTS)}.")
        return kinds[0]

    def report(self, kind, result):
        """Print what each row does or would do, what is wrong, and the numbers."""
        for note in result.sheet.notes:
            self.stdout.write(note)
        for row in result.rows:
            if row.status in {NEW, CHANGED}:
                self.stdout.write(f"Row {row.number}, {row.status}: {row}")
                for label, before, after in row.differences:
                    self.stdout.write(f"  {label}: {after}" if row.new else f"  {label}: {before} → {after}")
        for error in result.errors:
            column = f", {error.column}" if error.column else ""
            value = f" ({error.value})" if error.value else ""
            self.stdout.write(f"Row {error.row}{column}: {error.message}{value}")
        counts = ", ".join(f"{number} {status}" for status, number in result.counts.items())
        end = "Stored as one change." if result.stored else "Nothing was stored."
        self.stdout.write(f"{kind.capitalize()}: {counts}. {end}")
