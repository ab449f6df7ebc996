"""Notes, suggestions and old addresses that a merger moved to another fact, so that undoing it moves them back."""

from django.apps import apps
from django.db import models

from .changeset import ChangeSet, open_change_set


class MovedReference(models.Model):
    """That one thing beside the facts is about another fact since a change set.

    History keeps versions of facts, and what is beside them is none; but who undoes a merger wants all of it undone.
    `before` and `after` are keys of facts; None: an old address was made, or went. `row` is the key of what moved; of
    an old address, which may go and come again, its slug.
    """

    change_set = models.ForeignKey(ChangeSet, models.PROTECT, related_name="moved", editable=False)
    reference = models.CharField(max_length=20, editable=False)
    row = models.CharField(max_length=120, editable=False)
    kind = models.CharField(max_length=20, editable=False)
    before = models.BigIntegerField(null=True, editable=False)
    after = models.BigIntegerField(null=True, editable=False)

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"{self.reference} {self.row}: {self.kind} {self.before} → {self.after}"

    @property
    def model(self):
        """Which kind of thing moved."""
        return apps.get_model("alliances", self.reference)

    @property
    def rows(self):
        """The thing that moved, as a QuerySet; empty if it is gone."""
        return self.model.objects.filter(kind=self.kind, **{_name(self.model): self.row})

    @property
    def key_now(self):
        """The key of the fact that it is about now; None if it is gone."""
        return self.rows.values_list("key", flat=True).first()

    @property
    def moved_on(self):
        """Whether it has moved to yet another fact since."""
        return self.key_now not in (None, self.before, self.after)

    def move_back(self):
        """Let it be about what it was about before; leave it where it is about something else by now."""
        if self.key_now != self.after:
            return
        if self.before is None:
            self.rows.delete()
        elif self.after is None:
            self.model.objects.create(kind=self.kind, key=self.before, slug=self.row)
        else:
            self.rows.update(key=self.before)
        _write(self.reference, self.row, self.kind, self.after, self.before)


def note_move(reference, before, after):
    """Record, in the open change set, that a note, suggestion or old address is about another fact."""
    name = str(getattr(reference, _name(type(reference))))
    _write(reference._meta.model_name, name, reference.kind, before, after)


def _name(model):
    """Return the field that names what moved."""
    return "slug" if model._meta.model_name == "oldaddress" else "pk"


def _write(reference, row, kind, before, after):
    MovedReference.objects.create(
        change_set=open_change_set().ensure_row(), reference=reference, row=row, kind=kind, before=before, after=after
    )
