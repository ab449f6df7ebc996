"""Django's `migrate`, by one process at a time."""

from django.core.management.commands import migrate

from alliances.management.alone import alone


class Command(migrate.Command):
    """Migrate. Who starts it while another one runs waits, and then has nothing left to do."""

    def execute(self, *args, **options):
        with alone():  # Around its checks, too, which ask the database.
            return super().execute(*args, **options)
