"""A replica makes readers' pages; who has written something, or may have, reads from the primary."""

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import MiddlewareNotUsed
from django.db import OperationalError
from django.http import HttpResponse
from django.test import RequestFactory

from alliances.models import State
from orgsite import replica
from orgsite.databases import databases


class Standing:
    """A replica that answers, or not; it counts how often it was asked."""

    def __init__(self):
        self.answers, self.asked = True, 0

    def close_if_health_check_failed(self):
        pass

    def ensure_connection(self):
        self.asked += 1
        if not self.answers:
            raise OperationalError("connection refused")


@pytest.fixture
def standing(monkeypatch):
    standing = Standing()
    monkeypatch.setitem(settings.DATABASES, "replica", {})
    monkeypatch.setattr(replica, "connections", {"replica": standing})
    return standing


def read_by(request, view=lambda: None):
    """Return which database a request reads from, after `view` has run in it."""

    def answer(request):
        view()
        return HttpResponse(replica.ReplicaRouter().db_for_read(State))

    return replica.read_from_replica(answer)(request).content.decode()


def with_session(request):
    request.COOKIES[settings.SESSION_COOKIE_NAME] = "of-an-editor"
    return request


ask = RequestFactory()


@pytest.mark.parametrize(
    ("request_", "database"),
    [
        (ask.get("/states/arm/"), "replica"),
        (ask.head("/"), "replica"),
        (with_session(ask.get("/states/arm/")), "default"),
        (ask.get("/admin/login/"), "default"),
        (ask.post("/suggest/state/arm/"), "default"),
    ],
)
def test_who_reads_from_which(standing, request_, database):
    assert read_by(request_) == database


def test_after_a_write_the_primary_is_read(standing):
    assert read_by(ask.get("/"), lambda: replica.ReplicaRouter().db_for_write(get_user_model())) == "default"
    assert read_by(ask.get("/")) == "replica"


def test_outside_of_a_request_the_primary_is_read(standing):
    assert replica.ReplicaRouter().db_for_read(State) == "default"
    read_by(ask.get("/"))
    assert replica.ReplicaRouter().db_for_read(State) == "default"


def test_a_replica_that_is_gone_is_left_alone_for_a_while(standing, monkeypatch, caplog):
    now = 100.0
    monkeypatch.setattr(replica, "monotonic", lambda: now)
    middleware = replica.read_from_replica(lambda request: HttpResponse(replica.ReplicaRouter().db_for_read(State)))
    standing.answers = False
    assert [middleware(ask.get("/")).content for _ in range(3)] == [b"default"] * 3
    assert (standing.asked, len(caplog.records)) == (1, 1)
    standing.answers, now = True, now + replica.REST
    assert middleware(ask.get("/")).content == b"replica"


def test_without_a_replica_there_is_no_middleware():
    assert "replica" not in settings.DATABASES
    with pytest.raises(MiddlewareNotUsed):
        replica.read_from_replica(lambda request: None)


def test_the_address_of_a_replica_is_read():
    found = databases("postgres://u@primary/n", "postgres://u@replica/n")
    assert (found["default"]["HOST"], found["replica"]["HOST"]) == ("primary", "replica")
    assert list(databases("postgres://u@primary/n", "")) == ["default"]


def test_only_the_primary_is_migrated():
    router = replica.ReplicaRouter()
    assert (router.allow_migrate("default", "alliances"), router.allow_migrate("replica", "alliances")) == (True, False)
