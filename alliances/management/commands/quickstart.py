"""One command from a fresh clone to the running site."""

import secrets

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import BaseCommand, call_command
from django.db import transaction

from alliances.management.alone import alone
from alliances.models import Organization, Source, State
from alliances.models.changeset import change_set


class Command(BaseCommand):
    """Migrate, load the facts into an empty database, make the first editor, serve."""

    help = "Prepare the database, load the facts if it is empty, make an editor, and serve on 127.0.0.1:8000."

    def add_arguments(self, parser):
        parser.add_argument("--setup-only", action="store_true", help="Stop before serving.")
        parser.add_argument("address", nargs="?", default="127.0.0.1:8000", help="Where to serve.")

    def handle(self, *, setup_only, address, **options):
        with alone():
            call_command("migrate", verbosity=0)
            self.stdout.write("Database: up to date.")
            self.load_facts()
            self.make_editor()
        if setup_only:
            return
        self.stdout.write(f"The site: http://{address}/   the editors' desk: http://{address}/admin/")
        self.stdout.flush()
        # Without the reloader, which would start this command a second time.
        call_command("runserver", address, use_reloader=False)

    def load_facts(self):
        """Load fixtures/ into a database without facts; facts that are there are somebody's work and stay."""
        if State.objects.exists() or Organization.objects.exists() or Source.objects.exists():
            self.stdout.write("Facts: there are some already, and they are left as they are.")
            return
        self.stdout.write("Facts: loading those of fixtures/, which takes some twenty seconds.")
        self.stdout.flush()
        with transaction.atomic(), change_set(reason="The reference’s first facts."):
            call_command("loaddata", *sorted((settings.BASE_DIR / "fixtures").glob("*.jsonl")), verbosity=0)
        self.stdout.write(
            f"Facts: loaded {Organization.objects.count()} organizations, {State.objects.count()} states, "
            f"{Source.objects.count()} sources."
        )

    def make_editor(self):
        """Make the first account, an administrator and editor, and print its password this once."""
        users = get_user_model().objects
        if users.exists():
            self.stdout.write("Accounts: there are some already. A new password: manage.py changepassword NAME.")
            return
        password = secrets.token_urlsafe(9)
        editor = users.create_user("editor", password=password, is_staff=True)
        editor.groups.set(Group.objects.filter(name__in=["editors", "administrators"]))
        self.stdout.write(f"Account: name “editor”, password “{password}” (shown only now).")
