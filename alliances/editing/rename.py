"""Addresses are promises: a thing is renamed, and what it was called before leads to it for ever."""

import re

from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.urls import reverse

from alliances.models import CollectiveForce, Council, Document, OldAddress, Organization, Source, State
from alliances.models.versioning import change_set

# Everything with a page of its own.
ADDRESSED = (Organization, State, CollectiveForce, Council, Document, Source)

# What can be an address at all; and how many of them one question is answered for.
_CODE = re.compile(r"[-\w]{1,120}", re.ASCII)
_MOST = 50


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


def present(model, codes):
    """Map old addresses among these codes to what the thing is called now; what leads nowhere is left out."""
    codes = [code for code in codes if _CODE.fullmatch(code)][:_MOST]
    if not codes:
        return {}
    keys = dict(OldAddress.objects.of_kind(model).filter(slug__in=codes).values_list("slug", "key"))
    called = dict(model.objects.filter(pk__in=keys.values()).values_list("pk", model.address_field)) if keys else {}
    return {slug: called[key] for slug, key in keys.items() if key in called}


def moved(path):
    """Answer with 301, and let browsers ask again each time.

    They would keep it for ever otherwise; and a thing that is called again what it was called would send them round
    in a circle.
    """
    response = redirect(path, permanent=True)
    response.headers["Cache-Control"] = "no-cache"
    return response


def way_on(request, model, code):
    """Return the way from an old address to the present one, with the rest of the path and the query; None if it is no
    old one.
    """
    called = present(model, [code]).get(code)
    if called is None:
        return None
    match = request.resolver_match
    query = request.META.get("QUERY_STRING", "")
    path = reverse(match.view_name, kwargs={**match.kwargs, "slug": called.lower()})
    return moved(f"{path}?{query}" if query else path)
