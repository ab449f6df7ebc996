"""The text of a posted field."""

from alliances.text import printable


def posted_text(post, name, most=1000):
    """Return a text of what was posted that no form field reads: without control characters, of so many signs at most.

    PostgreSQL stores no NUL, and the feeds can hold none of the others.
    """
    return printable(post.get(name, "").replace("\r\n", "\n")).strip()[:most]
