"""A text field for an organization, a state, a source…: its code or a name is typed. Works without script."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join

from alliances.models import old_address
from alliances.text import fold, shorten


class CodeOrNameField(forms.CharField):
    """One thing with an address of its own, found by its code in any case, by a former code, or by an unambiguous name.

    The browser offers what there is (`datalist`). The field keeps the text as it was typed.
    """

    def __init__(self, model, **kwargs):
        super().__init__(max_length=200, **kwargs)
        self.model = model
        self.code = model.address_field
        self.widget.attrs.update({"list": self.list_id, "autocomplete": "off", "class": "named"})

    @property
    def list_id(self):
        """The id of the datalist, one for each kind of thing on a page."""
        return f"all-{self.model._meta.model_name}"

    def clean(self, value):
        text = super().clean(value)
        if not text:
            return None
        found = self.meant(text)
        if len(found) == 1:
            return found[0]
        noun = self.model._meta.verbose_name
        if found:
            near = " or ".join(f"{each.address} ({each})" for each in found)
            raise ValidationError(f"“{shorten(text)}” may be {near}. Type the code.", code="ambiguous")
        raise ValidationError(
            f"There is no {noun} “{shorten(text)}” here. Type its code, or its name as its page has it.",
            code="unknown",
        )

    def meant(self, text):
        """Return the things that a text may mean."""
        things = self.model.objects
        called = {text, text.lower(), text.upper()}
        called |= set(old_address.present(self.model, called).values())
        return list(things.filter(**{f"{self.code}__in": called})[:4]) or self._titled(text) or things.guess(text)

    def _titled(self, text):
        """Return what is called just so where its code is not its name: a source, a document."""
        folded = f"\n{fold(text)}\n"
        return list(self.model.objects.filter(folded__contains=folded)[:4]) if fold(text) else []

    def datalist(self):
        """What the browser offers: each code with the name."""
        # What is called by its organization, too, brings it along.
        things = self.model.objects.with_named()
        options = format_html_join("", '<option value="{}">{}</option>', ((each.address, each) for each in things))
        return format_html('<datalist id="{}">{}</datalist>', self.list_id, options)


def datalists(*fieldsets):
    """Return the datalists that some forms' fields need, each once."""
    named = {
        each.list_id: each for fields in fieldsets for each in fields.values() if isinstance(each, CodeOrNameField)
    }
    return [each.datalist() for each in named.values()]
