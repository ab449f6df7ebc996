"""“Suggest a correction”: what readers say is wrong with a fact."""
