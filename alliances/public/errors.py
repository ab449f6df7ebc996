"""Error pages: 400, 403, 404, 411, 413, 500 and 503."""

import sys

from django.conf import settings
from django.template.response import TemplateResponse

from alliances import dates

from .database_errors import is_gone


def bad_request(request, exception=None, problems=None, suggestions=None):
    """Answer 400 with a page that says what is wrong with the address.

    `suggestions` are what was perhaps meant: {parameter: [(words, query string with that instead)]}.
    """
    return _error(request, 400, problems=problems or {}, suggestions=suggestions or {})


def permission_denied(request, exception=None):
    """Answer 403."""
    return _error(request, 403, form=False)


def form_refused(request, reason=""):
    """Answer 403 to a form without a valid CSRF token: it was open for too long, or the browser refuses cookies."""
    return _error(request, 403, form=True)


def page_not_found(request, exception=None):
    """Answer 404 with links to the lists."""
    return _error(request, 404)


def busy(request, *, gone=False):
    """Answer 503 to a write that waited too long for another one, or to anybody where the database is gone."""
    response = _error(request, 503, gone=gone)
    response.headers["Retry-After"] = "30"
    return response


def too_large(request, status, most):
    """Answer 413 to what has more than `most` bytes, or 411 to what does not say how many it has (None)."""
    return _error(request, status, template="413", most=most)


def too_many_rows(request, most):
    """Answer 400 to a form that says it has more than `most` rows."""
    return bad_request(request, problems={"rows": [f"A form has at most {most:,} rows; this one says it has more."]})


def server_error(request):
    """Answer 500, or 503 where the error being handled says that the database is gone.

    The page of 500 asks nothing of what may just have broken: no database, and no hashed names of static files, which
    are missing where nobody ran `collectstatic`.
    """
    if is_gone(sys.exception()):
        return busy(request, gone=True)
    return TemplateResponse(request, "500.html", {"static_url": settings.STATIC_URL}, status=500).render()


def _error(request, status, template=None, **context):
    context |= {"on": dates.on_today(), "path": request.path}
    return TemplateResponse(request, f"{template or status}.html", context, status=status).render()
