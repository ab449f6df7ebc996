"""Error pages: 400, 403, 404 and 503."""

from django.template.response import TemplateResponse

from alliances import dates


def bad_request(request, exception=None, problems=None):
    """Answer 400 with a page that says what is wrong with the address."""
    return _error(request, 400, problems=problems or {})


def permission_denied(request, exception=None):
    """Answer 403."""
    return _error(request, 403, form=False)


def form_refused(request, reason=""):
    """Answer 403 to a form without a valid CSRF token: it was open for too long, or the browser refuses cookies."""
    return _error(request, 403, form=True)


def page_not_found(request, exception=None):
    """Answer 404 with links to the lists."""
    return _error(request, 404)


def busy(request):
    """Answer 503 to a write that waited too long for another one."""
    response = _error(request, 503)
    response.headers["Retry-After"] = "30"
    return response


def _error(request, status, **context):
    context |= {"on": dates.on_today(), "path": request.path}
    return TemplateResponse(request, f"{status}.html", context, status=status).render()
