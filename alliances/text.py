"""Texts: folded for search, so that "turkiye" finds Türkiye and "одкб" finds ОДКБ, and shortened for messages."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

# Letters that Unicode does not decompose into a base letter and a mark, spelled as they are typed without them.
_LETTERS = {"ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ə": "e", "ـ": ""}
_APOSTROPHES = set("'’‘ʼʻʹ′´`＇")
_SENTENCE_END = re.compile(r"[.!?](?=\s+\S)\s+|\n+")
_ROMAN = str.maketrans(
    dict(zip("абвгґдезиіклмнопрстуфыэјқұүөңһ", "abvggdeziiklmnoprstufyejquuonh", strict=True))
    | {"ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "yu", "я": "ya", "є": "ye", "ғ": "gh"}
    | {"ъ": "", "ь": "", "ћ": "c", "ђ": "dj", "љ": "lj", "њ": "nj", "џ": "dz"}
)
# An apostrophe is a letter of a word (d'Ivoire, O'zbekiston); at either end of one it is a quotation mark.
_QUOTING = re.compile(r"(?<!\w)'|'(?!\w)")
# Single letters, each with its full stop, are one word: “U.S.S.R.”, “О.Д.К.Б”.
_INITIALS = re.compile(r"(?<!\w)(?:[^\W\d_]\.){2,}(?:[^\W\d_](?!\w))?(?!\w)")


# A word joiner: a character that folds to nothing.
_NOTHING = "\u2060"


class _FoldTable(dict[int, str]):
    """Lazily filled table for `str.translate`: a character to its folded form."""

    def __missing__(self, number: int) -> str:
        character = chr(number)
        folded = "'" if character in _APOSTROPHES else "".join(map(self._part, self._parts(character)))
        if len(self) < 5000:  # More than our scripts have; foreign input cannot make the table grow without bound.
            self[number] = folded
        return folded

    @staticmethod
    def _parts(character: str) -> str:
        return unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())

    @staticmethod
    def _part(part: str) -> str:
        category = unicodedata.category(part)
        if unicodedata.combining(part) or category in {"Cf", "Mn"}:
            return ""  # Accents, vowel points, soft hyphens, marks of direction.
        if category[0] in "PSZC":  # Punctuation, symbols, spaces, controls.
            return " "
        return _LETTERS.get(part, part)


_FOLDED = _FoldTable()


def _fold_characters(text: str) -> str:
    """Fold character by character; apostrophes used as quotation marks become spaces, one for one."""
    return _QUOTING.sub(" ", _joining_initials(text).translate(_FOLDED))


def _joining_initials(text: str) -> str:
    """Return a text, character for character, with nothing that folds to a space between the letters of “U.S.S.R.”."""
    return _INITIALS.sub(lambda initials: initials[0].replace(".", _NOTHING), text) if "." in text else text


def fold(text: str) -> str:
    """Return the words of a text without case, accents and punctuation, in any script, with one space between them.

    й folds to и, ё to е; every apostrophe within a word to '; dashes, quotation marks and no-break spaces to a space,
    so that “Alma-Ata” is “alma ata”; but “U.S.S.R.” is “ussr”. The stored shadows are made with it: to change it,
    rebuild them by a migration.
    """
    return " ".join(_fold_characters(text).split())


def joined(text: str) -> str:
    """Return a folded text in one piece, by which names are compared that differ in no letter: “cotedivoire”."""
    return fold(text).replace(" ", "").replace("'", "")


def plural(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun: "1 member", "1,200 members"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def occurrences(text: str, words: Iterable[str]) -> list[tuple[int, int]]:
    """Return where folded words occur in a text: [(start, end)] in the original text, sorted and disjoint.

    If a word begins a word of the text anywhere, only such places count: “un” does not mean “council”.
    """
    text = _joining_initials(text)
    characters = _fold_characters(text)
    origin = [place for place, character in enumerate(text) for _ in character.translate(_FOLDED)]
    spans = []
    for word in dict.fromkeys(words):
        places = [each.start() for each in re.finditer(re.escape(word), characters)]
        begins = [place for place in places if place == 0 or characters[place - 1] in " '"]
        for place in begins or places:
            end = origin[place + len(word) - 1] + 1
            while end < len(text) and not text[end].translate(_FOLDED):
                end += 1  # A combining accent belongs to the letter before it.
            spans.append((origin[place], end))
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and (start <= merged[-1][1] or (start == merged[-1][1] + 1 and not text[start - 1].isalnum())):
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def spellings(folded: str) -> list[str]:
    """Return a folded text, and its transliteration if it has Cyrillic letters: “алма ата”, “alma ata”.

    It finds what has only an English name here, for example “нато”. A rule of thumb, letter by letter.
    """
    roman = folded.translate(_ROMAN)
    return [folded, roman] if roman != folded and roman.strip() else [folded]


def excerpt(text: str, spans: Sequence[tuple[int, int]], length: int = 240) -> list[tuple[str, bool]]:
    """Return the sentence around the first span, in pieces: [(text, whether it is one of the spans)].

    A sentence longer than `length` characters is cut at spaces around that span, with an ellipsis.
    """
    first, last = spans[0] if spans else (0, 0)
    start = max((end.end() for end in _SENTENCE_END.finditer(text, 0, first)), default=0)
    stop = next((end.end() for end in _SENTENCE_END.finditer(text, last)), len(text))
    before = after = ""
    if stop - start > length and first - start > length // 2:
        start = text.find(" ", first - length // 2, first) + 1 or first
        before = "… "
    if stop - start > length:
        stop = max(text.rfind(" ", start, start + length), last)
        after = " …"
    pieces, here = [(before, False)], start
    for begin, end in spans:
        if start <= begin and end <= stop:
            pieces += [(text[here:begin], False), (text[begin:end], True)]
            here = end
    return [piece for piece in [*pieces, (text[here:stop].rstrip(), False), (after, False)] if piece[0]]


# Characters that turn the direction of writing: with them a text can be made to look like another.
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def printable(text: str) -> str:
    """Return a text without TURNING and control characters, which copies from PDFs contain and XML cannot hold."""
    return "".join(
        character
        for character in text
        if character in "\n\t" or (character not in TURNING and unicodedata.category(character) != "Cc")
    )


def number(text: str | None) -> int | None:
    """Return the number that a text from outside denotes, if it can be one of our primary keys; else None."""
    if text and text.isascii() and text.isdecimal() and len(text) < 19:
        return int(text)
    return None


def shorten(text: str) -> str:
    """Return at most 40 characters of what somebody typed, without control characters, safe to show back."""
    printable = "".join(character if character.isprintable() else "?" for character in text[:41])
    return printable if len(printable) <= 40 else printable[:39] + "…"
