"""The text of a posted field."""

from alliances.text import printable


def posted_text(post, name, most=1000):
    """Return a posted text that no form field reads, without control characters and cut to `most` characters.

    PostgreSQL cannot store NUL, and XML feeds cannot hold the other control characters.
    """
    return printable(post.get(name, "").replace("\r\n", "\n")).strip()[:most]
