"""Each version in the history tables gets its row among the fact versions: one statement for each kind, whatever its
size, which takes a second or two for 100,000 versions.
"""

from django.db import migrations
from django.db.models import Exists, OuterRef, Value

CODES = {
    "collectiveforce": "force",
    "forceparticipation": "participation",
    "forcestrength": "strength",
    "treatyaction": "action",
}


def fill(apps, schema_editor):
    connection = schema_editor.connection
    fact_version = apps.get_model("alliances", "FactVersion")
    table = connection.ops.quote_name(fact_version._meta.db_table)
    columns = ("change_set", "key", "sign", "version", "kind")
    names = ", ".join(connection.ops.quote_name(fact_version._meta.get_field(name).column) for name in columns)
    for history in apps.get_app_config("alliances").get_models():
        if not history.__name__.startswith("Historical"):
            continue
        name = history._meta.model_name.removeprefix("historical")
        kind = CODES.get(name, name)
        here = fact_version.objects.filter(kind=kind, key=OuterRef("id"), version=OuterRef("history_id"))
        missing = history.objects.using(connection.alias).filter(~Exists(here)).order_by("history_id")
        rows = missing.annotate(code=Value(kind)).values_list("change_set", "id", "history_type", "history_id", "code")
        select, parameters = rows.query.sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {table} ({names}) {select}", parameters)


class Migration(migrations.Migration):
    dependencies = [("alliances", "0008_fact_versions")]

    # Backwards there is nothing to do: the table goes.
    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
