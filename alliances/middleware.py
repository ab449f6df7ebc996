"""What happens around every request."""

from alliances.models.history import change_set


def one_change_set(get_response):
    """Make everything that a request writes one change set, by the user who is logged in."""

    def middleware(request):
        def author():
            return request.user if request.user.is_authenticated else None

        with change_set(author=author):
            return get_response(request)

    return middleware
