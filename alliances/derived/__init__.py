"""What follows from the facts on every reading; nothing here is stored."""
