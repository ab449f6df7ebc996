"""Django's `loaddata`, whose work is one change set."""

from pathlib import Path

from django.core.management.commands import loaddata

from alliances.models.changeset import ChangeSet, change_set
from alliances.models.identity import remembering_keys


class Command(loaddata.Command):
    """Load fixtures; the history says from which files."""

    def handle(self, *fixture_labels, **options):
        names = ", ".join(Path(label).name for label in fixture_labels)
        with change_set(reason=f"Loaded from {names}.", kind=ChangeSet.Kind.LOAD), remembering_keys():
            super().handle(*fixture_labels, **options)
