"""How a page is cited: the sources it rests on first, then the page, on the date on view.

Facts in, text out: no request, no database, no clock. Three formats: BibTeX, RIS and CSL-JSON, all in UTF-8. Authors'
names are not taken apart, since we do not know which part is the family name; dates are as precise as they are known.
"""

import json
import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from alliances import dates
from alliances.dates import PartialDate
from alliances.models import Source
from alliances.text import plural, printable

from .footnotes import Footnote
from .page_address import SITE


@dataclass(frozen=True)
class CitationFormat:
    """A citation format for reference managers: its name for readers, media type, and file suffix without the dot."""

    label: str
    content_type: str
    suffix: str


FORMATS = {
    "bibtex": CitationFormat("BibTeX", "application/x-bibtex; charset=utf-8", "bib"),
    "ris": CitationFormat("RIS", "application/x-research-info-systems; charset=utf-8", "ris"),
    "csl-json": CitationFormat("CSL-JSON", "application/vnd.citationstyles.csl+json", "json"),
}
AT_ALL_TIMES = "at all times"


def when(on: PartialDate, undated: str) -> str:
    """Say the date on view in a citation; `undated`: what the page shows where none is given (`Page.undated`)."""
    if not undated:
        return ""
    if not on.given and undated != "today":
        return undated
    return f"{'on' if len(on.text) == 10 else 'at some time in'} {dates.in_words(on.text)}"


def ranked(notes: Iterable[Footnote]) -> list[Source]:
    """Return the sources of a page's notes, the one that most of its facts rest on first."""
    return [note.source for note in sorted(notes, key=lambda note: (-len(note.supporting), note.number))]


@dataclass(frozen=True)
class PageCitation:
    """What it takes to cite a page: its title, the date on view in words, its permanent address, its sources.

    `sources` come in the order of `ranked`. `sample`: they are those of the rows shown, of a list that has more.
    """

    title: str
    when: str
    on: PartialDate
    address: str
    sources: Sequence[Source]
    retrieved: PartialDate
    sample: bool = False

    @property
    def according_to(self) -> str:
        """Name the main source and the number of the others; empty where none is known."""
        if not self.sources:
            return ""
        others = len(self.sources) - 1
        more = f" and {plural(others, 'other source')}" if others else ""
        return f"According to “{_flat(self.sources[0].title)}”{_by(self.sources[0])}{more}"

    @property
    def text(self) -> str:
        """The citation for people to read: the underlying sources first."""
        page = ", ".join(filter(None, [f"{SITE}, “{_flat(self.title)}”", self.when]))
        cited = f"{self.according_to}, as given in: {page}" if self.sources else page
        return f"{cited}, {self.address}, retrieved {dates.in_words(self.retrieved.text)}."

    @property
    def note(self) -> str:
        """The note on its sources and its date in the page's own entry of a bibliography."""
        parts = [self.according_to or "No source yet", f"shown {self.when}" if self.when else ""]
        return "; ".join(filter(None, parts)) + "."

    @property
    def key(self) -> str:
        """The page's key in a bibliography: its address in short, which tells two filtered lists apart."""
        path, _, query = self.address.partition("//")[2].partition("/")[2].partition("?")
        parts = [part for part in path.split("/") if part] or ["home"]
        if query.startswith("on=") and "&" not in query:
            parts.append(query.removeprefix("on="))
        elif query:
            parts.append(f"{zlib.crc32(query.encode()):08x}")
        return "-".join(["who-belongs", *parts])

    @property
    def filename(self) -> str:
        """The name of its file, without the suffix."""
        return re.sub(r"[^A-Za-z0-9.-]", "-", self.key)

    def written(self, form: str) -> str:
        """Return the citation in one of FORMATS; KeyError for another."""
        return {"bibtex": bibtex, "ris": ris, "csl-json": csl_json}[form](self)


def _flat(text: str) -> str:
    """Return a text on one line, without characters that cannot be printed."""
    return " ".join(printable(text).split())


def _by(source: Source) -> str:
    origin = [_flat(part) for part in (source.author, source.publisher, dates.as_noun(source.published)) if part]
    return f" ({', '.join(origin)})" if origin else ""


def _published(source: Source) -> str:
    """Return the date of a source for formats that know a year, a month or a day, and no interval."""
    return source.published if dates.is_single(source.published) else ""


def _kind(source: Source) -> str:
    return f"{source.get_kind_display()} source"


_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{character: f"\\{character}" for character in "&%$#_"},
}


def _tex(text: str) -> str:
    r"""Escape a text for BibTeX. Braces become commands: BibTeX counts `\{` too, and they need not pair."""
    return "".join(_TEX.get(character, character) for character in _flat(text))


def _address(url: str) -> str:
    """Return an address that fits on a line and into braces. Nothing else is escaped: `url` is read as it stands."""
    return quote(_flat(url), safe="!#$%&'()*+,/:;=?@[]~_-.", encoding="utf-8")


def bibtex(citation: PageCitation) -> str:
    """Write a citation as BibTeX: @misc entries, which every style knows. `date` is biblatex's; BibTeX has the year."""

    def entry(key: str, **fields: str) -> str:
        rows = [f"  {name} = {{{value}}},\n" for name, value in fields.items() if value]
        return f"@misc{{{key},\n{''.join(rows)}}}\n"

    entries = [
        entry(
            source.key,
            # A second pair of braces keeps capitals, and one author one name.
            author=source.author and f"{{{_tex(source.author)}}}",
            title=f"{{{_tex(source.title)}}}",
            howpublished=_tex(source.publisher),
            date=_published(source),
            year=_published(source)[:4],
            url=_address(source.url),
            note=_tex(_kind(source)),
        )
        for source in citation.sources
    ]
    page = entry(
        citation.key,
        title=f"{{{_tex(citation.title)}}}",
        howpublished=_tex(SITE),
        url=_address(citation.address),
        urldate=citation.retrieved.text,
        note=_tex(citation.note),
    )
    return "\n".join([*entries, page])


def ris(citation: PageCitation) -> str:
    """Write a citation as RIS: a tag on each line, and lines that end with CRLF, as the format demands."""

    def day(text: str) -> str:
        year, month, day = [*text.split("-"), "", ""][:3]
        return f"{year}/{month}/{day}/"

    def entry(kind: str, *rows: tuple[str, str]) -> str:
        lines = [("TY", kind), *((tag, value) for tag, value in rows if value), ("ER", "")]
        return "".join(f"{tag}  - {value}\r\n" for tag, value in lines)

    entries = [
        entry(
            "ELEC" if source.url else "GEN",
            ("ID", source.key),
            ("TI", _flat(source.title)),
            ("AU", _flat(source.author)),
            ("PB", _flat(source.publisher)),
            ("PY", _published(source)[:4]),
            ("DA", _published(source) and day(_published(source))),
            ("UR", _address(source.url)),
            ("N1", _kind(source)),
        )
        for source in citation.sources
    ]
    page = entry(
        "ELEC",
        ("ID", citation.key),
        ("TI", _flat(citation.title)),
        ("T2", SITE),
        ("Y2", day(citation.retrieved.text)),
        ("UR", _address(citation.address)),
        ("N1", _flat(citation.note)),
    )
    return "\r\n".join([*entries, page])


def csl_json(citation: PageCitation) -> str:
    """Write a citation as CSL-JSON, an array of items, for Zotero, Pandoc and the like."""

    def day(text: str) -> dict[str, list[list[int]]] | None:
        return {"date-parts": [[int(part) for part in text.split("-")]]} if text else None

    items: list[dict[str, object]] = [
        {
            "id": source.key,
            "type": "webpage" if source.url else "document",
            "title": _flat(source.title),
            "author": source.author and [{"literal": _flat(source.author)}],
            "publisher": _flat(source.publisher),
            "issued": day(_published(source)),
            "URL": _address(source.url),
            "note": _kind(source),
        }
        for source in citation.sources
    ]
    items.append(
        {
            "id": citation.key,
            "type": "webpage",
            "title": _flat(citation.title),
            "container-title": SITE,
            "URL": _address(citation.address),
            "accessed": day(citation.retrieved.text),
            "note": _flat(citation.note),
        }
    )
    known = [{name: value for name, value in item.items() if value} for item in items]
    return json.dumps(known, ensure_ascii=False, indent=2) + "\n"
