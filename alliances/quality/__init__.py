"""What looks wrong: consistency rules over the facts."""
