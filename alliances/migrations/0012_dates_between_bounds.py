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
MONTHS = [f"{number:02}" for number in range(1, 13)]
DAYS = [f"{number:02}" for number in range(1, 32)]
DIGITS = list("0123456789")
PLACES = [2, 6, 9, 12]


def is_interval(name):
    return Q(Exact(Substr(name, 1, 1), Value("[")))


def dots(name):
    return StrIndex(name, Value(".."))


def rest(name):
    return Length(name) - dots(name)


def last_day_of_month(year, month):
    year = Cast(year, IntegerField())
    leap = Q(Exact(year % 4, 0)) & (~Q(Exact(year % 100, 0)) | Q(Exact(year % 400, 0)))
    return Case(
        When(Q(In(month, ["04", "06", "09", "11"])), then=Value("30")),
        When(Q(Exact(month, Value("02"))) & leap, then=Value("29")),
        When(Q(Exact(month, Value("02"))), then=Value("28")),
        default=Value("31"),
        output_field=models.CharField(),
    )


def month(name, start):
    last = last_day_of_month(Substr(name, start, 4), Substr(name, start + 5, 2))
    return Concat(Substr(name, start, 7), Value("-"), last)


def bound(name, *, empty, unknown, interval, year, month):
    return models.GeneratedField(
        expression=Case(
            When(**{name: ""}, then=Value(empty)),
            When(**{name: "XXXX"}, then=Value(unknown)),
            When(is_interval(name), then=interval),
            When(Q(Exact(Length(name), 4)), then=Concat(F(name), Value(year))),
            When(Q(Exact(Length(name), 7)), then=month),
            default=F(name),
            output_field=models.CharField(),
        ),
        output_field=models.CharField(max_length=10),
        db_persist=True,
        editable=False,
    )


def earliest(name, *, empty):
    interval = Case(
        When(Q(Exact(dots(name), 2)), then=Value(ALWAYS)),
        When(Q(Exact(dots(name), 6)), then=Concat(Substr(name, 2, 4), Value("-01-01"))),
        When(Q(Exact(dots(name), 9)), then=Concat(Substr(name, 2, 7), Value("-01"))),
        default=Substr(name, 2, 10),
        output_field=models.CharField(),
    )
    whole = Concat(F(name), Value("-01"))
    return bound(name, empty=empty, unknown=ALWAYS, interval=interval, year="-01-01", month=whole)


def latest(name, *, empty):
    start = dots(name) + 2
    interval = Case(
        When(Q(Exact(rest(name), 2)), then=Value(NEVER)),
        When(Q(Exact(rest(name), 6)), then=Concat(Substr(name, start, 4), Value("-12-31"))),
        When(Q(Exact(rest(name), 9)), then=month(name, start)),
        default=Substr(name, start, 10),
        output_field=models.CharField(),
    )
    return bound(name, empty=empty, unknown=NEVER, interval=interval, year="-12-31", month=month(name, 1))


def is_day(name):
    year = Q(Exact(Length(name), 10)) & ~Q(Exact(Substr(name, 1, 4), Value("0000")))
    for place in range(1, 5):
        year &= Q(In(Substr(name, place, 1), DIGITS))
    shape = year & Q(Exact(Substr(name, 5, 1), Value("-"))) & Q(Exact(Substr(name, 8, 1), Value("-")))
    shape &= Q(In(Substr(name, 6, 2), MONTHS)) & Q(In(Substr(name, 9, 2), DAYS))
    in_month = Case(
        When(shape, then=last_day_of_month(Substr(name, 1, 4), Substr(name, 6, 2))),
        default=Value(""),
        output_field=models.CharField(),
    )
    return Q(Exact(Length(name), 10)) & Q(LessThanOrEqual(Substr(name, 9, 2), in_month))


def date_constraint(model, name, allowed):
    first, last = f"{name}_earliest", f"{name}_latest"
    begins = is_day(first) | (is_interval(name) & Q(Exact(dots(name), 2)))
    half = Greatest(dots(name) - 2, 0)
    ends = (
        Q(In(dots(name), PLACES))
        & Q(In(rest(name), PLACES))
        & Q(Exact(Substr(name, Length(name), 1), Value("]")))
        & (is_day(last) | Q(Exact(rest(name), 2)))
        & Q(LessThanOrEqual(F(first), F(last)))
        & ~(Q(Exact(rest(name), dots(name))) & Q(Exact(Substr(name, 2, half), Substr(name, dots(name) + 2, half))))
    )
    date = begins & (~is_interval(name) | ends)
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
                described.fields[f"{name}_earliest"] = earliest(name, empty=empty)
                described.fields[f"{name}_latest"] = latest(name, empty=empty)
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
