"""Texts: folded for search, so that "turkiye" finds Türkiye and "одкб" finds ОДКБ, and shortened for messages."""

import unicodedata

# Letters that Unicode does not decompose into a base letter and a mark, spelled as they are typed without them.
_LETTERS = str.maketrans(
    {"ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ə": "e", "’": "'", "ʻ": "'"}
)


def fold(text: str) -> str:
    """Return a text without case, accents and repeated spaces, in any script (й folds to и, ё to е)."""
    decomposed = unicodedata.normalize("NFKD", text.casefold()).translate(_LETTERS)
    bare = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return " ".join(bare.split())


def printable(text: str) -> str:
    """Return a text without the control characters that a copy from a PDF brings along; XML cannot hold them."""
    return "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign) != "Cc")


def shorten(text: str) -> str:
    """Return at most 40 signs of what somebody typed, without control characters, fit to be shown back."""
    printable = "".join(sign if sign.isprintable() else "?" for sign in text[:41])
    return printable if len(printable) <= 40 else printable[:39] + "…"
