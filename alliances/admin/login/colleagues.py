"""For administrators: what is locked, and who has a second factor; how to let a colleague in again."""

from axes.models import AccessAttempt
from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST
from django.views.generic import View
from django_otp.plugins.otp_totp.models import TOTPDevice

from alliances.models import AuditEntry

from ..posted_text import posted_text
from .attempts import locked
from .second_factor import remove
from .sessions import end_all

User = get_user_model()


def may_help(request, account):
    """Tell whether the user may take the second factor from an account.

    Not from one that they may not change (accounts.py); and one's own is removed by giving a code.
    """
    return account != request.user and admin.site.get_model_admin(User).has_change_permission(request, account)


class Administrators(View):
    """A page for who keeps the accounts."""

    def dispatch(self, request):
        if not request.user.has_perm("auth.change_user"):
            raise PermissionDenied
        return super().dispatch(request)


class LogIns(Administrators):
    """What is locked now, and how each colleague logs in."""

    def get(self, request):
        factor = TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
        staff = User.objects.filter(is_staff=True, is_active=True).annotate(factor=Exists(factor)).order_by("username")
        names = {each.username for each in staff}
        context = {
            **admin.site.each_context(request),
            "title": "How colleagues log in",
            # Other names are no accounts: nobody waits to be let in, and one may be a password in the wrong box.
            "names": [row for row in locked("username") if row[0] in names],
            "addresses": locked("ip_address"),
            "accounts": [(each, may_help(request, each)) for each in staff],
        }
        return TemplateResponse(request, "admin/login/log_ins.html", context)


@method_decorator(require_POST, name="dispatch")
class Unlock(Administrators):
    """Forget the wrong passwords for a name, or from an address."""

    def post(self, request):
        name, address = posted_text(request.POST, "name"), posted_text(request.POST, "address")
        column, value = ("username", name) if name else ("ip_address", address)
        if value not in {row[0] for row in locked(column)}:
            messages.warning(request, "Nothing is locked any more.")
            return redirect("alliances_log_ins")
        AccessAttempt.objects.filter(**{column: value}).delete()
        AuditEntry.objects.record(
            AuditEntry.What.UNLOCKED, name, by=request.user.get_username(), address=None if name else address
        )
        messages.success(request, f"Unlocked: {name or address}.")
        return redirect("alliances_log_ins")


@method_decorator(require_POST, name="dispatch")
class RemoveFactor(Administrators):
    """Remove the second factor of a colleague who has lost it, and end their sessions."""

    def post(self, request):
        key = posted_text(request.POST, "account")
        account = get_object_or_404(User, pk=int(key) if key.isdecimal() and len(key) < 10 else 0)
        if not may_help(request, account):
            raise PermissionDenied
        remove(account)
        end_all(account)
        AuditEntry.objects.record(
            AuditEntry.What.FACTOR_REMOVED, account.get_username(), by=request.user.get_username()
        )
        messages.success(request, f"{account} logs in with the password alone, and can set up a new second factor.")
        return redirect("alliances_log_ins")
