"""How many suggestions are taken: from one client within an hour, and from all together until somebody reads them."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.utils.crypto import salted_hmac

from alliances.models import Suggestion
from alliances.models.suggestion_count import SuggestionCount

MAX_AN_HOUR = 5
# So many wait at most: more than editors read in a week, and few enough for the queue to stay one page.
MAX_WAITING = 200

# A household or an office has at least this much of IPv6, and whoever wants to be many has all of it.
IPV6_NETWORK = 56


def address_in(text):
    """Return the IP address that a text names, with or without a port; None if it names none.

    An IPv4 address in the dress of IPv6 (`::ffff:192.0.2.1`), as a socket for both writes it, is the IPv4 address.
    """
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def client_of(request):
    """Return the IP address of the client; for IPv6 the /56 network, which is one household. "" if there is none.

    Behind a proxy (BEHIND_HTTPS_PROXY) it is the last address of X-Forwarded-For, which the proxy itself wrote; where
    that is no address, it is the proxy's.
    """
    found = None
    if settings.SECURE_PROXY_SSL_HEADER:
        found = address_in(request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2])
    found = found or address_in(request.META.get("REMOTE_ADDR", ""))
    if isinstance(found, IPv6Address):
        return str(ip_network((found, IPV6_NETWORK), strict=False))
    return str(found or "")


def refusal(request):
    """Count one more suggestion from the client. Return why it is not taken, in a sentence; "" if it is."""
    client = salted_hmac("suggestions", client_of(request), algorithm="sha256").hexdigest()
    if SuggestionCount.objects.add(client) > MAX_AN_HOUR:
        return f"We take {MAX_AN_HOUR} suggestions an hour from one address. Please come back later."
    if Suggestion.objects.waiting().count() >= MAX_WAITING:
        return f"{MAX_WAITING} suggestions wait for an editor already, and we take no more until some are read."
    return ""
