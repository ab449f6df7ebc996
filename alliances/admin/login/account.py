"""One's own account: password, second factor, and the end of all sessions."""

from django.contrib import admin, messages
from django.contrib.auth import logout
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_POST, require_safe
from django_otp.plugins.otp_static.models import StaticToken

from alliances.models import AuditEntry

from .gate import has_factor
from .second_factor import log
from .sessions import end_all, sessions_of


@require_safe
def account(request):
    """Show how one logs in, and what can be done about it."""
    context = {
        **admin.site.each_context(request),
        "title": "Your account",
        "factor": has_factor(request.user),
        "codes": StaticToken.objects.filter(device__user=request.user).count(),
        "sessions": len(sessions_of(request.user)),
    }
    return TemplateResponse(request, "admin/login/account.html", context)


@require_POST
def log_out_everywhere(request):
    """End all sessions of the account, this one too."""
    log(request, AuditEntry.What.LOGGED_OUT_EVERYWHERE)
    number = end_all(request.user)
    logout(request)
    messages.success(request, f"You are logged out everywhere: {number} session{'s' if number != 1 else ''} ended.")
    return redirect("admin:index")  # Which asks to log in.
