"""The public pages, a module per noun."""
