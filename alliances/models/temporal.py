"""Dates in the database: the field that stores what is known, and `.on(date)`; its bounds are in date_columns.py."""

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Q, When

from alliances import dates, typed_dates

NO_UNKNOWN = "“XXXX” (date unknown) cannot stand here. Write at least the year."


def validate_partial_date(text):
    """Raise ValidationError for what `dates.read` cannot read; whether XXXX may stand, the field decides."""
    if text != dates.UNKNOWN:
        try:
            known = dates.read(text)
        except ValueError as error:
            raise ValidationError(str(error), code="date") from error
        # What is announced is at most a year away; 9999 is how other files write that something goes on.
        bound = known.earliest if known.latest == dates.NEVER else known.latest
        if int(bound[:4]) > dates.today().year + 1:
            raise ValidationError(f"“{text}” is later than next year. Leave it empty if it goes on.", code="date")


class DateBox(forms.CharField):
    """The box of a form for a date: what people write ("by 1990") is understood before it is judged."""

    def to_python(self, value):
        return typed_dates.understand(super().to_python(value))


class PartialDateField(models.CharField):
    """A date as far as it is known: 1991, 1991-12, 1991-12-21, [1985..1989], and XXXX where `unknown=True`.

    What people write for an interval ("by 1990") is understood. An empty text means what the model says of it (an end
    that is empty: ongoing).
    """

    default_validators = [validate_partial_date]

    def __init__(self, *args, unknown=False, **kwargs):
        self.unknown = unknown
        kwargs["max_length"] = dates.LONGEST
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
        return typed_dates.understand(value) if isinstance(value, str) else super().to_python(value)

    def validate(self, value, model_instance):
        super().validate(value, model_instance)
        if value == dates.UNKNOWN and not self.unknown:
            raise ValidationError(NO_UNKNOWN, code="date")

    def formfield(self, **kwargs):
        # Longer than the column, so that "21 December 1991" is told what a date looks like, not how long it may be.
        settings = {"max_length": 60, "validators": [validate_partial_date], "form_class": DateBox}
        field = super().formfield(**settings | kwargs)
        field.widget.attrs.update({"class": "partial-date", "size": 11, "placeholder": "1991-12-21"})
        if self.unknown:
            field.widget.attrs["data-unknown"] = ""  # For what desk.js says while a date is typed.
        return field


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
        known = Q(**{f"{end}_latest__lt": dates.NEVER}) | Q(**{f"{end}_earliest__gt": on.earliest})
        condition &= Q(**{end: ""}) | known
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
