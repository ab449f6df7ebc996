"""Dates may be intervals, "[1985..1989]": wider columns, their bounds and rules; and when a state joined may be unknown.

The columns with the bounds are generated, so they cannot be altered: on SQLite each table is made again from its new
description, on PostgreSQL they are dropped, with what rests on them, and added. One operation, for twelve models would
otherwise be described two hundred times over. The expressions are those of models/temporal.py on this day.
"""

from django.db import migrations, models
from django.db.models import Case, F, IntegerField, Q, Value, When
from django.db.models.functions import Cast, Concat, Greatest, Length, StrIndex, Substr
from django.db.models.lookups import Exact, In, LessThanOrEqual

import alliances.models.temporal

ALWAYS, NEVER = "0000-00-00", "9999-99-99"
# Of each model its dates: what an empty one stands for, and which texts may stand beside dates.
DATES = {
    "chairmanship": {"began": (ALWAYS, []), "ended": (NEVER, ["", "XXXX"])},
    "collectiveforce": {"established": (ALWAYS, ["XXXX"]), "disbanded": (NEVER, ["", "XXXX"])},
    "council": {"established": (ALWAYS, ["XXXX"]), "dissolved": (NEVER, ["", "XXXX"])},
    "document": {"signed": (ALWAYS, [""]), "in_force": (ALWAYS, [""]), "ended": (NEVER, ["", "XXXX"])},
    "forceparticipation": {"since": (ALWAYS, ["XXXX"]), "until": (NEVER, ["", "XXXX"])},
    "forcestrength": {"as_of": (ALWAYS, [""])},
    "membership": {"joined": (ALWAYS, ["XXXX"]), "left": (NEVER, ["", "XXXX"])},
    "name": {"used_from": (ALWAYS, [""]), "used_until": (NEVER, ["", "XXXX"])},
    "organization": {"founded": (ALWAYS, []), "in_force": (ALWAYS, [""]), "dissolved": (NEVER, ["", "XXXX"])},
    "source": {"published": (NEVER, [""])},
    "state": {"existed_from": (ALWAYS, [""]), "existed_until": (NEVER, [""])},
    "treatyaction": {"date": (ALWAYS, [""]), "effective": (NEVER, [""])},
}
DIGITS, MONTHS = list("0123456789"), [f"{number:02}" for number in range(1, 13)]
text_of = models.CharField


def part(name, *, last):
    dots = StrIndex(name, Value(".."))
    if last:
        found = Substr(name, dots + 2, Greatest(Length(name) - dots - 2, 0))
    else:
        found = Substr(name, 2, Greatest(dots - 2, 0))
    return Case(When(is_interval(name), then=found), default=F(name), output_field=text_of())


def is_interval(name):
    return Q(Exact(Substr(name, 1, 1), Value("[")))


def last_day(text):
    month, year = Substr(text, 6, 2), Cast(Substr(text, 1, 4), IntegerField())
    leap = Q(Exact(year % 4, 0)) & (~Q(Exact(year % 100, 0)) | Q(Exact(year % 400, 0)))
    return Case(
        When(Q(In(month, ["04", "06", "09", "11"])), then=Value("30")),
        When(Q(Exact(month, Value("02"))) & leap, then=Value("29")),
        When(Q(Exact(month, Value("02"))), then=Value("28")),
        default=Value("31"),
        output_field=text_of(),
    )


def bound(name, empty, *, last):
    text, unknown, year = part(name, last=last), NEVER if last else ALWAYS, "-12-31" if last else "-01-01"
    month = Concat(Value("-"), last_day(text)) if last else Value("-01")
    return models.GeneratedField(
        expression=Case(
            When(**{name: ""}, then=Value(empty)),
            When(**{name: "XXXX"}, then=Value(unknown)),
            When(Q(Exact(text, Value(""))), then=Value(unknown)),
            When(Q(Exact(Length(text), 4)), then=Concat(text, Value(year))),
            When(Q(Exact(Length(text), 7)), then=Concat(text, month)),
            default=text,
            output_field=text_of(),
        ),
        output_field=models.CharField(max_length=10),
        db_persist=True,
        editable=False,
    )


def is_date(text):
    year = Q(In(Length(text), [4, 7, 10])) & ~Q(Exact(Substr(text, 1, 4), Value("0000")))
    for place in range(1, 5):
        year &= Q(In(Substr(text, place, 1), DIGITS))
    month = Q(Exact(Length(text), 4)) | (Q(Exact(Substr(text, 5, 1), Value("-"))) & Q(In(Substr(text, 6, 2), MONTHS)))
    days = Q(In(Substr(text, 9, 2), [f"{number:02}" for number in range(1, 32)]))
    in_month = Case(
        When(Q(Exact(Length(text), 10)) & year & month & days, then=last_day(text)),
        default=Value("99"),
        output_field=text_of(),
    )
    real = Q(LessThanOrEqual(Substr(text, 9, 2), in_month))
    return year & month & (~Q(Exact(Length(text), 10)) | (Q(Exact(Substr(text, 8, 1), Value("-"))) & days & real))


def date_constraint(model, name, allowed):
    first, last = part(name, last=False), part(name, last=True)
    whole = Concat(Value("["), first, Value(".."), last, Value("]"), output_field=text_of())
    interval = (
        is_interval(name)
        & Q(Exact(F(name), whole))
        & ~Q(Exact(first, last))
        & (Q(Exact(first, Value(""))) | is_date(first))
        & (Q(Exact(last, Value(""))) | is_date(last))
        & Q(LessThanOrEqual(F(f"{name}_earliest"), F(f"{name}_latest")))
    )
    date = (~is_interval(name) & is_date(F(name))) | interval
    return models.CheckConstraint(
        condition=Q(**{f"{name}__in": allowed}) | date if allowed else date,
        name=f"alliances_{model}_{name}_is_date",
        violation_error_message="A date is a year (1991), a month (1991-12), a day (1991-12-21) or [1985..1989].",
    )


class DatesBetweenBounds(migrations.operations.base.Operation):
    """Describe the dates of all models anew, and make their tables so."""

    reversible = False

    def describe(self):
        return "Dates may be intervals"

    def state_forwards(self, app_label, state):
        for model, names in DATES.items():
            described = state.models[app_label, model]
            rules = {rule.name: rule for rule in described.options["constraints"]}
            for name, (empty, allowed) in names.items():
                for suffix in ("earliest", "latest"):
                    described.fields[f"{name}_{suffix}"] = bound(name, empty, last=suffix == "latest")
                rule = date_constraint(model, name, allowed)
                rules[rule.name] = rule
            described.options["constraints"] = list(rules.values())
        for model in ("membership", "historicalmembership"):
            state.models[app_label, model].fields["joined"] = alliances.models.temporal.PartialDateField(
                help_text="As far as it is known: 1952, 1952-02-18, by 1990, XXXX.", unknown=True
            )
        for model in (*DATES, *(f"historical{model}" for model in DATES)):
            state.reload_model(app_label, model, delay=True)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        for model, names in DATES.items():
            new = to_state.apps.get_model(app_label, model)
            if schema_editor.connection.vendor == "sqlite":
                schema_editor._remake_table(new)
            else:
                self._alter(schema_editor, from_state.apps.get_model(app_label, model), new, names)
                history = to_state.apps.get_model(app_label, f"historical{model}")
                for name in names:
                    self._widen(schema_editor, history, name)

    def _widen(self, schema_editor, model, name):
        quote = schema_editor.quote_name
        schema_editor.execute(
            f"ALTER TABLE {quote(model._meta.db_table)} ALTER COLUMN {quote(name)} TYPE varchar(24)", None
        )

    def _alter(self, schema_editor, old, new, names):
        bounds = [f"{name}_{suffix}" for name in names for suffix in ("earliest", "latest")]
        for rule in old._meta.constraints:
            if rule.name.endswith("_is_date"):
                schema_editor.remove_constraint(old, rule)
        for name in bounds:  # And the rules and indexes that rest on it.
            schema_editor.remove_field(old, old._meta.get_field(name))
        for name in names:
            self._widen(schema_editor, new, name)
        for name in bounds:
            schema_editor.add_field(new, new._meta.get_field(name))
        for rule in new._meta.constraints:
            if rule.name.endswith("_is_date") or "_after_" in rule.name:
                schema_editor.add_constraint(new, rule)
        for index in new._meta.indexes:
            if set(bounds) & {name.lstrip("-") for name in index.fields}:
                schema_editor.add_index(new, index)


class Migration(migrations.Migration):
    dependencies = [("alliances", "0011_suggestion_counts")]
    operations = [DatesBetweenBounds()]
