"""Redirects: old addresses lead to the present ones."""

from django.shortcuts import redirect
from django.urls import reverse

from alliances.models.old_address import present


def moved_permanently(path):
    """Answer with 301, and let browsers ask again each time.

    They would keep it for ever otherwise; and a thing that is called again what it was called would send them round
    in a circle.
    """
    response = redirect(path, permanent=True)
    response.headers["Cache-Control"] = "no-cache"
    return response


def redirect_from_old_address(request, model, code):
    """Return the way from an old address to the present one, with the rest of the path and the query; None if it is no
    old one.
    """
    present_code = present(model, [code]).get(code)
    if present_code is None:
        return None
    match = request.resolver_match
    query = request.META.get("QUERY_STRING", "")
    path = reverse(match.view_name, kwargs={**match.kwargs, "slug": present_code.lower()})
    return moved_permanently(f"{path}?{query}" if query else path)
