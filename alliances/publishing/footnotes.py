"""The notes of a page: which sources its facts rest on, and which say something else.

What counts as a source is decided here for every page, and by `CitationQuerySet.supporting` for every query.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.utils.functional import cached_property

from alliances.dates import PartialDate
from alliances.models import Citation, Source
from alliances.models.base import Fact


def supports(citation: Citation) -> bool:
    """Tell whether a source says what we say; one that gives a value of its own is no source of ours."""
    return not citation.says


class Footnote:
    """One numbered source of a page, with its citations for the facts of the page."""

    def __init__(self, number: int, source: Source) -> None:
        self.number = number
        self.source = source
        self.citations: list[Citation] = []

    @property
    def supporting(self) -> list[Citation]:
        """Its citations that support a fact, or a field of one."""
        return [citation for citation in self.citations if supports(citation)]

    @property
    def with_details(self) -> list[Citation]:
        """Its citations with a locator, a quotation or a value of their own, which are worth a line each."""
        return [citation for citation in self.citations if citation.locator or citation.quote or citation.says]


class SourcesUsed:
    """The sources of many facts, a note for each: primary ones first, then by how many facts they support.

    Those that support nothing here, but say something else, come last.
    """

    def __init__(self, citations: Iterable[Citation]) -> None:
        notes: dict[int, Footnote] = {}
        for citation in citations:
            notes.setdefault(citation.source_id, Footnote(0, citation.source)).citations.append(citation)
        self._notes = ranked(notes.values())
        for number, note in enumerate(self._notes, 1):
            note.number = number

    def __iter__(self) -> Iterator[Footnote]:
        return iter(self._notes)

    def __len__(self) -> int:
        return len(self._notes)


def ranked(notes: Iterable[Footnote]) -> list[Footnote]:
    """Sort notes as readers trust them: what supports something, primary sources, then the most cited."""
    return sorted(
        notes,
        key=lambda note: (not note.supporting, note.source.kind != Source.Kind.PRIMARY, -len(note.supporting)),
    )


class Footnotes:
    """The sources of the facts of a page, read in one query when they are first asked for.

    Iterating yields the notes of the sources that support something on the page, numbered from 1 in the order of the
    facts; `quoted` are the others. `on` is the date on view, which the links to sources keep.
    """

    def __init__(self, *groups: Iterable[Fact], on: PartialDate | None = None) -> None:
        self.on = on
        # Each fact once: a spell that began and ended in one interval appears twice there.
        self._facts = list(dict.fromkeys(fact for group in groups for fact in group))

    def __iter__(self) -> Iterator[Footnote]:
        return (note for note in self._notes.values() if note.supporting)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    @property
    def quoted(self) -> list[Footnote]:
        """The notes of the sources that support nothing here: they say something else, or a number that we derive."""
        return [note for note in self._notes.values() if not note.supporting]

    def ranked(self) -> list[Footnote]:
        """Return the notes, primary sources first, then the most cited; those that support nothing here come last."""
        return ranked(self._notes.values())

    def lacking(self, fact: Fact, fields: Iterable[str]) -> list[str]:
        """Return the names of those filled fields of a fact that no source of the page supports."""
        return [
            str(getattr(fact._meta.get_field(name), "verbose_name", name))
            for name in fields
            if getattr(fact, name) and not self.supporting(fact, name)
        ]

    def supporting(self, fact: Fact, field: str = "") -> list[Footnote]:
        """Return the notes of the sources that support a fact, or one field of it, in the order of their numbers.

        A source cited for the whole fact supports each field of which it does not itself say something else. A source
        cited for any field supports the fact as a whole.
        """
        citations = self.citations(fact)
        disputing = {citation.source_id for citation in self.dissenting(fact, field)}
        notes = (
            self._notes[citation.source_id]
            for citation in citations
            if supports(citation)
            and (not field or citation.field == field or (not citation.field and citation.source_id not in disputing))
        )
        return list(dict.fromkeys(notes))

    def dissenting(self, fact: Fact, field: str = "") -> list[Citation]:
        """Return the citations that give another value than we do for any field of a fact, or for one.

        Without those of numbers that we derive: whether these dissent, `stated_counts` says.
        """
        return [
            citation
            for citation in self.citations(fact)
            if not (supports(citation) or citation.is_derived) and field in ("", citation.field)
        ]

    def citations(self, fact: Fact) -> list[Citation]:
        """Return all citations of a fact of the page, in the order of their notes."""
        return sorted(self._by_fact[fact], key=self.number)

    def number(self, citation: Citation) -> int:
        """Return the number of the note of a citation's source."""
        return self._notes[citation.source_id].number

    @property
    def disagreements(self) -> int:
        """How many citations say something else than we do; of derived numbers `stated_counts` judges."""
        return sum(citation.disagrees for citations in self._by_fact.values() for citation in citations)

    @property
    def unsourced(self) -> dict[str, list[Fact]]:
        """Map each reason why there is no source to the facts it is given for."""
        facts: dict[str, list[Fact]] = {}
        for fact in self._facts:
            if fact.unsourced:
                facts.setdefault(fact.unsourced, []).append(fact)
        return facts

    @cached_property
    def _by_fact(self) -> dict[Fact, list[Citation]]:
        found: defaultdict[tuple[str, int], list[Citation]] = defaultdict(list)
        for citation in Citation.objects.of(self._facts).select_related("source") if self._facts else ():
            kind = citation.fact_kind
            found[kind, getattr(citation, f"{kind}_id")].append(citation)
        by_fact = {fact: found[fact.KIND.code, fact.pk] for fact in self._facts}
        for fact, citations in by_fact.items():
            for citation in citations:
                setattr(citation, fact.KIND.code, fact)
        return by_fact

    @cached_property
    def _notes(self) -> dict[int, Footnote]:
        """The notes by their sources' keys: first those that support something, then the others."""
        citations = [citation for of_fact in self._by_fact.values() for citation in of_fact]
        supporting = {citation.source_id for citation in citations if supports(citation)}
        notes: dict[int, Footnote] = {}
        for citation in sorted(citations, key=lambda citation: citation.source_id not in supporting):
            note = notes.setdefault(citation.source_id, Footnote(len(notes) + 1, citation.source))
            note.citations.append(citation)
        return notes
