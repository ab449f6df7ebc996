"""A three-way merge of a posted form: as it was opened, as it is stored now, and as it was typed."""

from collections import defaultdict
from dataclasses import dataclass, field
from enum import StrEnum

from django.db import models

from alliances.admin.forms import ADDS, PROMISES
from alliances.history.changelog import fetch_or_last_version, value_in_words
from alliances.models.versioning import versions_of
from alliances.text import number

from .form_data import FormRow
from .snapshot import change_sets_between, describe_changes

CHOICE = "choice"  # Fields of the form in which the editor resolves a conflict: choice:part:key:field.


class Verdict(StrEnum):
    """Who changed a field since the form was opened: *ours* is the editor's form, *theirs* what is stored now."""

    OURS = "ours"
    THEIRS = "theirs"
    EQUAL = "equal"  # Both changed it to the same value.
    CONFLICT = "conflict"  # Both changed it, to different values.


@dataclass
class FieldMerge:
    """One field of a fact in its three states: as it was opened (base), as it is now, and as it was typed.

    `choice` is the name of the form field that resolves a conflict; empty where there is none.
    """

    label: str
    verdict: Verdict
    base: object
    now: object
    typed: object
    column: models.Field | None = None
    choice: str = ""

    def named_keys(self):
        """Yield the keys of the facts that its three values name."""
        if isinstance(self.column, models.ForeignKey):
            yield from (value for value in (self.base, self.now, self.typed) if isinstance(value, int))

    def put_in_words(self, names):
        """Replace the values by what an editor reads; `names` are the named facts: {model: {key: fact}}."""
        for state in ("base", "now", "typed") if self.column is not None else ():
            value = getattr(self, state)
            known = not isinstance(self.column, models.ForeignKey) or isinstance(value, int)
            setattr(self, state, value_in_words(self.column, value, names) if known or not value else value)


@dataclass
class RowMerge:
    """What became of one fact of the page, and of its fields."""

    kind: str
    fact: object
    what: str
    fields: list = field(default_factory=list)

    @property
    def asks(self):
        """Whether there is a conflict to resolve."""
        return any(each.choice for each in self.fields)


class Merge:
    """A posted form, merged with what others stored since it was opened: `form` becomes the form to go on with.

    A field that only others changed takes their value; one that only the editor changed stays. In a conflict the
    editor's text stays in the field, and a choice is offered. `rows` and `entries` tell the editor all of it.
    """

    def __init__(self, form, parts, seen):
        self.form, self.parts, self.seen = form, parts, seen
        self.rows = []
        self.entries = []

    def apply_choices(self):
        """Do what the editor chose in conflicts: for “take theirs”, write the value that the page showed as theirs."""
        chosen = [name for name in self.form.rest if name.startswith(f"{CHOICE}:")]
        theirs = defaultdict(list)
        for choice in chosen:
            _, part, key, name = (choice.split(":") + [""] * 3)[:4]
            if self.form.rest.pop(choice)[-1] == "theirs" and number(key) is not None:
                theirs[part].append((number(key), name))
        for part in self.parts:
            if theirs[part.name]:
                self._take_theirs(part, theirs[part.name])

    def _take_theirs(self, part, theirs):
        shown, fields = self.versions_shown(part, {key for key, _ in theirs}), part.editable_fields()
        rows = {row.key: row for row in self._rows_of(part)}
        for key, name in theirs:
            if name == "DELETE" and key in rows:
                rows[key].values.pop("DELETE", None)
            elif name in fields and key in rows and key in shown:
                rows[key].put(name, fields[name], _value(shown[key], name))

    def take_over(self, now):
        """Merge every fact of which another version is stored now, and write the outcome into the form."""
        for part in self.parts:
            seen, there = self.seen.get(part.name, {}), now[part.name]
            changed = {key for key in seen.keys() & there.keys() if seen[key] != there[key]}
            added, gone = there.keys() - seen.keys(), seen.keys() - there.keys()
            if (changed or added or gone) and (not part.name or part.name in self.form.rows):
                self._merge_part(part, changed, added, gone)
        self.put_in_words()

    def name_change_sets(self, fact, now):
        """Fill `entries` with who changed what on the page of this fact since it was opened, when and why."""
        self.entries = describe_changes([fact], change_sets_between(self.parts, self.seen, now))

    def refresh_rows(self, part, keys):
        """Replace the rows of a read-only part by those that are stored."""
        if part.name in self.form.rows:
            self.form.rows[part.name] = [FormRow.of(key) for key in keys]

    def put_in_words(self):
        """Replace all values in `rows` by words: one query for each kind of fact that is named."""
        keys = defaultdict(set)
        merged = [each for row in self.rows for each in row.fields]
        for each in merged:
            for key in each.named_keys():
                keys[each.column.related_model].add(key)
        names = {model: fetch_or_last_version(model, some) for model, some in keys.items()}
        for each in merged:
            each.put_in_words(names)

    def add_anew(self, version):
        """Make the form of a deleted fact one that adds it anew, with its rows; `version` is its last one."""
        FormRow(self.form.rest, True, version.id).add_anew(public_identity(version))
        for part in self.parts:
            rows = self.form.rows.get(part.name)
            if rows is None:
                continue
            shown = self.versions_shown(part, [row.key for row in rows if row.key])
            kept = [row for row in rows if "DELETE" not in row.values and not part.read_only]
            for row in kept:
                row.values.pop(part.link, None)
                if row.stored:
                    row.add_anew(public_identity(shown.get(row.key)))
            self.form.rows[part.name] = kept

    def versions_shown(self, part, keys):
        """Return {key: the version of it that the page showed}, as far as they are known."""
        seen = self.seen.get(part.name, {})
        rows = versions_of(part.model).objects.in_bulk([seen[key] for key in keys if key in seen])
        return {row.id: row for row in rows.values()}

    def _rows_of(self, part):
        if part.name:
            return self.form.rows.get(part.name, [])
        return [FormRow(self.form.rest, True, key) for key in self.seen.get("", ())]

    def _merge_part(self, part, changed, added, gone):
        bases = self.versions_shown(part, changed | gone)
        facts = fetch_or_last_version(part.model, changed | added | gone)
        rows = self._rows_of(part)
        shown = {row.key for row in rows}
        for row in list(rows):
            if row.key in changed or row.key in added:
                self._merge_changed(part, row, bases.get(row.key), facts[row.key])
            elif row.key in gone:
                self._merge_deleted(part, row, bases.get(row.key), facts.get(row.key), rows)
        for key in sorted(added - shown):
            if key in facts:
                self._merge_added(part, facts[key], rows)

    def _merge_changed(self, part, row, base, fact):
        merged = self.compare(part, row, base, fact)
        for each in merged:
            if each.verdict is Verdict.THEIRS:
                name = each.column.name
                row.put(name, part.editable_fields()[name], _value(fact, name))
        if "DELETE" in row.values:
            choice = f"{CHOICE}:{part.name}:{row.key}:DELETE"
            whole_row = FieldMerge(
                "the whole row", Verdict.CONFLICT, "stored", "changed", "to be deleted", choice=choice
            )
            merged.insert(0, whole_row)
        self._report(part, fact, "changed by somebody else", merged)

    def _merge_deleted(self, part, row, base, last, rows):
        fact = last or (base and base.instance)
        merged = [] if "DELETE" in row.values else self.compare(part, row, base, None)
        cites = any(row.values.get(name) for name in ADDS)
        if not merged and not cites:
            rows.remove(row)
            yours = "as you wanted to" if "DELETE" in row.values else "you had changed nothing in it"
            self._report(part, fact, f"deleted by somebody else; {yours}, so it is gone here too")
        else:
            row.add_anew(public_identity(base))
            self._report(
                part,
                fact,
                "deleted or moved away by somebody else; because you typed something in it, it stands in the form as a "
                "new row, with all that was typed. If it is to stay deleted, empty its fields",
                merged,
            )

    def _merge_added(self, part, fact, rows):
        """Add the row that somebody else added; one that the editor typed just so gives it its source, and goes."""
        stored, fields = FormRow.of(fact.pk), part.editable_fields()
        for name, form_field in part.form_fields().items():
            if name in fields or name in PROMISES:
                stored.put(name, form_field, _value(fact, name))
        what = "added by somebody else"
        compared = {name: form_field for name, form_field in fields.items() if name != "unsourced"}
        for row in [row for row in rows if not row.stored]:
            if not any(
                form_field.has_changed(_value(fact, name), row.posted(name, form_field))
                for name, form_field in compared.items()
            ):
                rows.remove(row)
                for name in ADDS & row.values.keys():
                    stored.values[name] = row.values[name]
                what = "added by somebody else, just as you typed it; of your row only its source is kept"
                break
        rows.append(stored)
        self._report(part, fact, what)

    def _report(self, part, fact, what, merged=()):
        self.rows.append(RowMerge(str(part.model._meta.verbose_name), fact, what, list(merged)))

    def compare(self, part, row, base, fact):
        """Return the fields of a row that somebody changed, each with its verdict.

        `base` is None where nobody knows how it was opened, `fact` is None where it is deleted.
        """
        found = []
        for name, form_field in part.editable_fields().items():
            column = part.model._meta.get_field(name)
            text = row.posted(name, form_field)
            old, new = base and _value(base, name), fact and _value(fact, name)
            ours = base is None or form_field.has_changed(old, text)
            theirs = fact is not None and (base is None or column.get_prep_value(old) != column.get_prep_value(new))
            if ours and theirs:
                verdict = Verdict.CONFLICT if form_field.has_changed(new, text) else Verdict.EQUAL
            else:
                verdict = Verdict.THEIRS if theirs else Verdict.OURS
            if (ours or theirs) and not (base is None and verdict is Verdict.EQUAL):
                choice = f"{CHOICE}:{part.name}:{row.key}:{name}" if verdict is Verdict.CONFLICT else ""
                label = str(column.verbose_name)
                found.append(FieldMerge(label, verdict, old, new, _key_or_text(column, text), column, choice))
        return found


def public_identity(version):
    """Return {name: value} of the fields by which others link to a fact; of an unknown version (None) nothing."""
    return {name: _value(version, name) for name in PROMISES if version is not None and hasattr(version, name)}


def _value(row, name):
    """Return the value of a field in a fact or in a version of it; of a foreign key the key."""
    return getattr(row, row._meta.get_field(name).attname)


def _key_or_text(column, text):
    """Return what was typed; of a foreign key the key, if it is one."""
    if isinstance(column, models.ForeignKey):
        key = number(text or "")
        return text if key is None else key
    return text
