"""Headers that every answer has, whoever asks, and however it ends."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client

from orgsite.headers import PERSONAL

from . import factories
from .examples import sample
from .routes import PARAMETER, routes

pytestmark = pytest.mark.django_db

EVERYWHERE = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
# What stands for a thing in a pattern; where there is no such thing, the answer is a refusal and has the headers, too.
FILLED = {"slug": "csto", "kind": "organization", "key": "csto", "form": "csv", "model_name": "state"}


def paths():
    """Return an address for every pattern; what a regular expression matches is filled by hand."""
    by_hand = {"/admin/^(?P1auth|alliances)/$": "/admin/alliances/", "/admin/(?P1.*)$": "/admin/nothing/of/the/kind"}
    filled = (PARAMETER.sub(lambda part: FILLED.get(part[1], "1"), route) for route in routes())
    found = [by_hand.get(path, path) for path in filled]
    assert not [path for path in found if re.search(r"[(?^$<>]", path)]
    return sorted(found, key=lambda path: path in {"/admin/logout/", "/admin/account/log-out-everywhere/"})


@pytest.fixture(params=["reader", "administrator"])
def visitor(request):
    client = Client()
    factories.organization("csto")
    if request.param == "administrator":
        user = get_user_model().objects.create_user("ada", is_staff=True)
        user.groups.set(Group.objects.all())
        client.force_login(user)
    return client


def test_every_address_answers_with_them(visitor):
    wrong = []
    for path in sample(paths(), every=4):
        for method in ("get", "post"):
            answer = getattr(visitor, method)(path)
            headers, asked = answer.headers, expected(path, answer)
            wrong += [f"{method} {path}: {name}" for name, value in asked.items() if headers.get(name) != value]
            if "frame-ancestors" not in headers.get("Content-Security-Policy", ""):
                wrong.append(f"{method} {path}: no Content-Security-Policy")
            if "geolocation=()" not in headers.get("Permissions-Policy", ""):
                wrong.append(f"{method} {path}: no Permissions-Policy")
            if path.startswith(PERSONAL) and "no-store" not in headers.get("Cache-Control", ""):
                wrong.append(f"{method} {path}: may be stored")
    assert wrong == []
    assert len(paths()) > 250


def expected(path, answer):
    """Return the headers of an address: embeds may be framed by everybody, and they and pictures may be loaded."""
    if "/embed/" in path and answer.status_code != 404:
        return {**EVERYWHERE, "Cross-Origin-Resource-Policy": "cross-origin", "X-Frame-Options": None}
    if path.endswith((".svg", ".png", "/embed.js")) and answer.status_code != 404:
        return {**EVERYWHERE, "Cross-Origin-Resource-Policy": "cross-origin"}
    return EVERYWHERE


def test_behind_a_proxy_plain_http_is_sent_on_and_browsers_remember_it(client, settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 365 * 24 * 3600
    plain = Client().get("/organizations/?q=x")
    assert (plain.status_code, plain.headers["Location"]) == (301, "https://testserver/organizations/?q=x")
    assert plain.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert Client().get("/healthz").status_code == 200
    for path in ("/organizations/", "/admin/", "/nothing/", "/healthz"):
        answer = Client().get(path, HTTP_X_FORWARDED_PROTO="https")
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_a_failure_and_a_wrong_host_have_them_too(settings, monkeypatch):
    settings.ALLOWED_HOSTS = ["example.org"]
    refused = Client().get("/", headers={"host": "evil.example"})
    assert refused.status_code == 400
    monkeypatch.setattr("alliances.public.views.home.world", None)
    failed = Client(raise_request_exception=False).get("/", headers={"host": "example.org"})
    assert failed.status_code == 500
    for answer in (refused, failed):
        for name in ("Cross-Origin-Resource-Policy", "Permissions-Policy", "Cross-Origin-Opener-Policy"):
            assert name in answer.headers


def test_a_header_cannot_say_where_the_site_begins():
    factories.organization("csto")
    answer = Client().get("/organizations/csto/", SCRIPT_NAME="/evil")
    assert answer.status_code == 200
    assert b"/evil" not in answer.content


@pytest.mark.parametrize("path", ["/sitemap.xml", "/sitemap-state.xml", "/robots.txt", "/favicon.ico", "/healthz"])
def test_what_can_be_asked_nothing_refuses_every_parameter_and_every_other_method(client, path):
    assert client.get(path).status_code in {200, 302}
    assert client.head(path).status_code in {200, 302}
    answer = client.get(path, {"on": "2008", "zzz": "1"})
    assert answer.status_code == 400
    assert answer.content.count(b"There is no parameter") == 2
    assert [getattr(client, method)(path).status_code for method in ("post", "put", "delete")] == [405] * 3
