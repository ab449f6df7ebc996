"""What the database itself knows of dates: their bounds as generated columns, and the rules that a date is one."""

from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import Case, F, IntegerField, Q, Value, When
from django.db.models.functions import Cast, Concat, Greatest, Length, StrIndex, Substr
from django.db.models.lookups import Exact, GreaterThan, In, LessThanOrEqual

from alliances import dates

_MONTHS = [f"{number:02}" for number in range(1, 13)]
_DIGITS = list("0123456789")


# Parts of the text of an interval: before the two dots and after them. A CASE, for PostgreSQL refuses to cut with
# lengths below zero, which it would find in other texts.
def _part(name, *, last):
    dots = StrIndex(name, Value(".."))
    if last:
        part = Substr(name, dots + 2, Greatest(Length(name) - dots - 2, 0))
    else:
        part = Substr(name, 2, Greatest(dots - 2, 0))
    return Case(When(_is_interval(name), then=part), default=F(name), output_field=models.CharField())


def _is_interval(name):
    return Q(Exact(Substr(name, 1, 1), Value("[")))


def _last_day_of_month(text):
    """Return the SQL of the last day of the month that a date text names, "28" to "31"."""
    month, year = Substr(text, 6, 2), Cast(Substr(text, 1, 4), IntegerField())
    leap = Q(Exact(year % 4, 0)) & (~Q(Exact(year % 100, 0)) | Q(Exact(year % 400, 0)))
    return Case(
        When(Q(In(month, ["04", "06", "09", "11"])), then=Value("30")),
        When(Q(Exact(month, Value("02"))) & leap, then=Value("29")),
        When(Q(Exact(month, Value("02"))), then=Value("28")),
        default=Value("31"),
        output_field=models.CharField(),
    )


def _bound(name, text, *, empty, unknown, year, month):
    return models.GeneratedField(
        expression=Case(
            When(**{name: ""}, then=Value(empty)),
            When(**{name: dates.UNKNOWN}, then=Value(unknown)),
            When(Q(Exact(text, Value(""))), then=Value(unknown)),  # An interval without this end.
            When(Q(Exact(Length(text), 4)), then=Concat(text, Value(year))),
            When(Q(Exact(Length(text), 7)), then=Concat(text, month)),
            default=text,
            output_field=models.CharField(),
        ),
        output_field=models.CharField(max_length=10),
        db_persist=True,
        editable=False,
    )


def earliest(name, *, empty):
    """A generated column: the first day that the date in column `name` can mean.

    `empty` is what an empty date stands for: `dates.ALWAYS` (no beginning) or `dates.NEVER` (no end yet).
    """
    text = _part(name, last=False)
    return _bound(name, text, empty=empty, unknown=dates.ALWAYS, year="-01-01", month=Value("-01"))


def latest(name, *, empty):
    """A generated column: the last day that the date in column `name` can mean."""
    text = _part(name, last=True)
    month = Concat(Value("-"), _last_day_of_month(text))
    return _bound(name, text, empty=empty, unknown=dates.NEVER, year="-12-31", month=month)


class DateConstraint(models.CheckConstraint):
    """The constraint of `date_constraint`, which a form judges in Python.

    Django would ask the database "SELECT CASE WHEN <fifty comparisons>" for each date of each row of a form: a fifth
    of the time that it takes to check one. Tests hold that Python and the database refuse the same.
    """

    def __init__(self, *, column, allowed, **kwargs):
        super().__init__(**kwargs)
        self.column, self.allowed = column, allowed

    def deconstruct(self):
        """For migrations it is the plain CHECK that the database has."""
        _, args, kwargs = super().deconstruct()
        return "django.db.models.CheckConstraint", args, kwargs

    def clone(self):
        _, _, kwargs = self.deconstruct()
        return type(self)(column=self.column, allowed=self.allowed, **kwargs)

    def validate(self, model, instance, exclude=None, using=DEFAULT_DB_ALIAS):
        """Raise ValidationError if the date of an instance is none, or not one that may stand here."""
        text = (getattr(instance, self.column) or "").strip()  # As the field stores it.
        if self.column not in (exclude or ()) and text not in self.allowed and not dates.is_date(text):
            raise ValidationError(self.get_violation_error_message(), code=self.violation_error_code)


def _is_date(text):
    """Return the condition that a text is a year, a month or a day that there is."""
    year = Q(In(Length(text), [4, 7, 10])) & ~Q(Exact(Substr(text, 1, 4), Value("0000")))
    for place in range(1, 5):
        year &= Q(In(Substr(text, place, 1), _DIGITS))
    month = Q(Exact(Length(text), 4)) | (Q(Exact(Substr(text, 5, 1), Value("-"))) & Q(In(Substr(text, 6, 2), _MONTHS)))
    days = Q(In(Substr(text, 9, 2), [f"{number:02}" for number in range(1, 32)]))
    in_month = Case(  # A CASE, for the cast of the year must not be tried on what is no year.
        When(Q(Exact(Length(text), 10)) & year & month & days, then=_last_day_of_month(text)),
        default=Value("99"),
        output_field=models.CharField(),
    )
    real = Q(LessThanOrEqual(Substr(text, 9, 2), in_month))
    return year & month & (~Q(Exact(Length(text), 10)) | (Q(Exact(Substr(text, 8, 1), Value("-"))) & days & real))


def date_constraint(name, *, unknown=False, blank=False):
    """Return the constraint that column `name` holds a valid date, by plain comparisons.

    No regular expression: on SQLite Django would put an SQL function of its own into the schema, and no other client
    could write a row.
    """
    allowed = ([""] if blank else []) + ([dates.UNKNOWN] if unknown else [])
    first, last = _part(name, last=False), _part(name, last=True)
    whole = Concat(Value("["), first, Value(".."), last, Value("]"), output_field=models.CharField())
    interval = (
        _is_interval(name)
        & Q(Exact(F(name), whole))
        & ~Q(Exact(first, last))  # Neither [..] nor what is one date.
        & (Q(Exact(first, Value(""))) | _is_date(first))
        & (Q(Exact(last, Value(""))) | _is_date(last))
        & Q(LessThanOrEqual(F(f"{name}_earliest"), F(f"{name}_latest")))
    )
    date = (~_is_interval(name) & _is_date(F(name))) | interval
    return DateConstraint(
        column=name,
        allowed=allowed,
        condition=Q(**{f"{name}__in": allowed}) | date if allowed else date,
        name=f"%(app_label)s_%(class)s_{name}_is_date",
        violation_error_message="A date is a year (1991), a month (1991-12), a day (1991-12-21) or [1985..1989].",
    )


def order_constraint(begin, end, message):
    """Return the constraint that `end` can lie after `begin`: a span lasts at least a day."""
    return models.CheckConstraint(
        condition=Q(GreaterThan(F(f"{end}_latest"), F(f"{begin}_earliest"))),
        name=f"%(app_label)s_%(class)s_{end}_after_{begin}",
        violation_error_message=message,
    )
