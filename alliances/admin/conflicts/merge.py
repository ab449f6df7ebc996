"""What an editor typed and what others stored meanwhile, field by field."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db import models
from django.utils.datastructures import MultiValueDict

from alliances.admin.forms import ADDS, PROMISES
from alliances.history.changelog import fetch_or_last_version, value_in_words
from alliances.models.versioning import versions_of
from alliances.text import number

from .form_data import FormRow
from .snapshot import describe_changes, since

CHOICE = "choice"


@dataclass
class FieldMerge:
    """One field of a fact as it was opened, as it is now, and as it was typed.

    `verdict`: only *theirs* changed, only *mine*, both did the *same*, or *both* changed it and the editor chooses.
    """

    label: str
    verdict: str
    base: object
    now: object
    typed: object
    column: models.Field | None = None
    choice: str = ""

    def values(self):
        """Yield the keys of other things that it names."""
        if isinstance(self.column, models.ForeignKey):
            yield from (value for value in (self.base, self.now, self.typed) if isinstance(value, int))

    def say(self, names):
        """Put the values in words."""
        for name in ("base", "now", "typed") if self.column is not None else ():
            value = getattr(self, name)
            known = not isinstance(self.column, models.ForeignKey) or isinstance(value, int)
            setattr(self, name, value_in_words(self.column, value, names) if known or not value else value)


@dataclass
class RowMerge:
    """What became of one fact of the page, and its fields."""

    kind: str
    fact: object
    what: str
    fields: list = field(default_factory=list)

    @property
    def asks(self):
        """Whether there is something to choose."""
        return any(each.choice for each in self.fields)


class Merge:
    """What an editor typed, brought together with what others stored since: `typed` becomes the form to go on with.

    What only others changed is taken over; what only the editor changed stays; where both changed a field
    differently, the editor's text stays in it and a choice is offered. `rows` tells all of it.
    """

    def __init__(self, typed, parts, seen):
        self.typed, self.parts, self.seen = typed, parts, seen
        self.rows = []
        self.entries = []

    def choose(self):
        """Do what was chosen: where it was “take theirs”, the value of the version that was shown stands now."""
        chosen = [name for name in self.typed.rest if name.startswith(f"{CHOICE}:")]
        theirs = defaultdict(list)
        for choice in chosen:
            _, part, key, name = (choice.split(":") + [""] * 3)[:4]
            if self.typed.rest.pop(choice)[-1] == "theirs" and number(key) is not None:
                theirs[part].append((number(key), name))
        for part in self.parts:
            if theirs[part.name]:
                self._take(part, theirs[part.name])

    def _take(self, part, theirs):
        shown, fields = self._versions(part, {key for key, _ in theirs}), part.typed_fields()
        rows = {row.key: row for row in self._rows(part)}
        for key, name in theirs:
            if name == "DELETE" and key in rows:
                rows[key].values.pop("DELETE", None)
            elif name in fields and key in rows and key in shown:
                rows[key].put(name, fields[name], _value(shown[key], name))

    def bring_together(self, now):
        """Compare each fact whose version is another one now, and write what follows into what was typed."""
        for part in self.parts:
            seen, there = self.seen.get(part.name, {}), now[part.name]
            changed = {key for key in seen.keys() & there.keys() if seen[key] != there[key]}
            added, gone = there.keys() - seen.keys(), seen.keys() - there.keys()
            if (changed or added or gone) and (not part.name or part.name in self.typed.rows):
                self._part(part, changed, added, gone)
        self.say()

    def tell(self, facts, now):
        """Tell who changed what since, about these facts of one model."""
        self.entries = describe_changes(facts, since(self.parts, self.seen, now))

    def follow(self, part, keys):
        """Let the rows of a part in which nothing can be typed be those that are stored."""
        if part.name in self.typed.rows:
            self.typed.rows[part.name] = [_stored(key) for key in keys]

    def say(self):
        """Put all that is told into words, with a query for each kind of thing that is named."""
        named = defaultdict(set)
        compared = [each for row in self.rows for each in row.fields]
        for each in compared:
            for value in each.values():
                named[each.column.related_model].add(value)
        names = {model: fetch_or_last_version(model, keys) for model, keys in named.items()}
        for each in compared:
            each.say(names)

    def _rows(self, part):
        if part.name:
            return self.typed.rows.get(part.name, [])
        return [FormRow(self.typed.rest, True, key) for key in self.seen.get("", ())]

    def _versions(self, part, keys):
        """Return {key: the version of it that the page showed}."""
        seen = self.seen.get(part.name, {})
        rows = versions_of(part.model).objects.in_bulk([seen[key] for key in keys if key in seen])
        return {row.id: row for row in rows.values()}

    def _part(self, part, changed, added, gone):
        bases = self._versions(part, changed | gone)
        facts = fetch_or_last_version(part.model, changed | added | gone)
        rows = self._rows(part)
        shown = {row.key for row in rows}
        for row in list(rows):
            if row.key in changed or row.key in added:
                self._changed(part, row, bases.get(row.key), facts[row.key])
            elif row.key in gone:
                self._gone(part, row, bases.get(row.key), facts.get(row.key), rows)
        for key in sorted(added - shown):
            if key in facts:
                self._added(part, facts[key], rows)

    def _changed(self, part, row, base, fact):
        compared = self.compare(part, row, base, fact)
        for each in compared:
            if each.verdict == "theirs":
                name = each.column.name
                row.put(name, part.typed_fields()[name], _value(fact, name))
        if "DELETE" in row.values:
            choice = f"{CHOICE}:{part.name}:{row.key}:DELETE"
            compared.insert(0, FieldMerge("the whole row", "both", "stored", "changed", "to be deleted", None, choice))
        self._tell(part, fact, "changed by somebody else", compared)

    def _gone(self, part, row, base, last, rows):
        fact = last or (base and base.instance)
        compared = [] if "DELETE" in row.values else self.compare(part, row, base, None)
        sourced = any(row.values.get(name) for name in ADDS)
        if not compared and not sourced:
            rows.remove(row)
            yours = "as you wanted to" if "DELETE" in row.values else "you had changed nothing in it"
            self._tell(part, fact, f"deleted by somebody else; {yours}, so it is gone here too")
        else:
            renew(row, base)
            self._tell(
                part,
                fact,
                "deleted or moved away by somebody else; because you typed something in it, it stands in the form as a "
                "new row, with all that was typed. If it is to stay deleted, empty its fields",
                compared,
            )

    def _added(self, part, fact, rows):
        new, fields = _stored(fact.pk), part.typed_fields()
        for name, each in part.fields().items():
            if name in fields or name in PROMISES:
                new.put(name, each, _value(fact, name))
        what = "added by somebody else"
        same = [name for name in fields if name != "unsourced"]
        for row in [row for row in rows if not row.stored]:
            if not any(fields[name].has_changed(_value(fact, name), row.typed(name, fields[name])) for name in same):
                rows.remove(row)
                for name in ADDS & row.values.keys():
                    new.values[name] = row.values[name]
                what = "added by somebody else, just as you typed it; of your row only its source is kept"
                break
        rows.append(new)
        self._tell(part, fact, what)

    def _tell(self, part, fact, what, compared=()):
        self.rows.append(RowMerge(str(part.model._meta.verbose_name), fact, what, list(compared)))

    def compare(self, part, row, base, fact):
        """Return the fields of a row in which the three differ; `base` None: nobody knows how it was opened;
        `fact` None: it is gone.
        """
        found = []
        for name, each in part.typed_fields().items():
            column = part.model._meta.get_field(name)
            text = row.typed(name, each)
            old, new = base and _value(base, name), fact and _value(fact, name)
            mine = base is None or each.has_changed(old, text)
            theirs = fact is not None and (base is None or column.get_prep_value(old) != column.get_prep_value(new))
            if mine and theirs:
                verdict = "both" if each.has_changed(new, text) else "same"
            else:
                verdict = "theirs" if theirs else "mine"
            if (mine or theirs) and not (base is None and verdict == "same"):
                choice = f"{CHOICE}:{part.name}:{row.key}:{name}" if verdict == "both" else ""
                found.append(
                    FieldMerge(str(column.verbose_name), verdict, old, new, _meant(column, text), column, choice)
                )
        return found


def renew(row, base):
    """Make a stored row a new one, under the public identity that it had."""
    row.stored, row.key = False, None
    row.values.pop("id", None)
    for name in PROMISES if base is not None else ():
        if hasattr(base, name):
            row.values[name] = _value(base, name)


def _stored(key):
    return FormRow(MultiValueDict({"id": [str(key)]}), True, key)


def _value(row, name):
    """Return what a fact, or a version of it, has in a field; of what it names the key."""
    return getattr(row, row._meta.get_field(name).attname)


def _meant(column, text):
    """Return what was typed as the value that the column would have, as far as that can be said."""
    if isinstance(column, models.ForeignKey):
        key = number(text or "")
        return text if key is None else key
    return text
