"""The limit on suggestions from one client within an hour."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.core.cache import cache as shared
from django.utils.crypto import salted_hmac

MAX_AN_HOUR = 5

HOUR = 60 * 60


def client_of(request):
    """Return the IP address of the client; for IPv6 the /64 network, which is one household.

    Behind a proxy (BEHIND_HTTPS_PROXY) it is the last address of X-Forwarded-For, which the proxy itself wrote.
    """
    text = request.META.get("REMOTE_ADDR", "")
    if settings.SECURE_PROXY_SSL_HEADER:
        text = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip() or text
    try:
        found = ip_address(text)
    except ValueError:
        return text
    found = getattr(found, "ipv4_mapped", None) or found  # A socket for both writes IPv4 so.
    return str(ip_network((found, 64), strict=False)) if isinstance(found, IPv6Address) else str(found)


def too_many(request):
    """Count one more suggestion from the client, and tell whether it exceeds the limit.

    The address itself is not stored: the name of the counter is a keyed hash, which expires after an hour.
    """
    name = "suggestions:" + salted_hmac("suggestions", client_of(request), algorithm="sha256").hexdigest()
    shared.add(name, 0, HOUR)
    try:
        return shared.incr(name) > MAX_AN_HOUR
    except ValueError:  # The hour has just ended.
        return False
