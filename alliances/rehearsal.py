"""What would happen if: a change made, told in words, and taken back. Every preview of the desk asks this."""

from alliances.history import MANY, History
from alliances.models.history import rehearsing


def rehearse(work, many=MANY):
    """Return what `work()` returns, and the history.Entry of all that it wrote (None: nothing); nothing stays written.

    It is held to every rule that a real change is held to, and what these refuse is raised from here. What writes more
    than `many` rows is told in numbers.
    """
    with rehearsing() as scope:
        value = work()
        scope.settle()
        entry = History().entries([scope.row], many)[0] if scope.row else None
    return value, entry
