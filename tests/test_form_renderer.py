"""Inputs that are written without a template have the same characters as Django's templates give them."""

import datetime

import pytest
from django import forms
from django.contrib.admin import widgets
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe

from alliances.admin.form_renderer import PlainInputs

NASTY = "<b> & \"quoted\" 'single' ’ \u202e</textarea>"
ATTRS = [{}, {"class": "a b", "size": 11, "data-unknown": ""}, {"disabled": True, "required": False, "title": NASTY}]
VALUES = [None, "", "1952-02", NASTY, mark_safe("&amp;"), 0, 1_000_000, 1.5, True, datetime.date(1952, 2, 18)]
KINDS = [
    forms.TextInput,
    forms.NumberInput,
    forms.EmailInput,
    forms.URLInput,
    forms.HiddenInput,
    forms.PasswordInput,
    forms.CheckboxInput,
    forms.DateInput,
    forms.TimeInput,
    forms.SearchInput,
    forms.Textarea,
    forms.Select,
    widgets.AdminTextInputWidget,
    widgets.AdminTextareaWidget,
    widgets.AdminURLFieldWidget,
    widgets.AdminDateWidget,
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_an_input_is_written_as_djangos_template_writes_it(kind):
    for attrs in ATTRS:
        for value in VALUES:
            widget = kind(attrs=attrs)
            ours, theirs = (
                widget.render("a<b", value, {"id": "id_a"}, renderer=renderer())
                for renderer in (PlainInputs, DjangoTemplates)
            )
            assert ours == theirs
            assert hasattr(ours, "__html__")
