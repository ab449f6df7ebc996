"""Changes to facts, without HTTP: many at once, new addresses, spreadsheets."""
