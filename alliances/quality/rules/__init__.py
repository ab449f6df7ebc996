"""The rules, by what they are about. Importing this package registers them."""

from . import bodies, memberships, sources

__all__ = ["bodies", "memberships", "sources"]
