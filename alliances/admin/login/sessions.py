"""Sessions: twelve hours from the last page, and the end of all of somebody's at once."""

from importlib import import_module

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.middleware import SessionMiddleware
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.dispatch import receiver

from alliances import dates

SEEN = "seen"
PROLONGED_EVERY = 15 * 60  # Seconds. To store the session with each page would make every look a write.


class SlidingSessionMiddleware(SessionMiddleware):
    """Django's sessions; one in use is prolonged every quarter of an hour.

    A session that the view did not ask for is left alone: pages for readers neither read nor prolong one.
    """

    def process_response(self, request, response):
        session = request.session
        now = int(dates.now().timestamp())
        slides = (
            session.accessed
            and not session.modified
            and SESSION_KEY in session
            and now - session.get(SEEN, 0) > PROLONGED_EVERY
        )
        if slides:
            session[SEEN] = now
        try:
            return super().process_response(request, response)
        except OperationalError:
            if not slides:
                raise
            return response  # Somebody writes for long. The page is whole, and the next one prolongs the session.


def sessions_of(user):
    """Return the keys of the sessions in which somebody is logged in.

    A session does not tell whose it is until it is decoded, so all that have not ended are: some milliseconds for the
    hundreds that a desk has.
    """
    live = Session.objects.filter(expire_date__gt=dates.now())
    return [each.session_key for each in live.iterator() if each.get_decoded().get(SESSION_KEY) == str(user.pk)]


def end_all(user):
    """Log somebody out everywhere; return of how many sessions that was the end."""
    keys = sessions_of(user)
    Session.objects.filter(session_key__in=keys).delete()
    return len(keys)


@receiver(user_logged_in)
def begin(sender, request, user, **kwargs):
    """Note when a session began; and delete those that have ended, since nobody else would."""
    request.session[SEEN] = int(dates.now().timestamp())
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
