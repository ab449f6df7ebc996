"""What the templates of the desk ask for."""

from django import template

register = template.Library()


@register.simple_tag
def desk_of(user):
    """Return what the desk's first page shows to a user."""
    from alliances.admin.dashboard import Dashboard

    return Dashboard(user)


@register.simple_tag
def rows(inline, last):
    """Return the rows of an inline as HTML; `last`: no others follow on the form."""
    return inline.render(last=last)
