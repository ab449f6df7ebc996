"""“U.S.S.R.” and “О.Д.К.Б.” are one word: the folded shadows of the texts that have such words are made anew.

Only rows that have a full stop in a text are read, some at a time; a second at the size of our facts.
"""

from django.db import migrations
from django.db.models import Q

from alliances.models.batches import batches
from alliances.models.folded_text import FoldedField


def fold_anew(apps, schema_editor):
    using = schema_editor.connection.alias
    for model in apps.get_app_config("alliances").get_models():
        shadows = [field for field in model._meta.fields if isinstance(field, FoldedField)]
        if not shadows:
            continue
        dotted = Q()
        for source in {source for shadow in shadows for source in shadow.sources}:
            dotted |= Q(**{f"{source}__contains": "."})
        plain = model._base_manager.using(using)
        for keys in batches(plain.filter(dotted).order_by("pk").values_list("pk", flat=True)):
            plain.bulk_update(plain.filter(pk__in=keys), [shadow.name for shadow in shadows])


class Migration(migrations.Migration):
    dependencies = [("alliances", "0016_words")]

    # Backwards nothing is to be done: whoever folds as before makes them as before.
    operations = [migrations.RunPython(fold_anew, migrations.RunPython.noop)]
