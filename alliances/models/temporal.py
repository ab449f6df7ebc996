"""Dates in the database: the field that stores what was typed, its bounds as columns, and `.on(date)`."""

from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import Case, F, IntegerField, Q, Value, When
from django.db.models.functions import Cast, Concat, Length, Substr
from django.db.models.lookups import Exact, GreaterThan, In, LessThanOrEqual

from alliances import dates

NO_UNKNOWN = "“XXXX” (date unknown) cannot stand here. Write at least the year."
_MONTHS = [f"{number:02}" for number in range(1, 13)]
_DIGITS = list("0123456789")


def validate_partial_date(text):
    """Raise ValidationError for what `dates.parse` cannot read; whether XXXX may stand, the field decides."""
    if text != dates.UNKNOWN:
        try:
            dates.parse(text)
        except ValueError as error:
            raise ValidationError(str(error), code="date") from error


class PartialDateField(models.CharField):
    """A date as it was typed: 1991, 1991-12 or 1991-12-21, and XXXX where `unknown=True`.

    An empty text means what the model says of it (an end that is empty: ongoing).
    """

    default_validators = [validate_partial_date]

    def __init__(self, *args, unknown=False, **kwargs):
        self.unknown = unknown
        kwargs["max_length"] = 10
        if kwargs.get("blank"):
            kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("max_length", None)
        if self.unknown:
            kwargs["unknown"] = True
        return name, path, args, kwargs

    def to_python(self, value):
        return value.strip() if isinstance(value, str) else super().to_python(value)

    def validate(self, value, model_instance):
        super().validate(value, model_instance)
        if value == dates.UNKNOWN and not self.unknown:
            raise ValidationError(NO_UNKNOWN, code="date")

    def formfield(self, **kwargs):
        # Longer than the column, so that "21 December 1991" is told what a date looks like, not how long it may be.
        field = super().formfield(**{"max_length": 40, "validators": [validate_partial_date], **kwargs})
        field.widget.attrs.update({"class": "partial-date", "size": 11, "placeholder": "1991-12-21"})
        if self.unknown:
            field.widget.attrs["data-unknown"] = ""  # For what desk.js says while a date is typed.
        return field


def _last_day_of_month(name):
    """Return the SQL of the last day of the month that a date text names, "28" to "31"."""
    month, year = Substr(name, 6, 2), Cast(Substr(name, 1, 4), IntegerField())
    leap = Q(Exact(year % 4, 0)) & (~Q(Exact(year % 100, 0)) | Q(Exact(year % 400, 0)))
    return Case(
        When(Q(In(month, ["04", "06", "09", "11"])), then=Value("30")),
        When(Q(Exact(month, Value("02"))) & leap, then=Value("29")),
        When(Q(Exact(month, Value("02"))), then=Value("28")),
        default=Value("31"),
        output_field=models.CharField(),
    )


def _bound(name, *, empty, unknown, year, month):
    return models.GeneratedField(
        expression=Case(
            When(**{name: ""}, then=Value(empty)),
            When(**{name: dates.UNKNOWN}, then=Value(unknown)),
            When(Q(Exact(Length(name), 4)), then=Concat(F(name), Value(year))),
            When(Q(Exact(Length(name), 7)), then=Concat(F(name), month)),
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
    return _bound(name, empty=empty, unknown=dates.ALWAYS, year="-01-01", month=Value("-01"))


def latest(name, *, empty):
    """A generated column: the last day that the date in column `name` can mean."""
    month = Concat(Value("-"), _last_day_of_month(name))
    return _bound(name, empty=empty, unknown=dates.NEVER, year="-12-31", month=month)


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


def date_constraint(name, *, unknown=False, blank=False):
    """Return the constraint that column `name` holds a valid date, by plain comparisons.

    No regular expression: on SQLite Django would put an SQL function of its own into the schema, and no other client
    could write a row.
    """
    allowed = ([""] if blank else []) + ([dates.UNKNOWN] if unknown else [])
    year = Q(In(Length(name), [4, 7, 10])) & ~Q(Exact(Substr(name, 1, 4), Value("0000")))
    for place in range(1, 5):
        year &= Q(In(Substr(name, place, 1), _DIGITS))
    month = Q(Exact(Length(name), 4)) | (Q(Exact(Substr(name, 5, 1), Value("-"))) & Q(In(Substr(name, 6, 2), _MONTHS)))
    days = Q(In(Substr(name, 9, 2), [f"{number:02}" for number in range(1, 32)]))
    in_month = Case(  # A CASE, for the cast of the year must not be tried on what is no year.
        When(Q(Exact(Length(name), 10)) & year & month & days, then=_last_day_of_month(name)),
        default=Value("99"),
        output_field=models.CharField(),
    )
    real = Q(LessThanOrEqual(Substr(name, 9, 2), in_month))
    day = ~Q(Exact(Length(name), 10)) | (Q(Exact(Substr(name, 8, 1), Value("-"))) & days & real)
    return DateConstraint(
        column=name,
        allowed=allowed,
        condition=Q(**{f"{name}__in": allowed}) | (year & month & day) if allowed else year & month & day,
        name=f"%(app_label)s_%(class)s_{name}_is_date",
        violation_error_message="A date is a year (1991), a month (1991-12) or a day (1991-12-21).",
    )


def order_constraint(begin, end, message):
    """Return the constraint that `end` can lie after `begin`: a span lasts at least a day."""
    return models.CheckConstraint(
        condition=Q(GreaterThan(F(f"{end}_latest"), F(f"{begin}_earliest"))),
        name=f"%(app_label)s_%(class)s_{end}_after_{begin}",
        violation_error_message=message,
    )


def readable(*texts):
    """Return whether all texts are dates, XXXX or empty. Django calls `clean()` even after a field was refused."""
    return all(text in {"", dates.UNKNOWN} or dates.is_date(text) for text in texts)


def validate_order(instance, begin, end, message):
    """Raise ValidationError on the end field if it does not lie after the beginning, as the database would."""
    first, last = getattr(instance, begin), getattr(instance, end)
    if readable(first, last) and not dates.may_follow(first, last):
        raise ValidationError({end: message})


class DatedQuerySet(models.QuerySet):
    """Verbs of everything with a span in time. The model names its two ends: `span = (begin, end)`."""

    def on(self, date, prefix=""):
        """Keep what holds, certainly or possibly, on a date (in a year or month: at some time in it)."""
        return self.filter(holding(self.model, date, prefix))

    def current(self):
        """Keep what holds today."""
        return self.on(dates.today())

    def with_existence(self, on):
        """Annotate `gone`: whether a thing certainly does not exist on a date. Lists put it last."""
        there = Case(When(holding(self.model, on), then=False), default=True, output_field=models.BooleanField())
        return self.annotate(gone=there)

    def happened(self, name, since, until):
        """Keep the rows whose date in column `name` certainly falls in [since, until).

        A coarse date counts on the last day that it can mean, so that each date lies in exactly one of two adjacent
        intervals. An empty date, or XXXX, lies in none.
        """
        return self.filter(**{f"{name}_latest__gte": since, f"{name}_latest__lt": until}).exclude(**{name: ""})

    def may_have_happened(self, name, since, until):
        """Keep the rows whose coarse date may fall in [since, until) but is counted in a later interval."""
        return self.filter(**{f"{name}_earliest__lt": until, f"{name}_latest__gte": until}).exclude(
            **{f"{name}__in": ["", dates.UNKNOWN]}
        )


def holding(model, date, prefix=""):
    """Return the condition that a dated model, reached through `prefix`, holds on a date at its outer bounds."""
    on = dates.as_partial(date)
    begin, end = (f"{prefix}{name}" for name in model.span)
    condition = Q(**{f"{begin}_earliest__lte": on.latest, f"{end}_latest__gt": on.earliest})
    if on.earliest >= dates.today().isoformat():
        # "Ended, nobody knows when" has ended: from today on it holds no more, whatever the bounds say.
        condition &= ~Q(**{end: dates.UNKNOWN})
    if model.within:
        condition &= holding(model._meta.get_field(model.within).related_model, on, f"{prefix}{model.within}__")
    return condition


class Dated(models.Model):
    """Something with a span in time: valid from span[0] (inclusive) to span[1] (exclusive).

    `within` names the foreign key to what it cannot outlive, if anything: no council sits before its organization is
    founded, no state takes part in a force after it is disbanded.
    """

    span = ("", "")
    within = ""

    class Meta:
        abstract = True

    def clean(self):
        """Raise ValidationError if the end does not lie after the beginning."""
        begin, end = self.span
        began = self._meta.get_field(begin).verbose_name
        message = f"This is not after “{began}” ({getattr(self, begin)}). Check both dates."
        validate_order(self, begin, end, message)

    def holds(self, on):
        """Return whether it holds on a date (dates.Holds). What it lies within must hold, too."""
        begin, end = self.span
        held = dates.holds(getattr(self, begin), getattr(self, end), on)
        if self.within and held != dates.Holds.NO:
            around = getattr(self, self.within).holds(on)
            return around if around != dates.Holds.CERTAINLY else held
        return held

    def standing(self, on):
        """Return its standing on a date: "" (it holds), "possibly", "not yet" or "no more"."""
        held = self.holds(on)
        if held != dates.Holds.NO:
            return "possibly" if held == dates.Holds.POSSIBLY else ""
        if self.within and getattr(self, self.within).standing(on) == "not yet":
            return "not yet"
        begin, _ = dates.begin_bounds(getattr(self, self.span[0]), dates.today().isoformat())
        return "not yet" if begin > on.latest else "no more"
