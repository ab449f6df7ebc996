"""A form of the desk as it was typed: its rows taken apart, and put together again."""

import re
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from alliances.text import number

_COUNTS = ("TOTAL_FORMS", "INITIAL_FORMS")
_OF_ROW = re.compile(r"([\w-]+?)-([0-9]{1,4})-(\w+)")
_MOST = 5000  # More rows than any page has: a stranger's number cannot make it grow without end.


@dataclass
class FormRow:
    """One row of a form, or the fact of the page: the texts of its fields by their names.

    `stored` says that the page showed it as stored, `key` which fact it is about; a new row has none.
    """

    values: MultiValueDict
    stored: bool = False
    key: int | None = None

    def put(self, name, field, value):
        """Write a stored value as a browser would send it for this form field."""
        value = field.prepare_value(value)
        if value is False:
            self.values.pop(name, None)  # Of a box that is not ticked nothing is sent.
        else:
            self.values[name] = "" if value is None else "on" if value is True else str(value)

    def typed(self, name, field):
        """Return what was typed into a field, as its widget reads it."""
        return field.widget.value_from_datadict(self.values, {}, name)


class FormData:
    """What a form sends, by rows: `rows[prefix]` are those of one inline, `rest` is all else.

    Rows whose numbers cannot be read stay in `rest` as they came: Django says what is wrong with them.
    """

    def __init__(self, data, prefixes):
        self.rest = MultiValueDict({name: list(texts) for name, texts in data.lists()})
        self.rows = {}
        for prefix in prefixes:
            total, initial = (number(self.rest.get(f"{prefix}-{name}")) for name in _COUNTS)
            if total is not None and initial is not None and initial <= total <= _MOST:
                self.rows[prefix] = [FormRow(MultiValueDict(), stored=place < initial) for place in range(total)]
        for name in list(self.rest):
            found = _OF_ROW.fullmatch(name)
            rows = self.rows.get(found[1], ()) if found else ()
            if found and int(found[2]) < len(rows):
                rows[int(found[2])].values.setlist(found[3], self.rest.pop(name))
        for row in (row for rows in self.rows.values() for row in rows if row.stored):
            row.key = number(row.values.get("id"))

    def data(self):
        """Return the whole as a form sends it: in each inline the stored rows first, as Django reads them."""
        data = QueryDict(mutable=True)
        for name in self.rest:
            data.setlist(name, self.rest.getlist(name))
        for prefix, rows in self.rows.items():
            rows = sorted(rows, key=lambda row: not row.stored)
            data[f"{prefix}-TOTAL_FORMS"] = str(len(rows))
            data[f"{prefix}-INITIAL_FORMS"] = str(sum(row.stored for row in rows))
            for place, row in enumerate(rows):
                for name in row.values:
                    data.setlist(f"{prefix}-{place}-{name}", row.values.getlist(name))
        return data
