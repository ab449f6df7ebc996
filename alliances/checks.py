"""System checks: a model with an incomplete declaration is refused at startup, before an editor meets it.

`manage.py check` runs them, as every command does. What they ask of a model stands in models/kinds.py,
models/identity.py and models/temporal.py.
"""

from collections.abc import Iterator

from django.apps import apps
from django.core import checks

from alliances.models import Citation, Waiver
from alliances.models.base import Fact
from alliances.models.identity import Identified
from alliances.models.temporal import PartialDateField
from alliances.models.versioning import Recorded


@checks.register(checks.Tags.models)
def check_kinds(app_configs, **kwargs):
    """Return what the models of this app leave out."""
    models = apps.get_app_config("alliances").get_models()
    return [error for model in models if issubclass(model, Recorded) for error in _missing(model)]


def _missing(model) -> Iterator[checks.CheckMessage]:
    """Yield what is missing in one model whose versions are kept."""
    yield from _undated(model)
    if model is Waiver:  # It is about a finding, and so about a fact: no kind of its own.
        return
    kind = vars(model).get("KIND")
    if kind is None:
        yield _error(1, model, "has no KIND", "Say `KIND = kinds.Kind(…)`: citations, history and the desk ask it.")
        return
    if issubclass(model, Fact) != kind.citable:
        yield _error(2, model, "is a fact, or not, and its KIND says otherwise", "Set `citable` accordingly.")
    for holder in (Citation, Waiver) if kind.citable else ():
        if kind.code not in {field.name for field in holder._meta.fields}:
            hint = f"Add the column `{kind.code}` to {holder.__name__}, and a migration."
            yield _error(3, model, f"cannot have a {holder._meta.verbose_name}", hint)
    for attribute, path in (
        *(("parents", name) for name in kind.parents),
        *(("named_by", path) for path in kind.named_by),
    ):
        if not _leads_on(model, path):
            yield _error(4, model, f"has no foreign key “{path}”", f"Correct `{attribute}` of its KIND.")
    fields = {field.name for field in model._meta.fields}
    for name in filter(None, (*kind.hidden, kind.claimed)):
        if name not in fields:
            yield _error(5, model, f"has no field “{name}”", "Correct `hidden` or `claimed` of its KIND.")
    if not (model.identity() if issubclass(model, Identified) else True) and "natural_key" not in vars(model):
        hint = "Give it `once(…)` among its constraints, an `address_field`, or a natural key of its own."
        yield _error(6, model, "has nothing that tells one from another", hint)


def _undated(model) -> Iterator[checks.CheckMessage]:
    """Yield the dates of a model that lack their bounds, or the constraint that they are dates."""
    fields = {field.name for field in model._meta.fields}
    rules = {rule.name for rule in model._meta.constraints}
    for field in model._meta.fields:
        if isinstance(field, PartialDateField):
            for bound in (f"{field.name}_earliest", f"{field.name}_latest"):
                if bound not in fields:
                    yield _error(7, model, f"has no column “{bound}”", "Add it by `earliest(…)` and `latest(…)`.")
            if f"{model._meta.app_label}_{model._meta.model_name}_{field.name}_is_date" not in rules:
                hint = f'Add `date_constraint("{field.name}")` to its constraints.'
                yield _error(8, model, f"takes any text as “{field.name}”", hint)


def _leads_on(model, path: str) -> bool:
    """Tell whether a path leads from a model over foreign keys only."""
    for name in path.split("__"):
        field = next((field for field in model._meta.fields if field.name == name), None)
        if field is None or not field.many_to_one:
            return False
        model = field.related_model
    return True


def _error(number: int, model, what: str, hint: str) -> checks.CheckMessage:
    return checks.Error(f"{model.__name__} {what}.", hint=hint, obj=model, id=f"alliances.E{number:03}")
