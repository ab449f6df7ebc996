"""The rules, by what they are about. Importing this package registers them."""

from . import bodies, dated, memberships, related_organizations, sources

__all__ = ["bodies", "dated", "memberships", "related_organizations", "sources"]
