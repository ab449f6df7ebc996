"""A posted form of the desk, taken apart into rows and put together again."""

import re
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from alliances.text import number

_COUNTS = ("TOTAL_FORMS", "INITIAL_FORMS")
_FIELD_OF_ROW = re.compile(r"([\w-]+?)-([0-9]{1,4})-(\w+)")
_MAX_ROWS = 5000  # More than any page has: a stranger's number must not make it grow without end.


@dataclass
class FormRow:
    """One row of a form, or the fact of the page: the texts of its fields, by their names.

    `stored` says that the page showed it as a stored fact, `key` which one; a row that adds a fact has no key.
    """

    values: MultiValueDict
    stored: bool = False
    key: int | None = None

    @classmethod
    def of(cls, key):
        """Return the row of a stored fact, as yet without its fields."""
        return cls(MultiValueDict({"id": [str(key)]}), stored=True, key=key)

    def put(self, name, form_field, value):
        """Write a stored value into a field, as a browser would send it."""
        value = form_field.prepare_value(value)
        if value is False:
            self.values.pop(name, None)  # A browser sends nothing for a box that is not ticked.
        else:
            self.values[name] = "" if value is None else "on" if value is True else str(value)

    def posted(self, name, form_field):
        """Return what was posted in a field, as its widget reads it."""
        return form_field.widget.value_from_datadict(self.values, {}, name)

    def add_anew(self, public_identity):
        """Make the row of a stored fact one that adds a fact, under the public identity that it had: {name: value}."""
        self.stored, self.key = False, None
        self.values.pop("id", None)
        for name, value in public_identity.items():
            self.values[name] = value


@dataclass
class FormData:
    """A posted form: `rows[prefix]` are the rows of an inline, `rest` is everything else.

    Rows whose counts cannot be read stay in `rest` as they came: Django says what is wrong with them.
    """

    rest: MultiValueDict
    rows: dict[str, list[FormRow]] = field(default_factory=dict)

    @classmethod
    def parse(cls, post, prefixes):
        """Take a posted form apart into the rows of the inlines with these prefixes, and the rest."""
        form = cls(MultiValueDict({name: list(texts) for name, texts in post.lists()}))
        for prefix in prefixes:
            form._make_rows(prefix)
        form._move_fields_into_rows()
        return form

    def _make_rows(self, prefix):
        total, initial = (number(self.rest.get(f"{prefix}-{name}")) for name in _COUNTS)
        if total is not None and initial is not None and initial <= total <= _MAX_ROWS:
            self.rows[prefix] = [FormRow(MultiValueDict(), stored=place < initial) for place in range(total)]

    def _move_fields_into_rows(self):
        for name in list(self.rest):
            found = _FIELD_OF_ROW.fullmatch(name)
            rows = self.rows.get(found[1], ()) if found else ()
            if found and int(found[2]) < len(rows):
                rows[int(found[2])].values.setlist(found[3], self.rest.pop(name))
        for row in (row for rows in self.rows.values() for row in rows if row.stored):
            row.key = number(row.values.get("id"))

    def as_post(self):
        """Return the form as a browser would send it: in each inline the stored rows first, as Django reads them."""
        post = QueryDict(mutable=True)
        for name in self.rest:
            post.setlist(name, self.rest.getlist(name))
        for prefix, rows in self.rows.items():
            rows = sorted(rows, key=lambda row: not row.stored)
            post[f"{prefix}-TOTAL_FORMS"] = str(len(rows))
            post[f"{prefix}-INITIAL_FORMS"] = str(sum(row.stored for row in rows))
            for place, row in enumerate(rows):
                for name in row.values:
                    post.setlist(f"{prefix}-{place}-{name}", row.values.getlist(name))
        return post
