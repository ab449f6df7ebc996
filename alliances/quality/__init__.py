"""What looks wrong: consistency rules over the facts, for the desk's queue and for `check_facts`.

What can never be is refused by the database and by the forms. A rule finds what came in past the forms (by a file, or
an older fact judged anew), or what merely looks wrong. An editor corrects it, or lets it stand and says why.
"""

from . import rules

__all__ = ["rules"]  # Imported here so that the engine knows every rule, whoever asks it first.
