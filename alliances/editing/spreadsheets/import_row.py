"""One row of an import: what it does to which fact, cell by cell, and what is wrong with it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ObjectDoesNotExist, ValidationError

from alliances.history.changelog import Difference
from alliances.models import Citation
from alliances.text import shorten

from . import cells
from .sheet import CellError

NEW, CHANGED, UNCHANGED, WRONG = "new", "changed", "unchanged", "wrong"
_NOTHING = "–"


@dataclass(eq=False)
class ImportRow:
    """One row: its number, the texts of its cells, the fact that it is about, and what changes.

    `before` are the texts of the fact as it is stored, empty for a new one.
    `storable` is false where it cannot even be tried to write the fact; `closed` where nothing more can be said of it.
    """

    number: int
    texts: dict[str, str]
    fact: Any
    new: bool
    before: dict[str, str]
    errors: list[CellError] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    storable: bool = True
    closed: bool = False

    def __str__(self) -> str:
        """The fact in words, as far as the row says which one it is."""
        try:
            return str(self.fact)
        except ObjectDoesNotExist:
            return " ".join(filter(None, list(self.texts.values())[:4]))

    @property
    def status(self) -> str:
        """New, changed, unchanged or wrong."""
        if self.errors:
            return WRONG
        return NEW if self.new else CHANGED if self.differences else UNCHANGED

    @property
    def wrong_columns(self) -> set[str]:
        """The columns with which something is wrong."""
        return {error.column for error in self.errors} - {""}

    def refuse(self, column: str, message: str) -> None:
        """Note what is wrong with a cell, once; with the row as a whole, if `column` is empty."""
        error = CellError(self.number, column, shorten(self.texts.get(column, "")), message)
        if error not in self.errors:
            self.errors.append(error)

    def refuse_unstorable(self, column: str, message: str) -> None:
        """Note what is wrong with a cell, and that the fact cannot be written so."""
        self.refuse(column, message)
        self.storable = False

    def passes(self, check: Callable[[], object]) -> bool:
        """Tell whether a check raises no ValidationError; note all that it finds wrong, each at its column."""
        try:
            check()
        except ValidationError as error:
            for name, column_errors in error.update_error_dict({}).items():
                for column_error in column_errors:
                    for message in self._messages(name, column_error):
                        self.refuse("" if name == NON_FIELD_ERRORS else name, message)
            return False
        return True

    def _messages(self, name, error):
        """Say for whoever corrects a file what the model says for whoever fills in a form."""
        if error.code in {"null", "blank"}:
            if self.new:
                return ["Fill this in: a new row needs it."]
            return ["Fill this in: it may not be empty."]
        if error.code == "invalid_choice" and (codes := self._codes(name)):
            return [f"Write one of: {', '.join(codes)}."]
        return error.messages

    def _codes(self, name):
        """Return the codes that a cell of a column may hold; none where it may hold any text."""
        field = next((field for field in self.fact._meta.fields if field.name == name), None)
        return [str(code) for code, _ in field.flatchoices] if field else []

    def compare(self, after: dict[str, str]) -> None:
        """Note column by column what changes, as texts; refuse what was misread before the file came to us."""
        self.differences = [
            Difference(name, self.before[name] or _NOTHING, text or _NOTHING)
            for name, text in after.items()
            if text != self.before[name]
        ]
        for citation in self.citations:
            quote = f"“{citation.quote}”" if citation.quote else ""
            text = ", ".join(filter(None, [citation.source.key, citation.locator, quote]))
            self.differences.append(Difference("source", _NOTHING, text))
        for difference in self.differences:
            if meant := cells.misread(difference.after):
                message = f"This text was read in the wrong encoding before: “{shorten(meant)}” is meant."
                self.refuse_unstorable(difference.label, message)
