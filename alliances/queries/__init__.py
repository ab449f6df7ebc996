"""What can be asked: parameters, filters, vocabularies, search."""
