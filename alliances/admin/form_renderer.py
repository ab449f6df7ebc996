"""How the inputs of forms are written: plain ones without a template for each."""

from django.forms.renderers import DjangoTemplates
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

_WIDGETS = "django/forms/widgets"
# The templates that only include Django's input.html.
_INPUTS = {
    f"{_WIDGETS}/{name}.html"
    for name in ("input", "text", "number", "email", "url", "hidden", "password", "checkbox", "date", "time", "search")
}


class PlainInputs(DjangoTemplates):
    """Django's form renderer, but inputs and text areas are written in Python, to the same characters.

    The form of the United Nations has 2,000 of them, and a template for each took half of its time.
    """

    def render(self, template_name, context, request=None):
        if template_name in _INPUTS:
            return _input(context["widget"])
        if template_name == f"{_WIDGETS}/textarea.html":
            return _textarea(context["widget"])
        return super().render(template_name, context, request)


def _input(widget: dict) -> SafeString:
    value = "" if widget["value"] is None else f' value="{_text(widget["value"])}"'
    return _safe(f'<input type="{_text(widget["type"])}" name="{_text(widget["name"])}"{value}{_attrs(widget)}>')


def _textarea(widget: dict) -> SafeString:
    value = _text(widget["value"]) if widget["value"] else ""
    return _safe(f'<textarea name="{_text(widget["name"])}"{_attrs(widget)}>\n{value}</textarea>')


def _attrs(widget: dict) -> str:
    """Return the attributes as Django's attrs.html writes them: True stands without a value, False is left out."""
    return "".join(
        f" {_text(name)}" if value is True else f' {_text(name)}="{_text(value)}"'
        for name, value in widget["attrs"].items()
        if value is not False
    )


def _text(value: object) -> str:
    return conditional_escape(value if isinstance(value, SafeString) else str(value))


def _safe(html: str) -> SafeString:
    return mark_safe(html)  # noqa: S308  Each part is escaped.
