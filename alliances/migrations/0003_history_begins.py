"""Facts that were stored before history was kept get their first row in it, so that their next change shows from what."""

from django.db import migrations
from django.utils import timezone

OWN = {"history_id", "history_date", "history_type", "change_set"}


def begin(apps, schema_editor):
    database = schema_editor.connection.alias
    made = timezone.now()
    first = None
    for history in apps.get_app_config("alliances").get_models():
        if not history.__name__.startswith("Historical"):
            continue
        model = apps.get_model("alliances", history.__name__.removeprefix("Historical"))
        columns = [field.attname for field in history._meta.concrete_fields if field.name not in OWN]
        missing = model.objects.using(database).exclude(pk__in=history.objects.using(database).values("id"))
        for values in missing.values(*columns).iterator(chunk_size=500):
            first = first or apps.get_model("alliances", "ChangeSet").objects.using(database).create(
                made=made, kind="load", reason="What was here before history was kept."
            )
            history.objects.using(database).create(
                change_set_id=first.pk, history_date=made, history_type="+", **values
            )


class Migration(migrations.Migration):
    dependencies = [("alliances", "0002_history")]

    # Backwards there is nothing to do: the tables go.
    operations = [migrations.RunPython(begin, migrations.RunPython.noop, elidable=True)]
