"""Redirects from old addresses to present ones, and from names in addresses to what bears them."""

from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from alliances.models import Organization, State
from alliances.models.old_address import present
from alliances.queries import vocabularies

# What is known by its names: nothing else has them in several languages.
VOCABULARIES = {Organization: vocabularies.organizations, State: vocabularies.states}


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
    return None if present_code is None else moved_permanently(_same_page(request, present_code))


def redirect_from_name(request, model, name, route=None):
    """Return a redirect from an address with a name, in any language, to the one thing that has it; else None.

    Not for ever: another thing may get the same name. Several names with hyphens between them, such as “nato-otan”,
    lead on if each is a name of the same thing.
    """
    if model not in VOCABULARIES or len(name) > 200:
        return None
    vocabulary = VOCABULARIES[model]()
    codes = vocabulary.named(name)
    if not codes and "-" in name:
        codes = list(dict.fromkeys(code for part in name.split("-") for code in vocabulary.named(part) or [""]))
    if len(codes) != 1 or codes[0].lower() in {"", name}:  # Its own page, of which another part was not found.
        return None
    return redirect(_same_page(request, codes[0], route))


def named(model, route):
    """Return the view that leads on from a name that is no slug, such as /organizations/ОДКБ/, to that page."""

    @require_safe
    def lead_on(request, slug):
        if redirection := redirect_from_name(request, model, slug, route):
            return redirection
        raise Http404(f"No {model._meta.verbose_name} has this name.")

    return lead_on


def _same_page(request, code, route=None):
    """Return the address of the page of the request, or of another route, but of this code, with the same query."""
    match = request.resolver_match
    query = request.META.get("QUERY_STRING", "")
    path = reverse(route or match.view_name, kwargs={**match.kwargs, "slug": code.lower()})
    return f"{path}?{query}" if query else path
