"""Redirects from old addresses to present ones."""

from django.shortcuts import redirect
from django.urls import reverse

from alliances.models.old_address import present


def moved_permanently(path):
    """Answer with a 301 that browsers check again each time.

    Cached for good, it would loop once a fact gets a former name back.
    """
    response = redirect(path, permanent=True)
    response.headers["Cache-Control"] = "no-cache"
    return response


def redirect_from_old_address(request, model, code):
    """Return a redirect from an old address to the present one, with the same query; else None."""
    present_code = present(model, [code]).get(code)
    if present_code is None:
        return None
    match = request.resolver_match
    query = request.META.get("QUERY_STRING", "")
    path = reverse(match.view_name, kwargs={**match.kwargs, "slug": present_code.lower()})
    return moved_permanently(f"{path}?{query}" if query else path)
