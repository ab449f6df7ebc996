"""What was written: told in words, compared, and taken back."""
