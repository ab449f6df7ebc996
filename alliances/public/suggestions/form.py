"""The suggestion form: its fields, and what keeps bots out."""

import re

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import ForeignKey
from django.utils.text import capfirst

from alliances import dates
from alliances.models import Suggestion
from alliances.models.suggestion import CONTACT_KEPT
from alliances.text import TURNING

QUICKEST, SLOWEST = 3, 24 * 60 * 60  # Seconds between opening the form and sending it.

# The name of the honeypot: a field that only bots fill in.
TRAP = "homepage"

_LINK = re.compile(r"(?i)[a-z][a-z0-9+.-]*://|(?:javascript|data|vbscript|file):")

_web = URLValidator(schemes=["http", "https"])


def value_of(fact, field):
    """Return the value of one field of a fact in words; empty if it has none."""
    if isinstance(field, ForeignKey):
        return str(getattr(fact, field.name) or "")
    value = getattr(fact, field.attname)
    return "" if value is None else str(dict(field.flatchoices).get(value, value))


def values(fact):
    """Return [(field name, label, value in words)] for the public fields of a fact."""
    return [(each.name, capfirst(each.verbose_name), value_of(fact, each)) for each in fact.KIND.public_fields()]


def value_now(fact, name=""):
    """Return the value of the named field in words; without a name, a line for each field that has a value."""
    told = values(fact)
    if name:
        return next((value for each, _, value in told if each == name), "")
    return "\n".join(f"{label}: {value}" for _, label, value in told if value)


def refuse_controls(text):
    """Refuse characters that are invisible, or that make others look like something else."""
    for character in text:
        if character not in "\n\t" and (character in TURNING or ord(character) < 32 or 127 <= ord(character) < 160):
            raise ValidationError(f"A character in it is invisible (U+{ord(character):04X}). Take it out.")


def refuse_odd_links(text):
    """Refuse links that are malformed or do not lead to a web page: an editor will follow them."""
    for word in text.split():
        if _LINK.match(word.strip("<>()[]“”\"'«»")):
            try:
                _web(word.strip("<>()[]“”\"'«»").rstrip(".,;:"))
            except ValidationError as error:
                raise ValidationError(
                    "This address cannot be opened. Copy it from the browser once more, with its http:// or https://, "
                    "or give author, title and page instead."
                ) from error


class Words(forms.CharField):
    """A text of several lines, with a limit on characters as the browser counts them."""

    widget = forms.Textarea
    default_validators = [refuse_controls]

    def __init__(self, most, missing, **kwargs):
        messages = {
            "required": missing,
            "max_length": "Use at most %(limit_value)d characters; these are %(show_value)d.",
        }
        super().__init__(max_length=most, error_messages=messages, **kwargs)

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n")


class SuggestionForm(forms.Form):
    """What is wrong with a fact, what is right, and on which source."""

    field = forms.ChoiceField(
        required=False, label="Which part of it", error_messages={"invalid_choice": "Choose one of the parts listed."}
    )
    wrong = Words(2000, "Say what is wrong.", label="What is wrong?", help_text="In a sentence or two.")
    right = Words(
        1000,
        "Say what is right, as far as you know.",
        label="What is right?",
        help_text="If you chose a part above: only its value. A date as it is known: 1952, 1952-02 or 1952-02-18.",
    )
    source = Words(
        1000,
        "Name a source: without one we cannot correct anything.",
        label="Source",
        help_text="A link, or author, title and page. An editor looks it up.",
        validators=[refuse_odd_links],
    )
    contact = forms.EmailField(
        required=False,
        max_length=254,
        label="Your e-mail address, if you want an answer",
        help_text="Only editors see it. It is deleted when they have decided, and after six months at the latest.",
        error_messages={"invalid": "This is no e-mail address, such as name@example.org. It may also stay empty."},
    )
    homepage = forms.CharField(required=False)
    opened = forms.CharField(required=False)

    def __init__(self, fact, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fact = fact
        everything = [("", "The whole of it, or something else")]
        self.fields["field"].choices = everything + [(name, label) for name, label, _ in values(fact)]
        self.stamp = self.data.get("opened", "")
        if self._age() is None:
            self.stamp = signing.dumps([*self._about, int(dates.now().timestamp())], salt="suggestion")

    @property
    def _about(self):
        return self.fact.KIND.code, self.fact.pk

    def _age(self):
        """Return how many seconds the form was open; None if its stamp is invalid or too old."""
        try:
            *about, opened = signing.loads(self.stamp, salt="suggestion")
            age = dates.now().timestamp() - opened
        except (signing.BadSignature, TypeError, ValueError):
            return None
        return age if tuple(about) == self._about and age <= SLOWEST else None

    def clean(self):
        """Keep bots out, with messages that help a human who is mistaken for one."""
        if self.data.get(TRAP):
            raise ValidationError("A box was filled in that only machines see. It is empty now: please send it again.")
        if self.data.get("opened", "") != self.stamp:
            raise ValidationError("This form was open for more than a day. Nothing is lost: please send it again.")
        if self._age() < QUICKEST:
            raise ValidationError("That was too quick for a human. Nothing is lost: wait a moment and send it again.")
        return super().clean()

    def save_suggestion(self):
        """Store the suggestion with the present value of the fact, once if it is sent twice. Erase old addresses."""
        Suggestion.objects.forget_contacts(dates.now() - CONTACT_KEPT)
        given = {name: self.cleaned_data[name] for name in ("field", "wrong", "right", "source")}
        waiting = Suggestion.objects.waiting().about(self.fact).filter(**given).first()
        return waiting or Suggestion.objects.create(
            kind=self.fact.KIND.code,
            key=self.fact.pk,
            title=str(self.fact)[:300],
            value=value_now(self.fact, given["field"]),
            contact=self.cleaned_data["contact"],
            made=dates.now(),
            **given,
        )
