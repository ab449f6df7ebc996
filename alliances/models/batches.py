"""Long lists of keys or rows, a batch at a time."""

from collections.abc import Iterable, Iterator

# So many keys, or rows of a few columns, fit into one query: older SQLite takes 999 parameters.
BATCH = 500


def batches(items: Iterable, size: int = BATCH) -> Iterator[list]:
    """Yield the items, in their order, in lists of at most `size`; nothing where there are none."""
    items = list(items)
    for start in range(0, len(items), size):
        yield items[start : start + size]
