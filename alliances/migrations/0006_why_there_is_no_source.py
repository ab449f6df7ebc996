"""Facts that were stored before a source had to be cited say why there is none, and so does their last version."""

from django.db import migrations
from django.db.models import Exists, OuterRef

WHY = "No source was cited when this was entered, before a reason for that was asked for."


def say_why(apps, schema_editor):
    database = schema_editor.connection.alias
    citation = apps.get_model("alliances", "Citation")
    for field in citation._meta.get_fields():
        model = field.related_model
        if not field.is_relation or not field.null or model is None or field.auto_created:
            continue
        supporting = citation.objects.using(database).filter(**{field.name: OuterRef("pk")}, says="")
        bare = model.objects.using(database).filter(~Exists(supporting), unsourced="")
        keys = list(bare.values_list("pk", flat=True))
        history = apps.get_model("alliances", f"Historical{model.__name__}").objects.using(database)
        for key in keys:
            last = history.filter(id=key).order_by("-history_id").values_list("history_id", flat=True).first()
            history.filter(history_id=last).update(unsourced=WHY)
        for start in range(0, len(keys), 500):
            model.objects.using(database).filter(pk__in=keys[start : start + 500]).update(unsourced=WHY)


class Migration(migrations.Migration):
    dependencies = [("alliances", "0005_the_desk")]

    # Backwards there is nothing to do: the column goes.
    operations = [migrations.RunPython(say_why, migrations.RunPython.noop, elidable=True)]
