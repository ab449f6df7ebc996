"""“Something wrong?”: what readers say is wrong with a fact."""
