"""Addresses are promises: a thing is renamed, and its old address leads to it for ever."""

from typing import Any

from django.core.exceptions import ValidationError

from alliances.models import OldAddress, State
from alliances.models.changeset import change_set


def rename(thing: Any, to: str, reason: str = "") -> None:
    """Give a thing another address: that is public at once, and the old one leads there for ever.

    Raises ValidationError, beside its `address_field`, where the new one is no address, is its own, or leads to
    something else.
    """
    field = thing._meta.get_field(thing.address_field)
    if to == thing.address:
        raise ValidationError({field.name: "This is its address already."})
    if to.lower() != to and not isinstance(thing, State):
        raise ValidationError({field.name: "Use lower-case letters: addresses are written so."})
    setattr(thing, field.name, to)
    thing.full_clean(exclude={other.name for other in thing._meta.fields} - {field.name})
    with change_set(reason=reason):
        thing.save()


def former(thing: Any) -> list[str]:
    """Return the old addresses of a thing, the latest first."""
    return list(OldAddress.objects.about(thing).order_by("-pk").values_list("slug", flat=True))
