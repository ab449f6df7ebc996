"""Versions: what was written, when, by whom and why, on every path of a write.

django-simple-history keeps a table beside each kind of fact, with a row for each version. We add the
rest: all writes of one request, or of one run of a command, are one **change set**, with one author and one reason;
each version also has a row in one table for all kinds (fact_version.py); a write that changes nothing leaves no
version; and `loaddata`, `update()` and bulk writes, which that library does not see, are recorded.
"""

from functools import cache

from django.db import DEFAULT_DB_ALIAS, NotSupportedError, connections, models, transaction
from simple_history.models import HistoricalRecords

from .batches import batches
from .changeset import ChangeSet, change_set, open_change_set
from .fact_version import FactVersion, code_of
from .folded_text import FoldedField

# Editing these does not invalidate a verification.
EDITORIAL_FIELDS = {"note", "reason", "confidence", "unsourced"}


class Change(models.Model):
    """One version of one fact, as a change set left it: a row of a history table."""

    change_set = models.ForeignKey(ChangeSet, models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class FactHistory(HistoricalRecords):
    """The history of a fact, without bounds and folded texts, which are derived from the rest.

    Author and reason are kept once, in the change set.
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
        """Record every save, those of `loaddata` included; there is no way to skip it."""
        if update_fields is not None and not created:
            # The other fields of the instance were not stored.
            instance = type(instance)._base_manager.using(using).get(pk=instance.pk)
        self.create_historical_record(instance, "+" if created else "~", using)

    def create_historical_record(self, instance, history_type, using=None):
        with change_set():  # Fixtures bypass `save()`, and a cascade bypasses `delete()`.
            record(type(instance), [instance], history_type, using)


@cache
def versions_of(model):
    """Return the model of the history table; `model.history` makes a new class each time it is read."""
    return model.history.model


def edits_of(model):
    """Return the versions of a model's facts that say more than that they were verified."""
    return versions_of(model).objects.exclude(change_set__kind=ChangeSet.Kind.VERIFICATION)


def last_versions(model, keys, using=None):
    """Return {key: last version} of facts that have any, reading no other version. At most `BATCH` keys."""
    latest = FactVersion.objects.using(using).of(model, keys).latest().values("latest")
    return {row.id: row for row in versions_of(model).objects.using(using).filter(pk__in=latest)}


def record(model, facts, sign, using=None):
    """Write a version of each fact that was created (+), changed (~) or deleted (-).

    Changed facts that equal their last version are skipped. Raises PermissionDenied if the author may not publish,
    and whatever `model.follow` raises.
    """
    scope = open_change_set()
    scope.check_permission()
    last, changed = {}, {}
    if sign == "~":
        last = last_versions(model, [fact.pk for fact in facts], using)
        changed = {fact: differing(fact, last.get(fact.pk)) for fact in facts}
        facts = [fact for fact in facts if changed[fact]]
        _withdraw_verification(model, [fact for fact in facts if _is_other_value(changed[fact])], using)
    if not facts:
        return
    if any(changed.get(fact) != {"verified_on"} for fact in facts):
        scope.becomes_edit()
    with transaction.atomic(using=using, savepoint=False):
        made = scope.ensure_row()
        if sign != "-":
            model.follow(facts, last, using)
        # Also the fact that a citation was about before.
        rows = [*facts, *(last[fact.pk] for fact in facts if fact.pk in last)]
        scope.note_written(place for row in rows for place in model.facts_to_check(row))
        versions = _copied(model, facts, made, using) if sign == "+" else _written(model, facts, made, sign, using)
        FactVersion.objects.using(using).bulk_create(
            FactVersion(change_set=made, kind=code_of(model), key=key, sign=sign, version=version)
            for version, key in versions
        )


def _written(model, facts, made, sign, using):
    """Write a version of each fact from the values in memory; return [(key of the version, key of the fact)]."""
    history = versions_of(model)
    versions = history.objects.using(using).bulk_create(
        history(change_set=made, history_date=made.made, history_type=sign, **_values(fact, history.tracked_fields))
        for fact in facts
    )
    return [(row.history_id, row.id) for row in versions]


def _copied(model, facts, made, using):
    """Do the same for facts that are new, in the database: a version is what their table holds.

    SQL, since the ORM has no INSERT … SELECT; while facts are loaded, making these rows here took half of the time.
    """
    history, connection = versions_of(model), connections[using or DEFAULT_DB_ALIAS]
    quote = connection.ops.quote_name
    extra = {"change_set": made.pk, "history_date": made.made, "history_type": "+"}
    fields = {history._meta.get_field(name): value for name, value in extra.items()}
    columns = ", ".join(quote(field.column) for field in history.tracked_fields)
    given = [field.get_db_prep_save(value, connection) for field, value in fields.items()]
    made_of = f"{columns}, {', '.join(quote(field.column) for field in fields)}"
    copied = []
    with connection.cursor() as cursor:
        for some in batches([fact.pk for fact in facts]):
            cursor.execute(
                f"INSERT INTO {quote(history._meta.db_table)} ({made_of}) SELECT {columns}, %s, %s, %s "  # noqa: S608
                f"FROM {quote(model._meta.db_table)} WHERE id IN ({', '.join(['%s'] * len(some))}) ORDER BY id "
                "RETURNING history_id, id",
                [*given, *some],
            )
            copied += cursor.fetchall()
    return copied


def _is_other_value(differing):
    """Tell whether these differences make a fact another than the one that somebody verified."""
    return bool(differing - EDITORIAL_FIELDS) and "verified_on" not in differing


def _withdraw_verification(model, facts, using):
    """Mark facts as unverified, in memory and in the database."""
    verified = [fact for fact in facts if getattr(fact, "verified_on", None)]
    if verified:
        # Without a version: it is part of the write that is being recorded.
        stored = model._base_manager.using(using).filter(pk__in=[fact.pk for fact in verified])
        stored.update(verified_on=None)
    for fact in verified:
        fact.verified_on = None


def differing(fact, version):
    """Return the columns in which a fact differs from another state of it; all if there is none (None)."""
    fields = versions_of(type(fact)).tracked_fields
    if version is None:
        return {field.attname for field in fields}
    new, old = _values(fact, fields), _values(version, fields)
    return {name for name in new if new[name] != old[name]}


def _values(row, fields):
    """Return the values of a fact or of a version, as the database gets them."""
    return {field.attname: field.get_prep_value(getattr(row, field.attname)) for field in fields}


class RecordedQuerySet(models.QuerySet):
    """Bulk writes that leave versions, as single writes do."""

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
        """Create all rows at once, and record each. NotSupportedError if conflicts are to be ignored or updated."""
        if ignore_conflicts or update_conflicts:
            raise NotSupportedError("The database does not say which rows it wrote, so no history is kept: save them.")
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
        """Delete all rows, and what is deleted with them, in one change set."""
        with change_set():
            return super().delete()

    delete.alters_data = True
    delete.queryset_only = True

    def _raw_delete(self, using):
        raise NotSupportedError("This would leave no history: use delete().")


class Recorded(models.Model):
    """Something of which every version is kept: `.history` has them, each in its change set."""

    history = FactHistory()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        """Save the fact and its version together or not at all."""
        with transaction.atomic(using=kwargs.get("using"), savepoint=False), change_set():
            super().save(*args, **kwargs)

    @classmethod
    def follow(cls, facts, last, using=None):
        """Do what else has to happen when facts are added or changed; `last` maps keys to their versions before."""

    @classmethod
    def facts_to_check(cls, row):
        """Return the facts, as pairs of model and key, whose sources this write may have changed."""
        return ()

    def delete(self, *args, **kwargs):
        """Delete the fact, and what is deleted with it, in one change set."""
        with change_set():
            return super().delete(*args, **kwargs)

    delete.alters_data = True

    def changed_on(self):
        """Return when it was last edited. Verifications, and edits of what belongs to it, do not count."""
        edits = edits_of(type(self)).filter(id=self.pk)
        return edits.order_by("-history_id").values_list("history_date", flat=True).first()
