"""Django's `loaddata`, whose work is one change set, which writes new facts together and tells how far it is."""

from itertools import chain
from pathlib import Path

from django.core.management.commands import loaddata
from django.core.serializers import get_public_serializer_formats
from django.db import DatabaseError, router, transaction

from alliances.models.changeset import ChangeSet, change_set
from alliances.models.identity import Identified, known_keys
from alliances.models.versioning import Recorded, differing

# So many new facts of one kind are written with one statement; the bar moves as often.
TOGETHER = 1000
WIDTH = 30


class Command(loaddata.Command):
    """Load fixtures; the history says from which files. On a terminal, a bar shows how far it is."""

    def handle(self, *fixture_labels, **options):
        names = ", ".join(Path(label).name for label in fixture_labels)
        self.waiting, self.done, self.total = [], 0, 0
        reason = f"Loaded from {names}."
        with change_set(reason=reason, kind=ChangeSet.Kind.LOAD), known_keys(self.write) as self.known:
            super().handle(*fixture_labels, **options)
            self.show("sources of all facts")
        if self.total:
            self.stdout.write()

    def loaddata(self, fixture_labels):
        if self.stdout.isatty():
            self.serialization_formats = get_public_serializer_formats()  # As super() will, for `find_fixtures`.
            found = chain.from_iterable(map(self.find_fixtures, fixture_labels))
            self.total = sum(Path(file).read_bytes().count(b'"model"') for file, *_ in found)
        super().loaddata(fixture_labels)

    def load_label(self, fixture_label):
        super().load_label(fixture_label)
        self.write()

    def save_obj(self, obj):
        """Let a fact wait for others of its kind; Django saves at once what refers to something that comes later."""
        fact, model = obj.object, type(obj.object)
        if self.waiting and (type(self.waiting[0].object) is not model or len(self.waiting) == TOGETHER):
            self.write()
        known = isinstance(fact, Identified | Recorded)
        if not known or obj.deferred_fields or model in self.excluded_models:
            saved = super().save_obj(obj)
            if saved and known:
                self.known.add(fact, self.using)
            return saved
        if not router.allow_migrate_model(self.using, model):
            return False
        self.models.add(model)
        self.waiting.append(obj)
        self.known.wait(fact)
        return True

    def write(self):
        """Write what waits: new facts with one statement, and of those that are here the ones that change."""
        waiting, self.waiting = self.waiting, []
        if not waiting:
            return
        model = type(waiting[0].object)
        new = [obj for obj in waiting if obj.object.pk is None]
        here = {obj.object.pk: obj for obj in waiting if obj.object.pk is not None}
        stored = model._base_manager.using(self.using).in_bulk(here)
        changed = [obj for pk, obj in here.items() if pk not in stored or differing(obj.object, stored[pk])]
        try:
            with transaction.atomic(using=self.using):
                model._default_manager.using(self.using).bulk_create(obj.object for obj in new)
        except (DatabaseError, ValueError):
            changed += new  # One of them is refused. Alone, it says which it is.
        for obj in changed:
            try:
                super().save_obj(obj)
            except (DatabaseError, ValueError) as error:
                raise type(error)(f"{obj.object.natural_key()}: {error}") from error
        facts = [obj.object for obj in waiting]
        self.known.arrive(facts, self.using)
        self.done += len(facts)
        self.show(model._meta.verbose_name_plural)

    def show(self, what):
        """Move the bar, where somebody looks."""
        if self.total:
            full = min(WIDTH, WIDTH * self.done // self.total)
            self.stdout.write(f"\r\x1b[K[{'#' * full}{'.' * (WIDTH - full)}] {self.done:,}: {what}", ending="")
            self.stdout.flush()
