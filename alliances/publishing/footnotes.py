"""The notes of a page: which sources its facts rest on, numbered in the order in which they appear."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from alliances.dates import PartialDate
from alliances.models import Citation, Source
from alliances.models.base import Fact


class Footnote:
    """One numbered source of a page, with the citations of it that say more than "see there"."""

    def __init__(self, number: int, source: Source) -> None:
        self.number = number
        self.source = source
        self.citations: list[Citation] = []

    @property
    def telling(self) -> list[Citation]:
        """The citations with a locator, a quote or a dissent, which are worth a line of their own."""
        return [each for each in self.citations if each.locator or each.quote or each.says]


class Footnotes:
    """Attach to each fact its citations (`fact.cited`), in one query for all facts of a page.

    `on` is the date on view, which the links to sources keep.
    """

    def __init__(self, *groups: Iterable[Fact], on: PartialDate | None = None) -> None:
        self.on = on
        facts = [fact for group in groups for fact in group]
        by_fact: defaultdict[tuple[str, int], list[Citation]] = defaultdict(list)
        for citation in Citation.objects.of(facts).select_related("source") if facts else ():
            kind = citation.fact_kind
            by_fact[kind, getattr(citation, f"{kind}_id")].append(citation)
        self.notes: dict[int, Footnote] = {}
        # Of each word why there is no source, the facts that it is said of.
        self.unsourced: defaultdict[str, list[Fact]] = defaultdict(list)
        for fact in facts:
            if fact.unsourced:
                self.unsourced[fact.unsourced].append(fact)
            fact.cited = by_fact[fact.KIND.code, fact.pk]
            for citation in fact.cited:
                setattr(citation, fact.KIND.code, fact)
                note = self.notes.setdefault(citation.source_id, Footnote(len(self.notes) + 1, citation.source))
                note.citations.append(citation)
        for fact in facts:
            fact.cited.sort(key=self.number)

    def __iter__(self) -> Iterator[Footnote]:
        return iter(self.notes.values())

    def __len__(self) -> int:
        return len(self.notes)

    @property
    def disagreements(self) -> int:
        """How many sources say something else than we do; numbers that we derive are judged by `claims`."""
        return sum(citation.disagrees for note in self for citation in note.citations)

    def number(self, citation: Citation) -> int:
        """Return the number under which a citation's source stands on this page."""
        return self.notes[citation.source_id].number
