"""Wrong passwords: how they are counted, and what somebody is told who is locked out.

django-axes counts; orgsite/security.py says how many, by what and for how long. While a name or an address is locked
no password is hashed: that costs a third of a second each time.
"""

from datetime import timedelta

from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username, get_cool_off
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in
from django.core.exceptions import ValidationError
from django.db.models import Max, Sum
from django.dispatch import receiver

from alliances import dates
from alliances.models import AuditEntry
from alliances.public.suggestions.throttle import client_of


def address_of(request):
    """Return the address that a request comes from as the database keeps it, of IPv6 that of the household's network.

    None where there is none: in a command, or behind a socket without a proxy that says it.
    """
    return client_of(request).partition("/")[0] or None


class AttemptsHandler(AxesDatabaseHandler):
    """The counts of django-axes, without what is not needed to count, and with an entry in the audit log."""

    def user_login_failed(self, sender, credentials, request=None, **kwargs):
        """Count a failure under its name and address, and record it and the lock that it led to.

        Browser and languages are not stored. What is refused unseen, while locked, is neither counted nor recorded.
        """
        if request is None:
            return
        request.axes_user_agent = request.axes_http_accept = ""
        unseen = request.axes_locked_out
        super().user_login_failed(sender, credentials, request, **kwargs)
        if unseen:
            return
        name = get_client_username(request, credentials) or ""
        account = name if get_user_model().objects.filter(username=name).exists() else ""
        record, address = AuditEntry.objects.record, request.axes_ip_address
        record(AuditEntry.What.FAILED, account, address=address)
        if request.axes_locked_out:
            record(AuditEntry.What.LOCKED_OUT, account, address=address)

    def reset_user_attempts(self, request, credentials=None):
        """After a right password forget the failures of that name.

        The library would forget those from the same address, too: whoever has an account could guess the passwords
        of others, and log in as themselves in between.
        """
        return self.reset_attempts(username=get_client_username(request, credentials))


def locked(column):
    """Return [(value, failures, until)] of what is locked now, by "username" or "ip_address"."""
    waits = settings.AXES_COOLOFF_TIME
    recent = AccessAttempt.objects.filter(attempt_time__gt=dates.now() - waits).exclude(**{column: None})
    counts = recent.values_list(column).annotate(failures=Sum("failures_since_start"), last=Max("attempt_time"))
    full = counts.filter(failures__gte=settings.AXES_FAILURE_LIMIT).order_by(column)
    return [(value, failures, last + waits) for value, failures, last in full]


def told(wait: timedelta) -> str:
    """Say how long somebody has to wait, in words."""
    minutes = -(-int(wait.total_seconds()) // 60)
    if minutes % 60:
        return f"{minutes} minutes"
    return "an hour" if minutes == 60 else f"{minutes // 60} hours"


class LogInForm(AdminAuthenticationForm):
    """Name and password, and why somebody is not let in although they may be right."""

    def get_invalid_login_error(self):
        if not getattr(self.request, "axes_locked_out", False):
            return super().get_invalid_login_error()
        return ValidationError(
            f"There were {settings.AXES_FAILURE_LIMIT} wrong passwords for this name, or from your address, in a "
            f"short time. For up to {told(get_cool_off(self.request))} nobody is let in here, not even with the right "
            "password. An administrator can unlock it at once, and give you a new password if you forgot yours.",
            code="locked_out",
        )


admin.site.login_form = LogInForm


def locked_out(request, response, credentials):
    """Answer 429 with the log-in page, whose form says why (`LogInForm`)."""
    response.status_code = 429
    response.headers["Retry-After"] = str(int(get_cool_off(request).total_seconds()))
    return response


@receiver(user_logged_in)
def record_log_in(sender, request, user, **kwargs):
    """Record that somebody logged in."""
    AuditEntry.objects.record(AuditEntry.What.LOGGED_IN, user.get_username(), address=address_of(request))
