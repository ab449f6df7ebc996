"""What the desk keeps beside facts, never public: it names a fact by kind and key and outlives its deletion."""

from collections import defaultdict

from django.apps import apps
from django.db import models
from django.utils.functional import cached_property

from .citation import CITABLE
from .moved_reference import note_move

# Everything that a page of the desk is about: every kind of fact, sources and citations.
PAGES = {**CITABLE, "source": "source", "citation": "citation"}
_KINDS = {model: kind for kind, model in PAGES.items()}


def page_kind(model):
    """Return the kind of a model or of a fact, for example "force" for a collective force."""
    return _KINDS[model._meta.model_name]


def model_of(kind):
    """Return the model of a kind; KeyError where there is none."""
    return apps.get_model("alliances", PAGES[kind])


class FactReferenceQuerySet(models.QuerySet):
    """Verbs of what is about a fact."""

    def about(self, fact):
        """Keep what is about this fact."""
        return self.filter(kind=page_kind(fact), key=fact.pk)

    def move_to(self, fact):
        """Let them be about another fact of their kind, until the open change set is undone; return how many."""
        for each in self:
            note_move(each, each.key, fact.pk)
        return self.update(key=fact.pk)

    move_to.alters_data = True


class FactReference(models.Model):
    """Something about one fact, named by `kind` and `key`; the key is empty where the fact is not there yet.

    Not a foreign key: a fact that is deleted and brought back keeps its key, and finds here what was about it.
    """

    kind = models.CharField(max_length=20, choices=[(kind, kind) for kind in PAGES], editable=False)
    key = models.BigIntegerField(null=True, editable=False)

    objects = FactReferenceQuerySet.as_manager()

    class Meta:
        abstract = True
        indexes = [models.Index(fields=["kind", "key"], name="%(class)s_about")]

    @property
    def model(self):
        """The model of the fact."""
        return model_of(self.kind)

    @cached_property
    def fact(self):
        """The fact; None if it is gone, or not there yet."""
        return self.model.objects.filter(pk=self.key).first() if self.key else None

    @staticmethod
    def introduce(rows):
        """Give each row its fact, with what its sentence names, in a query or two for each kind of fact."""
        from alliances.quality.engine import NAMES

        by_kind = defaultdict(list)
        for row in rows:
            by_kind[row.kind].append(row)
        for kind, group in by_kind.items():
            facts = model_of(kind).objects.filter(pk__in=[row.key for row in group])
            if kind == "citation":
                facts = facts.with_facts().select_related("source")
            elif facts.model in NAMES:
                facts = facts.select_related(*NAMES[facts.model])
            found = {fact.pk: fact for fact in facts}
            for row in group:
                row.fact = found.get(row.key)
