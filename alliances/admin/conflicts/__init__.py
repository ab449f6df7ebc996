"""Edit conflicts: two editors on one page, and nothing overwritten."""
