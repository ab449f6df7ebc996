"""One row for each version of a fact, whatever its kind: what a change set wrote is found without asking each history."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("alliances", "0006_why_there_is_no_source")]

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
    ]
