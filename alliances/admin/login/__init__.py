"""Logging in to the desk: lock-out, second factor, sessions, one's own account, and the audit log of it all."""
