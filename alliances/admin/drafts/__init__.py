"""Drafts: proposed by contributors, reviewed and published by editors."""
