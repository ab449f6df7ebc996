"""Each version in the history tables gets its row among the fact versions: a second for 50,000 of them."""

from django.db import migrations
from django.db.models import Exists, OuterRef

BATCH = 2000
CODES = {
    "collectiveforce": "force",
    "forceparticipation": "participation",
    "forcestrength": "strength",
    "treatyaction": "action",
}


def fill(apps, schema_editor):
    database = schema_editor.connection.alias
    fact_version = apps.get_model("alliances", "FactVersion")
    known = fact_version.objects.using(database)
    for history in apps.get_app_config("alliances").get_models():
        if not history.__name__.startswith("Historical"):
            continue
        name = history._meta.model_name.removeprefix("historical")
        kind = CODES.get(name, name)
        here = known.filter(kind=kind, key=OuterRef("id"), version=OuterRef("history_id"))
        missing = history.objects.using(database).filter(~Exists(here)).order_by("history_id")
        rows = []
        for key, sign, version, change_set in missing.values_list(
            "id", "history_type", "history_id", "change_set"
        ).iterator(chunk_size=BATCH):
            rows.append(fact_version(change_set_id=change_set, kind=kind, key=key, sign=sign, version=version))
            if len(rows) == BATCH:
                known.bulk_create(rows)
                rows = []
        known.bulk_create(rows)


class Migration(migrations.Migration):
    dependencies = [("alliances", "0007_fact_versions")]

    # Backwards there is nothing to do: the table goes.
    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
