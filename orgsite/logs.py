"""What the site logs: one JSON object a line on stderr, each with the id of the request it belongs to.

An object has `time`, `level`, `logger`, `request` (the id), `message` and, for an exception, `trace`, and nothing else.
It holds no personal data: no address of a reader, no header or cookie, nothing posted, no query string (people type
words into those), no values from the database's error details. What is lost with them is found by the request's id.

No library: python-json-logger writes every `extra` that Django attaches, the request and its query string among them,
so it would have to be told what to leave out, key by key. Here what is written is listed instead.
"""

import ipaddress
import json
import logging
import re
import traceback
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime

from django.core.signals import request_finished
from django.dispatch import receiver
from django.http import HttpRequest
from django.http.response import HttpResponseBase

_request_id = ContextVar("request_id", default="")
_WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,128}")
_EMAIL = re.compile(r"[^\s@<>\"'“”()]+@[^\s@<>\"'“”()]+")
_IPV4 = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b")
_PERHAPS_IPV6 = re.compile(r"[0-9A-Fa-f:]{3,}")
_QUERY_STRING = re.compile(r"(?<=\S)\?\S+")
_BETWEEN = "\nThe above exception led to the next:\n\n"


def request_id(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: give each request an id, its own X-Request-ID if that is well-formed, and answer with it.

    A proxy that sets the header can so follow a request through its own log and ours.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-ID", "")
        own = given if _WELL_FORMED.fullmatch(given) else uuid.uuid4().hex
        _request_id.set(own)
        response = get_response(request)
        response["X-Request-ID"] = own
        return response

    return middleware


@receiver(request_finished)
def _forget(**kwargs: object) -> None:
    """Forget the id only now: Django logs refused answers after the last middleware, and streams after that."""
    _request_id.set("")


class RequestIdFilter(logging.Filter):
    """Put the id of the current request on each record; let all of them pass."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = _request_id.get() or "-"
        return True


def _without_ipv6(match: re.Match[str]) -> str:
    try:
        ipaddress.IPv6Address(match[0])
    except ValueError:
        return match[0]
    return "(ip)"


def without_private(text: str) -> str:
    """Return the first line of a text, at most 300 characters, without e-mail and IP addresses and query strings.

    Only the first line: PostgreSQL puts the values of a row that it refuses into the second.
    """
    text = _EMAIL.sub("(e-mail)", text.partition("\n")[0])
    text = _QUERY_STRING.sub("?…", _IPV4.sub("(ip)", text))
    return _PERHAPS_IPV6.sub(_without_ipv6, text)[:300]


def trace(error: BaseException) -> str:
    """Return a traceback as Python prints it, earlier exceptions first; of each one's text what is not private."""
    earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    frames = "".join(traceback.format_tb(error.__traceback__))
    own = f"{frames}{type(error).__module__}.{type(error).__qualname__}: {without_private(str(error))}\n"
    return trace(earlier) + _BETWEEN + own if earlier else own


class JsonFormatter(logging.Formatter):
    """Write a record as one line of JSON, with the fields named at the top of this module."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "request": vars(record)["request_id"],
            "message": without_private(record.getMessage()),
        }
        if record.exc_info and record.exc_info[1]:
            told["trace"] = trace(record.exc_info[1])
        return json.dumps(told, ensure_ascii=False)
