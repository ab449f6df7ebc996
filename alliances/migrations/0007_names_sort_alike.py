"""What lists are sorted by, and search reads, is compared by code points on PostgreSQL as it is on SQLite.

A table that 0001 made has this already. Cost elsewhere: each of eight tables is read and written once.
"""

from django.db import migrations

from alliances.models.folded_text import FoldedField


def collate(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    quote = schema_editor.quote_name
    for model in apps.get_app_config("alliances").get_models():
        for field in model._meta.fields:
            if isinstance(field, FoldedField):
                table, column = quote(model._meta.db_table), quote(field.column)
                schema_editor.execute(f'ALTER TABLE {table} ALTER COLUMN {column} TYPE text COLLATE "C"')


class Migration(migrations.Migration):
    dependencies = [("alliances", "0001_squashed_0006")]

    # Backwards the columns stay as they are: nothing asks for their old order.
    operations = [migrations.RunPython(collate, migrations.RunPython.noop)]
