"""History: what was written, when, by whom and why, on every path of a write.

django-simple-history keeps a table beside each fact and a row in it for each version. What is ours: one request,
or one run of a command, is one **change set**, with one author and one reason; a write that changes nothing
leaves no row; and `loaddata`, `update()` and the bulk writes, which that library lets pass, are recorded too.
"""

from functools import cache

from django.db import NotSupportedError, models, transaction
from simple_history.models import HistoricalRecords

from .batches import batches
from .changeset import ChangeSet, _scope, change_set
from .folded_text import FoldedField

# What stands beside a fact: to change it changes nothing that somebody verified.
EDITORIAL_FIELDS = {"note", "reason", "confidence", "unsourced"}


class Change(models.Model):
    """One version of one fact, as a change set left it: the rows of the history tables."""

    change_set = models.ForeignKey(ChangeSet, models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class FactHistory(HistoricalRecords):
    """The history of a fact, without bounds and folded texts, which follow from the rest.

    Who and why stand in the change set, once, and not in each row.
    """

    def __init__(self, **kwargs):
        super().__init__(inherit=True, bases=[Change], **kwargs)

    def fields_included(self, model):
        return [field for field in model._meta.fields if not (field.generated or isinstance(field, FoldedField))]

    def get_extra_fields(self, model, fields):
        extra = super().get_extra_fields(model, fields)
        extra.pop("history_change_reason")
        return extra

    def _get_history_user_fields(self):
        return {}

    def create_history_model(self, model, inherited):
        history = super().create_history_model(model, inherited)
        history.__doc__ = f"A version of a {model._meta.verbose_name}, as one change set left it."
        return history

    def post_save(self, instance, created, using=None, update_fields=None, **kwargs):
        """Record every save, also those of `loaddata`, and know no way around it."""
        if update_fields is not None and not created:
            # What else stands in the instance was not stored.
            instance = type(instance)._base_manager.using(using).get(pk=instance.pk)
        self.create_historical_record(instance, "+" if created else "~", using)

    def create_historical_record(self, instance, history_type, using=None):
        with change_set():  # Fixtures save past `save()`, and a cascade deletes past `delete()`.
            record(type(instance), [instance], history_type, using)


@cache
def versions_of(model):
    """Return the model of the history table; `model.history` makes a new class each time it is read."""
    return model.history.model


def edits_of(model):
    """Return the versions of a model's facts that say more than that they were verified."""
    return versions_of(model).objects.exclude(change_set__kind=ChangeSet.Kind.VERIFICATION)


def record(model, facts, history_type, using=None):
    """Write a history row for each fact that was created (+), changed (~) or deleted (-).

    Of the changed ones those that are as their last row says are left out: nothing happened to them.
    """
    history = versions_of(model)
    fields = history.tracked_fields
    scope = _scope.get()
    scope.check_permission()
    last = {}
    if history_type == "~":
        versions = history.objects.using(using).filter(id__in=[fact.pk for fact in facts])
        last = {row.id: row for row in versions.order_by("history_id")}
        differing = {fact: _differing(fact, last.get(fact.pk), fields) for fact in facts}
        facts = [fact for fact in facts if differing[fact]]
        for fact in facts:
            if (
                differing[fact] - EDITORIAL_FIELDS
                and "verified_on" not in differing[fact]
                and getattr(fact, "verified_on", None)
            ):
                # It was another value that somebody checked.
                model._base_manager.using(using).filter(pk=fact.pk).update(verified_on=None)
                fact.verified_on = None
    if not facts:
        return
    if history_type != "~" or any(differing[fact] != {"verified_on"} for fact in facts):
        scope.changes_facts()
    if history_type != "-":
        model.follow(facts, last, using)
    for row in [*facts, *(last[fact.pk] for fact in facts if fact.pk in last)]:
        # Also what a citation was cited for before.
        scope.touched.update(model.facts_to_check(row))
    with transaction.atomic(using=using, savepoint=False):
        made = scope.change_set()
        history.objects.using(using).bulk_create(
            history(change_set=made, history_date=made.made, history_type=history_type, **_values(fact, fields))
            for fact in facts
        )


def _differing(fact, row, fields):
    """Return the names of the fields in which a fact differs from its last version; all, if there is none."""
    if row is None:
        return {field.attname for field in fields}
    new, old = _values(fact, fields), _values(row, fields)
    return {name for name in new if new[name] != old[name]}


def _values(row, fields):
    """Return the values of a fact or of its history row, as the database would be given them."""
    return {field.attname: field.get_prep_value(getattr(row, field.attname)) for field in fields}


class RecordedQuerySet(models.QuerySet):
    """Bulk writes that leave history rows as single ones do."""

    def update(self, **kwargs):
        """Update all rows at once, and record each that changed."""
        with transaction.atomic(using=self.db, savepoint=False), change_set():
            keys = list(self.order_by().values_list("pk", flat=True))
            updated = super().update(**kwargs)
            for some in batches(keys):
                facts = list(self.model._base_manager.using(self.db).filter(pk__in=some))
                record(self.model, facts, "~", self.db)
        return updated

    update.alters_data = True

    def bulk_create(self, objs, batch_size=None, ignore_conflicts=False, update_conflicts=False, **kwargs):
        """Create all rows at once, and record each."""
        if ignore_conflicts or update_conflicts:
            raise NotSupportedError("Which rows were written is not told then, so history cannot follow: save them.")
        with transaction.atomic(using=self.db, savepoint=False), change_set():
            created = super().bulk_create(objs, batch_size, **kwargs)
            record(self.model, created, "+", self.db)
        return created

    def bulk_update(self, objs, fields, batch_size=None):
        """Update the rows at once, in one change set whatever the number of batches."""
        with change_set():
            return super().bulk_update(objs, fields, batch_size)

    bulk_update.alters_data = True

    def delete(self):
        """Delete all rows, and what goes with them, in one change set."""
        with change_set():
            return super().delete()

    delete.alters_data = True
    delete.queryset_only = True

    def _raw_delete(self, using):
        raise NotSupportedError("This would leave no history: use delete().")


class Recorded(models.Model):
    """Something whose every version is kept: `.history` has them, each in its change set."""

    history = FactHistory()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        """Save the fact and its history row together or not at all."""
        with transaction.atomic(using=kwargs.get("using"), savepoint=False), change_set():
            super().save(*args, **kwargs)

    @classmethod
    def follow(cls, facts, last, using=None):
        """Do what else must follow when facts are added or changed; `last` are their versions before, by key."""

    @classmethod
    def facts_to_check(cls, row):
        """Yield the facts, as pairs of model and key, whose sources a written row (or its version) touches."""
        return ()

    def delete(self, *args, **kwargs):
        """Delete the fact, and what goes with it, in one change set."""
        with change_set():
            return super().delete(*args, **kwargs)

    delete.alters_data = True

    def changed_on(self):
        """Return when it was last written other than to say that it was verified; what belongs to it does not count."""
        edits = edits_of(type(self)).filter(id=self.pk)
        return edits.order_by("-history_id").values_list("history_date", flat=True).first()
