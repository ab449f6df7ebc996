"""A row for each version of a fact, whatever its kind, and one for what a merger moves beside the facts: all that a
change set wrote is found without asking each history, and can be taken back.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("alliances", "0007_names_sort_alike")]

    operations = [
        migrations.CreateModel(
            name="FactVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(editable=False, max_length=20)),
                ("key", models.BigIntegerField(editable=False)),
                ("sign", models.CharField(editable=False, max_length=1)),
                ("version", models.BigIntegerField(editable=False)),
                (
                    "change_set",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="alliances.changeset",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["change_set", "sign", "kind", "key"], name="factversion_written"),
                    models.Index(
                        condition=models.Q(("sign", "-")), fields=["-change_set", "-id"], name="factversion_deletions"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "key", "version"), name="alliances_factversion_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="MovedReference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(editable=False, max_length=20)),
                ("row", models.CharField(editable=False, max_length=120)),
                ("kind", models.CharField(editable=False, max_length=20)),
                ("before", models.BigIntegerField(editable=False, null=True)),
                ("after", models.BigIntegerField(editable=False, null=True)),
                (
                    "change_set",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="moved",
                        to="alliances.changeset",
                    ),
                ),
            ],
            options={"default_permissions": ()},
        ),
    ]
