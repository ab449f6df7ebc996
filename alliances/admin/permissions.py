"""Who may do what on the desk, beside Django's permissions for each table."""

from django.core.exceptions import PermissionDenied

from alliances.models.changeset import PUBLISH


def publishes(request):
    """Tell whether the user may change facts."""
    return request.user.has_perm(PUBLISH)


def proposes(request):
    """Tell whether the user may only propose changes of facts."""
    return not publishes(request) and request.user.has_perm("alliances.add_draft")


def reads_suggestions(request):
    """Tell whether the user may read what readers suggest, with their addresses."""
    return request.user.has_perm("alliances.view_suggestion")


def editors_only(request):
    """Raise PermissionDenied unless the user may publish."""
    if not publishes(request):
        raise PermissionDenied
