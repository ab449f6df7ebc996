"""A spreadsheet as texts, what is wrong with its cells, and how large it may be."""

from dataclasses import dataclass, field

MAX_ROWS = 20_000
MAX_COLUMNS = 60
MAX_CELL = 100_000  # Characters.
# What a refused file can be saved as instead; the end of many messages.
AS_CSV = "Save it as “CSV UTF-8” or as .xlsx"


class Unreadable(ValueError):
    """This file is no spreadsheet that we can take; the sentence says why and what to do."""


@dataclass(frozen=True)
class CellError:
    """What is wrong with a cell: its row (as the spreadsheet numbers it), its column, what it says, and the reason.

    The column is empty where the row as a whole is wrong.
    """

    row: int
    column: str
    value: str
    message: str


@dataclass
class Sheet:
    """A spreadsheet as texts: `rows` are pairs of the row's number (the header is row 1) and its cells.

    `notes` say how the file was read, for whoever sees the preview.
    """

    header: list[str]
    rows: list[tuple[int, list[str]]]
    notes: list[str] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)
