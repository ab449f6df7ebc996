"""Changes that are previewed before they are confirmed."""
