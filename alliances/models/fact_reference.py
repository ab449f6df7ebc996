"""Records of the desk that are about a fact: drafts, remarks, suggestions, old addresses. Never public.

Each names its fact by kind and key, and so outlives the fact's deletion."""

from collections import defaultdict

from django.db import models
from django.utils.functional import cached_property

from . import kinds
from .moved_reference import note_move


class FactReferenceQuerySet(models.QuerySet):
    """Verbs of records about facts."""

    def about(self, fact):
        """Keep the records about this fact."""
        return self.filter(kind=fact.KIND.code, key=fact.pk)

    def move_to(self, fact):
        """Let them be about another fact of their kind, until the open change set is undone; return how many."""
        for each in self:
            note_move(each, each.key, fact.pk)
        return self.update(key=fact.pk)

    move_to.alters_data = True


class FactReference(models.Model):
    """A record about one fact, named by `kind` and `key`; the key is empty while the fact does not exist yet.

    Not a foreign key: a fact that is deleted and brought back keeps its key, and finds its records again.
    """

    kind = models.CharField(max_length=20, editable=False)
    key = models.BigIntegerField(null=True, editable=False)

    objects = FactReferenceQuerySet.as_manager()

    class Meta:
        abstract = True
        indexes = [models.Index(fields=["kind", "key"], name="%(class)s_about")]

    @property
    def model(self):
        """The model of the fact."""
        return kinds.named(self.kind).model

    @cached_property
    def fact(self):
        """The fact; None if it is deleted, or does not exist yet."""
        return self.model.objects.filter(pk=self.key).first() if self.key else None

    @staticmethod
    def attach_facts(rows):
        """Prefetch `fact` for the rows, with what its sentence names: at most two queries per kind."""
        by_kind = defaultdict(list)
        for row in rows:
            by_kind[row.kind].append(row)
        for code, group in by_kind.items():
            found = kinds.named(code).model.objects.with_named().in_bulk({row.key for row in group if row.key})
            for row in group:
                row.fact = found.get(row.key)
