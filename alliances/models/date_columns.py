"""What the database itself knows of dates: their bounds as generated columns, and the rules that a date is one."""

from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import Case, F, IntegerField, Q, Value, When
from django.db.models.functions import Cast, Concat, Greatest, Length, StrIndex, Substr
from django.db.models.lookups import Exact, GreaterThan, In, LessThanOrEqual

from alliances import dates

_MONTHS = [f"{number:02}" for number in range(1, 13)]
_DAYS = [f"{number:02}" for number in range(1, 32)]
_DIGITS = list("0123456789")
# Where the two dots of an interval can stand: after "[", "[1985", "[1985-02", "[1985-02-03"; and as far from its end.
_PLACES = [2, 6, 9, 12]


def _is_interval(name):
    return Q(Exact(Substr(name, 1, 1), Value("[")))


def _dots(name):
    """Return the SQL of the place of the two dots of an interval, counted from 1; 0: there are none."""
    return StrIndex(name, Value(".."))


def _rest(name):
    """Return the SQL of how far before its end the two dots of an interval stand."""
    return Length(name) - _dots(name)


def _last_day_of_month(year, month):
    """Return the SQL of the last day of a month, "28" to "31"; both are texts."""
    year = Cast(year, IntegerField())
    leap = Q(Exact(year % 4, 0)) & (~Q(Exact(year % 100, 0)) | Q(Exact(year % 400, 0)))
    return Case(
        When(Q(In(month, ["04", "06", "09", "11"])), then=Value("30")),
        When(Q(Exact(month, Value("02"))) & leap, then=Value("29")),
        When(Q(Exact(month, Value("02"))), then=Value("28")),
        default=Value("31"),
        output_field=models.CharField(),
    )


def _month(name, start):
    """Return the SQL of the last day of the month that begins at a place of the text: "1992-02-29"."""
    last = _last_day_of_month(Substr(name, start, 4), Substr(name, start + 5, 2))
    return Concat(Substr(name, start, 7), Value("-"), last)


def _bound(name, *, empty, unknown, interval, year, month):
    """Return a generated column; `interval` is the expression for a text that is one.

    Of each expression as little as can be: SQLite reads all of them with each INSERT that it prepares.
    """
    return models.GeneratedField(
        expression=Case(
            When(**{name: ""}, then=Value(empty)),
            When(**{name: dates.UNKNOWN}, then=Value(unknown)),
            When(_is_interval(name), then=interval),
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
    """A generated column: the first day that the date in column `name` can mean.

    `empty` is what an empty date stands for: `dates.ALWAYS` (no beginning) or `dates.NEVER` (no end yet).
    """
    interval = Case(
        When(Q(Exact(_dots(name), 2)), then=Value(dates.ALWAYS)),
        When(Q(Exact(_dots(name), 6)), then=Concat(Substr(name, 2, 4), Value("-01-01"))),
        When(Q(Exact(_dots(name), 9)), then=Concat(Substr(name, 2, 7), Value("-01"))),
        default=Substr(name, 2, 10),
        output_field=models.CharField(),
    )
    month = Concat(F(name), Value("-01"))
    return _bound(name, empty=empty, unknown=dates.ALWAYS, interval=interval, year="-01-01", month=month)


def latest(name, *, empty):
    """A generated column: the last day that the date in column `name` can mean."""
    start = _dots(name) + 2
    interval = Case(
        When(Q(Exact(_rest(name), 2)), then=Value(dates.NEVER)),
        When(Q(Exact(_rest(name), 6)), then=Concat(Substr(name, start, 4), Value("-12-31"))),
        When(Q(Exact(_rest(name), 9)), then=_month(name, start)),
        default=Substr(name, start, 10),
        output_field=models.CharField(),
    )
    month = _month(name, 1)
    return _bound(name, empty=empty, unknown=dates.NEVER, interval=interval, year="-12-31", month=month)


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


def dated_columns(model):
    """Return the names of the columns of a model that hold dates."""
    return [rule.column for rule in model._meta.constraints if isinstance(rule, DateConstraint)]


def _is_day(name):
    """Return the condition that column `name` holds a day that there is."""
    year = Q(Exact(Length(name), 10)) & ~Q(Exact(Substr(name, 1, 4), Value("0000")))
    for place in range(1, 5):
        year &= Q(In(Substr(name, place, 1), _DIGITS))
    shape = year & Q(Exact(Substr(name, 5, 1), Value("-"))) & Q(Exact(Substr(name, 8, 1), Value("-")))
    shape &= Q(In(Substr(name, 6, 2), _MONTHS)) & Q(In(Substr(name, 9, 2), _DAYS))
    in_month = Case(  # A CASE, for the cast of the year must not be tried on what is no year.
        When(shape, then=_last_day_of_month(Substr(name, 1, 4), Substr(name, 6, 2))),
        default=Value(""),
        output_field=models.CharField(),
    )
    return Q(Exact(Length(name), 10)) & Q(LessThanOrEqual(Substr(name, 9, 2), in_month))


def date_constraint(name, *, unknown=False, blank=False):
    """Return the constraint that column `name` holds a valid date, by plain comparisons of its bounds.

    A text is a date if its bounds are days: nothing else makes days of it. No regular expression: on SQLite Django
    would put an SQL function of its own into the schema, and no other client could write a row.
    """
    allowed = ([""] if blank else []) + ([dates.UNKNOWN] if unknown else [])
    first, last = f"{name}_earliest", f"{name}_latest"
    begins = _is_day(first) | (_is_interval(name) & Q(Exact(_dots(name), 2)))
    half = Greatest(_dots(name) - 2, 0)  # The length of both parts, if they are one: PostgreSQL cuts nothing below 0.
    ends = (
        Q(In(_dots(name), _PLACES))
        & Q(In(_rest(name), _PLACES))
        & Q(Exact(Substr(name, Length(name), 1), Value("]")))
        & (_is_day(last) | Q(Exact(_rest(name), 2)))
        & Q(LessThanOrEqual(F(first), F(last)))
        # Neither [..] nor what is one date.
        & ~(Q(Exact(_rest(name), _dots(name))) & Q(Exact(Substr(name, 2, half), Substr(name, _dots(name) + 2, half))))
    )
    date = begins & (~_is_interval(name) | ends)
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
