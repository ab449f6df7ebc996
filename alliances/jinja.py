"""The environment of the public templates: everything they can call is named here."""

from django.templatetags.static import static
from django.urls import reverse
from jinja2 import Environment


def environment(**options):
    """Make the Jinja2 environment of templates/ (settings.TEMPLATES)."""
    options |= {"trim_blocks": True, "lstrip_blocks": True}
    env = Environment(**options)  # noqa: S701  Django's backend passes autoescape=True.
    env.globals.update(static=static, url=lambda name, *args: reverse(name, args=args))
    return env
