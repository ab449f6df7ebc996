"""The settings of security and of logging in; settings.py takes all of them.

They are a module of their own because they are read together, by whoever asks how the site is protected, and because
settings.py would be half as long again with them.
"""

import os
from datetime import timedelta

from csp.constants import NONE, SELF

from orgsite.environment import env_bool, host_names, secret_key, trusted_origins

DEBUG = env_bool("DEBUG")
SECRET_KEY = secret_key(DEBUG)
ALLOWED_HOSTS = host_names(DEBUG)
CSRF_TRUSTED_ORIGINS = trusted_origins()
CSRF_FAILURE_VIEW = "alliances.public.errors.form_refused"

# The site stands at the root of its host. Without this a header SCRIPT_NAME, which some proxies let through, would put
# a prefix of a stranger's choice before every link, and lead to /admin/ past a proxy's rule about paths.
FORCE_SCRIPT_NAME = ""

# Behind a proxy that ends TLS: plain HTTP is sent on to HTTPS, and browsers remember that for a year.
BEHIND_HTTPS_PROXY = env_bool("BEHIND_HTTPS_PROXY")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_HTTPS_PROXY else None
SECURE_SSL_REDIRECT = BEHIND_HTTPS_PROXY
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]  # Whoever looks after the processes asks them directly.
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if BEHIND_HTTPS_PROXY else 0
# Whether the other hosts of our domain speak HTTPS is not ours to promise: no includeSubDomains, no preload.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

# Headers of every answer; those that Django does not know are in orgsite/headers.py.
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Everything comes from the site itself: no inline script or style, no eval, no other host, in no frame but its own
# embeds, which lift that for themselves (alliances/public/views/embeds.py).
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],  # The admin's own icons are data URLs in its style sheets.
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# Only the desk has sessions. They end twelve hours after the last page was opened (alliances/admin/login/sessions.py).
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEBUG

LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}Validator", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarity", {}),
        ("MinimumLength", {"min_length": 12}),
        ("CommonPassword", {}),
        ("NumericPassword", {}),
    )
]

# Ten wrong passwords within an hour, for one name or from one address, and neither is let in for an hour. Counted in
# the database, where all processes see it. Who tries on meanwhile does not prolong it: otherwise anybody could keep an
# editor out for ever with one attempt an hour.
AXES_HANDLER = "alliances.admin.login.attempts.AttemptsHandler"
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(hours=1)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_PARAMETERS = ["username", "ip_address"]
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "alliances.admin.login.attempts.address_of"
AXES_LOCKOUT_CALLABLE = "alliances.admin.login.attempts.locked_out"
AXES_SENSITIVE_PARAMETERS = ["username", "csrfmiddlewaretoken", "next"]
AXES_ENABLE_ADMIN = False  # alliances/admin/login/colleagues.py shows what is locked.
AXES_DISABLE_ACCESS_LOG = True  # alliances/models/audit.py keeps who logged in.
AXES_VERBOSE = False

# Whether everybody on the desk needs a second factor; who has set one up needs it in any case.
REQUIRE_SECOND_FACTOR = env_bool("REQUIRE_SECOND_FACTOR")
OTP_TOTP_ISSUER = os.environ.get("SECOND_FACTOR_ISSUER") or "Who belongs to what"
