"""Marks that others append to an address: who sent the reader, which campaign, which click. They ask for nothing here.

An address leads on without them (301), before its parameters are judged: a link that was shared works, every page has
one address, and no mark stays in the reader's history. All other unknown parameters are errors, as ever.
"""

from urllib.parse import unquote_plus

from django.http import HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.encoding import escape_uri_path
from django.utils.http import escape_leading_slashes

# The list. A test sees to it that no parameter of ours is among them.
PREFIXES = ("utm_", "mtm_", "pk_", "hsa_", "at_")  # Google Analytics, Matomo, its former name, HubSpot, Piano.
_BY_WHOM = {
    "clicks on advertisements and posts": "fbclid fb_action_ids fb_action_types fb_source igshid igsh gclid gclsrc "
    "dclid gbraid wbraid gad_source gad_campaignid srsltid msclkid yclid ysclid twclid ttclid li_fat_id epik "
    "rdt_cid vkclid",
    "analytics across sites": "_ga _gl _openstat s_cid",
    "newsletters": "mc_cid mc_eid _hsenc _hsmi __hssc __hstc __hsfp hsctatracking mkt_tok _kx oly_anon_id oly_enc_id "
    "vero_conv vero_id",
    "who links here": "ref ref_src ref_url",
}
MARKS = frozenset(name for names in _BY_WHOM.values() for name in names.split())


def is_mark(name: str) -> bool:
    """Tell whether a parameter is a mark, in any case."""
    name = name.lower()
    return name in MARKS or name.startswith(PREFIXES)


def drop_marks(get_response):
    """Lead on from an address with marks to the same without them; for what only reads, and never at the desk."""

    def middleware(request):
        query = request.META.get("QUERY_STRING", "")
        if query and request.method in {"GET", "HEAD"} and not request.path.startswith(reverse("admin:index")):
            pieces = query.split("&")
            kept = [piece for piece in pieces if not is_mark(unquote_plus(piece.partition("=")[0]))]
            if len(kept) < len(pieces):
                path = escape_leading_slashes(escape_uri_path(request.path))
                left = "&".join(filter(None, kept))
                return HttpResponsePermanentRedirect(f"{path}?{left}" if left else path)
        return get_response(request)

    return middleware
