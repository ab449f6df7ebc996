"""How fast the facts of fixtures/ load with their history: `python -m tests.benchmarks.loading`.

Into a new database of SQLite in a temporary folder, or an empty one that DATABASE_URL names, as `quickstart` does it:
first into nothing, then once more over what is there. A fact is a row of fixtures/: each becomes a row of its table, a
version beside it and a row of the list of all versions.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

import django

os.environ.setdefault("DEBUG", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orgsite.settings")


def load():
    """Return how many versions were written, and in how many seconds."""
    from django.conf import settings
    from django.core.management import call_command

    from alliances.models import FactVersion

    before, began = FactVersion.objects.count(), time.perf_counter()
    call_command("loaddata", *sorted((settings.BASE_DIR / "fixtures").glob("*.jsonl")), verbosity=0)
    return FactVersion.objects.count() - before, time.perf_counter() - began


def main():
    """Print facts a second, and how much less it costs to load what is there."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{Path(folder) / 'db.sqlite3'}")
        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        number, seconds = load()
        if not number:
            sys.exit("The facts are in this database already: name an empty one.")
        written, again = load()
        sys.stdout.write(
            f"{number:,} facts in {seconds:.1f} s: {number / seconds:,.0f} a second. "
            f"Again in {again:.1f} s ({written} written), ratio {again / seconds:.2f}\n"
        )


if __name__ == "__main__":
    main()
