"""What was written: described, compared, and reverted."""
