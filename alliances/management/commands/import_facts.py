"""A spreadsheet of facts, from the command line."""

from pathlib import Path

from django.core.management import BaseCommand, CommandError

from alliances.editing.spreadsheets import importing, parsing
from alliances.editing.spreadsheets.columns import SHEETS, kinds_of


class Command(BaseCommand):
    """Import a CSV or XLSX as the desk does: the same preview, all or nothing, one change set."""

    help = "Import facts from a spreadsheet; --dry-run only says what it would do. Exit 1 if any row is wrong."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="A CSV or XLSX with the columns that the desk exports.")
        parser.add_argument("--kind", choices=list(SHEETS), help="What its rows are. Default: what its columns fit.")
        parser.add_argument("--encoding", choices=list(parsing.ENCODINGS), default="", help="Of a CSV not in Unicode.")
        parser.add_argument("--reason", default="", help="Why; readers see it. Needed unless --dry-run.")
        parser.add_argument("--dry-run", action="store_true", help="Say what it would do, and store nothing.")

    def handle(self, *, file, kind, encoding, reason, dry_run, **options):
        if not dry_run and not reason.strip():
            raise CommandError("Say why: --reason “…”. Readers see it in the history. Or only look: --dry-run.")
        try:
            with file.open("rb") as opened:
                sheet = parsing.read(opened, file.name, encoding)
            kind = kind or self.kind_of(sheet)
            done = importing.preview(kind, sheet) if dry_run else importing.bring_in(kind, sheet, reason=reason.strip())
        except (parsing.Unreadable, OSError) as error:
            raise CommandError(str(error)) from error
        self.tell(kind, done)
        if done.wrong:
            raise SystemExit(1)

    def kind_of(self, sheet):
        """Return the one kind whose columns these are."""
        kinds = kinds_of(sheet.header)
        if len(kinds) != 1:
            fits = f"the columns fit {', '.join(kinds)}" if kinds else "the columns fit no kind"
            raise parsing.Unreadable(f"Say what the rows are, by --kind: {fits}. There are: {', '.join(SHEETS)}.")
        return kinds[0]

    def tell(self, kind, done):
        """Print what each row does or would do, what is wrong, and the numbers."""
        for said in done.sheet.said:
            self.stdout.write(said)
        for line in done.lines:
            if line.what in {importing.NEW, importing.CHANGED}:
                self.stdout.write(f"Row {line.number}, {line.what}: {line}")
                for each in line.differences:
                    before = "" if line.new else f"{each.before} → "
                    self.stdout.write(f"  {each.label}: {before}{each.after}")
        for each in done.wrong:
            column = f", {each.column}" if each.column else ""
            self.stdout.write(f"Row {each.row}{column}: {each.message}" + (f" ({each.value})" if each.value else ""))
        said = ", ".join(f"{number} {what}" for what, number in done.counts.items())
        end = "Stored as one change." if done.stored else "Nothing was stored."
        self.stdout.write(f"{kind.capitalize()}: {said}. {end}")
