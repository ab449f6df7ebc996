"""What the commands of backup say of a database."""

# What people look for; the other tables are counted together.
_NAMED = {
    "alliances_organization": "organizations",
    "alliances_state": "states",
    "alliances_membership": "membership periods",
    "alliances_citation": "citations",
    "alliances_changeset": "change sets",
    "alliances_factversion": "versions",
    "alliances_draft": "drafts",
    "auth_user": "accounts",
}


def told(counts):
    """Say how many rows there are: {table: rows} in words."""
    named = ", ".join(f"{counts[table]:,} {noun}" for table, noun in _NAMED.items())
    return f"{named}; {sum(counts.values()):,} rows in {len(counts)} tables"


def size(path):
    """Say how large a file is, in MB."""
    return f"{path.stat().st_size / 1_000_000:.1f} MB"
