"""Addresses are promises: a thing is renamed, and what it was called before leads to it for ever."""

from django.core.exceptions import ValidationError

from alliances.models import OldAddress, State
from alliances.models.changeset import change_set


def rename(thing, to, reason=""):
    """Call a thing something else: its new address is public at once, the old one leads there for ever.

    Refused, beside the field (`address_field`), is what is no address or leads to something else.
    """
    field = thing._meta.get_field(thing.address_field)
    if to == thing.address:
        raise ValidationError({field.name: "This is its address already."})
    if to.lower() != to and not isinstance(thing, State):
        raise ValidationError({field.name: "Use small letters: addresses are written so."})
    setattr(thing, field.name, to)
    thing.full_clean(exclude={each.name for each in thing._meta.fields} - {field.name})
    with change_set(reason=reason):
        thing.save()


def former(thing):
    """Return what a thing was called before, the latest first."""
    return list(OldAddress.objects.about(thing).order_by("-pk").values_list("slug", flat=True))
