"""The second factor: six digits from an app on the phone (TOTP), and codes on paper for when the phone is gone.

Whoever needs it is led to these pages by gate.py.
"""

import re

import segno
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth import authenticate
from django.contrib.auth.views import RedirectURLMixin
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.generic import FormView
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp import login as verify_session
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice, default_key
from django_otp.util import random_number_token

from alliances import dates
from alliances.models import AuditEntry

from .attempts import address_of
from .gate import has_factor, lacks_factor

# The library's own pages would show the keys of all accounts; nobody needs to see one again.
admin.site.unregister([TOTPDevice, StaticDevice])

What = AuditEntry.What
DIGITS = 6
RECOVERY_CODES, RECOVERY_DIGITS = 10, 12
OFFERED_FOR = 60 * 60  # Seconds in which a new key must be confirmed.
BOX = {
    "autocomplete": "one-time-code",
    "inputmode": "numeric",
    "autofocus": True,
    "aria-describedby": "code-help",
}


def log(request, what):
    """Record an event of the account that is logged in."""
    AuditEntry.objects.record(what, request.user.get_username(), address=address_of(request))


class CodeForm(forms.Form):
    """One box for a code: six digits from the app, or a recovery code; spaces and hyphens do not count."""

    code = forms.CharField(
        max_length=40,
        widget=forms.TextInput(attrs=BOX),
        error_messages={"required": "Type the code."},
    )

    def clean_code(self):
        return re.sub(r"[\s-]", "", self.cleaned_data["code"])


class Protected(RedirectURLMixin, FormView):
    """A page of the desk that asks for a code of the second factor before it does something.

    Wrong codes make somebody wait: a second, then two, four, eight (django-otp). Subclasses say what is done.
    """

    form_class = CodeForm
    template_name = "admin/login/code.html"
    title = explanation = button = ""

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        texts = {"title": self.title, "explanation": self.explanation, "button": self.button}
        texts["half"] = lacks_factor(self.request.user)
        return {**admin.site.each_context(self.request), **texts, **context, "next": self.get_redirect_url()}

    def get_default_redirect_url(self):
        return reverse("alliances_account")

    def dispatch(self, request):
        """Only who has a second factor can be asked for it."""
        if not has_factor(request.user):
            return redirect("alliances_account")
        return super().dispatch(request)

    def form_valid(self, form):
        with transaction.atomic():
            device, problem = check(self.request.user, form.cleaned_data["code"])
        if device is None:
            log(self.request, What.FACTOR_FAILED)
            form.add_error("code", problem)
            return self.form_invalid(form)
        log(self.request, What.FACTOR_USED if isinstance(device, TOTPDevice) else What.RECOVERY_USED)
        return self.allowed(device)

    def allowed(self, device):
        """Do what was asked for, after a right code."""
        raise NotImplementedError


def check(user, code):
    """Return the device that a code belongs to and None, or None and what is wrong; to be called in a transaction."""
    kind = TOTPDevice if len(code) == DIGITS else StaticDevice
    for device in kind.objects.devices_for_user(user, confirmed=True).select_for_update():
        allowed, why = device.verify_is_allowed()
        if not allowed:
            wait = int((why["locked_until"] - dates.now()).total_seconds()) + 1
            return None, f"After several wrong codes you have to wait. Try again in {wait} seconds."
        if device.verify_token(code):
            return device, None
    return None, (
        "This code is not right, or was used already. Wait until the app shows the next one; "
        "the clock of the phone must be right."
    )


class Verify(Protected):
    """The second step of logging in."""

    title = "Second factor"
    explanation = "Type the six digits that your authenticator app shows now, or one of your recovery codes."
    button = "Log in"

    def dispatch(self, request):
        if request.user.is_verified():
            return HttpResponseRedirect(self.get_redirect_url() or reverse("admin:index"))
        return super().dispatch(request)

    def get_default_redirect_url(self):
        return reverse("admin:index")

    def allowed(self, device):
        self.request.session.cycle_key()
        verify_session(self.request, device)
        if isinstance(device, StaticDevice):
            left = device.token_set.count()
            messages.warning(
                self.request,
                f"That recovery code is used up; you have {left} left. If your phone is gone, remove the second factor "
                "on the page “Account”, and set it up again.",
            )
        return HttpResponseRedirect(self.get_success_url())


class SetUpForm(CodeForm):
    """The first code of a new key, which shows that the app has it; `offer` is the key, signed for its user.

    The password again: who finds a desk open, or has stolen its session, must not lock its owner out with a phone of
    their own. A wrong one counts as one at logging in.
    """

    offer = forms.CharField(widget=forms.HiddenInput)
    password = forms.CharField(
        strip=False,
        max_length=1_000,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "aria-describedby": "password-help"}),
        error_messages={"required": "Type your password."},
    )

    def __init__(self, request, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.request, user = request, request.user
        self.key = self._offered(user, self.data.get("offer", "")) if self.is_bound else None
        self.expired = self.is_bound and self.key is None
        if self.key is None:  # A new one; nothing is stored before it is confirmed.
            self.key = default_key()
            self.data = {**self.data.dict(), "offer": self._offer(user)} if self.is_bound else self.data
            self.initial["offer"] = self._offer(user)
        self.device = TOTPDevice(user=user, name="Authenticator app", key=self.key)

    def _offer(self, user):
        return signing.dumps([user.pk, self.key], salt="second factor")

    @staticmethod
    def _offered(user, text):
        try:
            owner, key = signing.loads(text, salt="second factor", max_age=OFFERED_FOR)
        except (signing.BadSignature, TypeError, ValueError):
            return None
        return key if owner == user.pk else None

    def clean_code(self):
        code = super().clean_code()
        if self.expired:
            raise ValidationError("This page was open for more than an hour. Scan the new picture below.")
        clock = TOTP(self.device.bin_key, digits=DIGITS)
        clock.time = dates.now().timestamp()
        if not (re.fullmatch(r"[0-9]{6}", code) and clock.verify(int(code), tolerance=1)):
            raise ValidationError("This is not the code that the app shows now. Is the clock of the phone right?")
        self.device.last_t, self.device.drift = clock.t(), clock.drift  # So that it is not used twice.
        return code

    def clean_password(self):
        password, user = self.cleaned_data["password"], self.request.user
        if authenticate(self.request, username=user.get_username(), password=password) != user:
            raise ValidationError("This is not your password.")
        return password


class SetUp(RedirectURLMixin, FormView):
    """Set up the second factor: a picture for the app, or its key to be typed, and the first code."""

    form_class = SetUpForm
    template_name = "admin/login/set_up.html"

    def dispatch(self, request):
        """Nobody replaces a second factor: it is removed first, which asks for it."""
        if has_factor(request.user):
            return redirect("alliances_account")
        return super().dispatch(request)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "request": self.request}

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        device = context["form"].device
        code = segno.make(device.config_url, error="m", micro=False)
        # Markup of the library, of nothing that anybody typed: black squares, white between them also at night.
        picture = mark_safe(code.svg_inline(scale=5, border=4, light="white", omitsize=True))  # noqa: S308
        key = re.search(r"[?&]secret=([A-Z2-7]+)", device.config_url)[1]
        return {
            **admin.site.each_context(self.request),
            "title": "Set up a second factor",
            "picture": picture,
            "key": " ".join(re.findall(".{1,4}", key)),
            "address": device.config_url,
            "required": settings.REQUIRE_SECOND_FACTOR,
            "half": lacks_factor(self.request.user),
            "next": self.get_redirect_url(),
            **context,
        }

    def form_valid(self, form):
        form.device.save()
        self.request.session.cycle_key()
        verify_session(self.request, form.device)
        log(self.request, What.FACTOR_SET_UP)
        return show_new_codes(self.request, self.get_redirect_url())


def show_new_codes(request, onward=""):
    """Make ten recovery codes in the place of those there are, and show them, this once."""
    codes = [random_number_token(RECOVERY_DIGITS) for _ in range(RECOVERY_CODES)]
    with transaction.atomic():
        device, _ = StaticDevice.objects.get_or_create(user=request.user, defaults={"name": "Recovery codes"})
        device.token_set.all().delete()
        for code in codes:
            device.token_set.create(token=code)
    log(request, What.RECOVERY_CODES)
    context = {
        **admin.site.each_context(request),
        "title": "Your recovery codes",
        "codes": ["-".join(re.findall("....", code)) for code in codes],
        "onward": onward or reverse("alliances_account"),
    }
    return TemplateResponse(request, "admin/login/codes.html", context)


class NewCodes(Protected):
    """New recovery codes in the place of the old ones."""

    title = "New recovery codes"
    explanation = "You get ten new recovery codes, and the old ones end. Type a code from the app, or an old one."
    button = "Make new codes"

    def allowed(self, device):
        return show_new_codes(self.request)


class Remove(Protected):
    """Remove one's own second factor, for example to set it up on another phone."""

    title = "Remove the second factor"
    explanation = "The app and the recovery codes end. Type a code from the app, or one of your recovery codes."
    button = "Remove"

    def allowed(self, device):
        remove(self.request.user)
        self.request.session.pop(DEVICE_ID_SESSION_KEY, None)
        log(self.request, What.FACTOR_REMOVED)
        messages.success(self.request, "The second factor is removed.")
        return HttpResponseRedirect(self.get_success_url())


def remove(user):
    """Remove the second factor of an account and its recovery codes."""
    for kind in (TOTPDevice, StaticDevice):
        kind.objects.devices_for_user(user).delete()
