"""Who needs a second factor, and what somebody is who has not given it.

Somebody who has set one up, and with REQUIRE_SECOND_FACTOR everybody on the desk, is logged in only when both are
given. Who has given the password alone is nobody to every page, and on the desk is led to where the code is asked for.
"""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode
from django_otp.plugins.otp_totp.models import TOTPDevice


def has_factor(user):
    """Tell whether somebody has set up a second factor."""
    return TOTPDevice.objects.devices_for_user(user, confirmed=True).exists()


def lacks_factor(user):
    """Tell whether somebody gave a password, and still has to give or to set up a second factor."""
    if not user.is_authenticated or user.is_verified():
        return False
    return (settings.REQUIRE_SECOND_FACTOR and user.is_staff) or has_factor(user)


def ask_for_second_factor(get_response):
    """Middleware: make nobody of who lacks the second factor, but where it is given, set up, or logged out."""

    def middleware(request):
        user = request.user
        if not request.path_info.startswith(reverse("admin:index")):
            request.user = SimpleLazyObject(lambda: AnonymousUser() if lacks_factor(user) else user)
            return get_response(request)
        open_to_half = {reverse(name) for name in ("alliances_verify", "alliances_set_up", "admin:logout")}
        if request.path_info not in open_to_half and lacks_factor(user):
            page = reverse("alliances_verify" if has_factor(user) else "alliances_set_up")
            asked = request.GET.get("next") if request.path_info == reverse("admin:login") else request.get_full_path()
            return HttpResponseRedirect(f"{page}?{urlencode({'next': asked})}" if asked else page)
        return get_response(request)

    return middleware
