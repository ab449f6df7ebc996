"""Search over everything: words in, ranked hits out.

What finds a fact, and how close it is, is asked of the QuerySets (`ranked`; the ranking is `models.searchable.Match`).
The database ranks and cuts, so that a page loads no more rows than it shows, however many answer to one letter: a
query for each kind brings its first rows and counts them all, one more brings the names by which they were found.
"""

from typing import NamedTuple

from django.db.models import Case, Count, IntegerField, Q, Value, When, Window
from django.db.models.functions import Length
from django.utils.functional import cached_property
from rapidfuzz import process
from rapidfuzz.distance import OSA

from alliances.models import CollectiveForce, Council, Document, Name, Organization, Provision, Source, State
from alliances.models.searchable import Match, holds_part, match_name
from alliances.models.temporal import Dated
from alliances.text import excerpt, fold, occurrences, spellings

# How many hits stand on the page: across kinds, of each kind, and of a kind that alone was asked for.
BEST, EACH, ALONE = 10, 10, 50


class ResultKind(NamedTuple):
    """A kind of result: `code` is its word in addresses, `list` the route of its list."""

    code: str
    model: type
    one: str
    many: str
    list: str = ""
    # The fields that name it, those that name it besides, and what its place among equals is sorted by.
    names: tuple = ("name",)
    other_names: tuple = ()
    order: str = "folded"
    # Whether its list, asked for a date, shows only what holds then.
    narrowed: bool = False

    def rows(self, text, on):
        """Return the matches of this kind: the closest first; of equally close ones, those that exist on the date."""
        found = self.model.objects.all()
        if self.model is Organization:
            found = found.with_member_counts(on)
        if self.model is State:
            found = found.with_organization_counts(on)
        if hasattr(self.model, "organization"):
            found = found.select_related("organization")
        if not issubclass(self.model, Dated):
            return found.ranked(text, *self.places())
        return found.with_existence(on).ranked(text, "gone", *self.places())

    def places(self):
        """Return what sorts equally close matches: the shorter name first, for more of it was typed; then its order."""
        if not self.names:
            return [self.order]
        return [Case(When(match__lte=Match.WITHIN, then=Length(self.names[0])), default=0), self.order]

    def with_totals(self, text, on):
        """Return the rows, annotated with their number (`total`) and how many of them the list shows (`listed`)."""
        shown = Value(1)
        if self.narrowed and on.given:
            there = self.model.objects.on(on).order_by().values("pk")
            shown = Case(When(Q(pk__in=there), then=Value(1)), output_field=IntegerField())
        return self.rows(text, on).annotate(total=Window(Count("pk")), listed=Window(Count(shown)))


RESULT_KINDS = [
    ResultKind("organization", Organization, "organization", "organizations", "organization-list", ("name", "acronym")),
    ResultKind(
        "state", State, "state", "states", "state-list", ("name", "iso3"), other_names=("official_name", "iso2")
    ),
    ResultKind("council", Council, "body", "bodies", "council-list", narrowed=True),
    ResultKind("force", CollectiveForce, "force", "forces", "force-list", ("name", "acronym"), narrowed=True),
    ResultKind("document", Document, "document", "documents", "document-list", ("title",), narrowed=True),
    ResultKind("provision", Provision, "provision", "provisions", "", (), order="folded_text"),
    ResultKind("source", Source, "source", "sources", "source-list", ("title",)),
]


class Hit:
    """One match, and why it matched.

    `via` is the name that matches the text, where it is not the one that the page shows anyway: (what it is, the name,
    its language). `excerpt` is the sentence that does, where no name does: (what field, [(text, marked)]).
    """

    def __init__(self, kind, thing, text, names=()):
        self.kind = kind
        self.thing = thing
        self.match = Match(thing.match)
        self.gone = getattr(thing, "gone", False)
        self.via = self._via(text, names)
        self.excerpt = self._excerpt(text) if self.match == Match.TEXT else None

    @property
    def rank(self):
        """Sort key of the best matches: closeness, kind (organizations first), existence on the date, length, name."""
        length = len(self.title) if self.match <= Match.WITHIN else 0
        order = getattr(self.thing, self.kind.order)
        return self.match, RESULT_KINDS.index(self.kind), self.gone, length, order, self.thing.pk

    @property
    def address(self):
        """The address of its page."""
        return self.thing.get_absolute_url()

    @property
    def title(self):
        """Its title on the page."""
        return getattr(self.thing, self.kind.names[0]) if self.kind.names else str(self.thing).partition(": ")[0]

    @property
    def acronym(self):
        """Its acronym, if that is not its name; for a state its code."""
        acronym = getattr(self.thing, "acronym", "") or getattr(self.thing, "iso3", "")
        return acronym if acronym != self.title else ""

    @property
    def home(self):
        """The organization that it belongs to, if any."""
        return getattr(self.thing, "organization", None)

    def _via(self, text, names):
        own = [(match_name(getattr(self.thing, field), text), "", "", "") for field in self.kind.names]
        besides = [
            (match_name(value, text), _label(self.thing, field), value, "")
            for field in self.kind.other_names
            if (value := getattr(self.thing, field))
        ]
        others = [
            (
                match_name(name.text, text),
                "" if name.type == "name" else name.get_type_display(),
                name.text,
                name.language,
            )
            for name in names
        ]
        # The first of the closest: what is shown anyway explains itself.
        known = [each for each in own + besides + others if each[0] is not None]
        closest = min(known, key=lambda each: each[0], default=(None, "", "", ""))
        return closest[1:] if closest[2] else None

    def _excerpt(self, text):
        words = [spelling for word in fold(text).split() for spelling in spellings(word)]
        best, most = None, 0
        for field in self.thing._meta.get_field("folded_text").sources:
            display = getattr(self.thing, f"get_{field}_display", None)
            value = str(display() if display else getattr(self.thing, field))
            number = sum(bool(occurrences(value, [word])) for word in words)
            if number > most:
                label = "" if field in {"text", "note", "reason"} else _label(self.thing, field)
                # A provision is one sentence, and stands in full.
                length = 400 if field == "text" else 240
                best, most = (label, excerpt(value, occurrences(value, words), length)), number
        return best


def _label(thing, field):
    name = str(thing._meta.get_field(field).verbose_name)
    return name[:1].upper() + name[1:]


class Section(NamedTuple):
    """The matches of one kind: the first hits, the number of all, and how many of them its list shows."""

    kind: ResultKind
    hits: list
    total: int
    listed: int


class Results:
    """The results for a text on a date; `kinds` (codes) narrow what is shown, not what is counted.

    Eight queries, whatever is found; `near` asks five more.
    """

    def __init__(self, text, on, kinds=(), best=BEST, each=None):
        self.text = text
        self.on = on
        self.kinds = [kind for kind in RESULT_KINDS if kind.code in kinds]
        each = each or (ALONE if len(kinds) == 1 else EACH)
        self.all_sections = _sections(text, on, each) if fold(text) else []
        shown = self.all_sections if not self.kinds else [each for each in self.all_sections if each.kind in self.kinds]
        self.sections = [section for section in shown if section.total]
        hits = sorted((hit for section in self.sections for hit in section.hits), key=lambda hit: hit.rank)
        self.best = hits[:best]

    @property
    def total(self):
        """The number of matches of all kinds."""
        return sum(section.total for section in self.all_sections)

    @property
    def shown_total(self):
        """The number of matches of the kinds asked for."""
        return sum(section.total for section in self.sections)

    @property
    def exact(self):
        """The only match whose name is the text, if there is just one; never a source or a provision."""
        named = [
            hit for hit in self.best if hit.match == Match.EXACTLY and hit.kind.code not in {"source", "provision"}
        ]
        return named[0] if len(named) == 1 else None

    @property
    def wordless(self):
        """Whether the text has no letter or digit to search for."""
        return not fold(self.text)

    @cached_property
    def near(self):
        """If nothing matched: organizations and states with a similar name, at most five."""
        return [] if self.total else _near(spellings(fold(self.text)))

    @property
    def fewer(self):
        """If nothing matched: the single words of the text, if there are several; at most four."""
        words = list(dict.fromkeys(self.text.split()))
        return words[:4] if not self.total and len(words) > 1 else []


def _sections(text, on, limit):
    """Return the matches of each kind: one query per kind, and one for the names that explain them."""
    found = [(kind, list(kind.with_totals(text, on)[:limit])) for kind in RESULT_KINDS]
    names = {}
    bearers = Q(pk__in=[])
    for kind, rows in found:
        if hasattr(kind.model, "names") and rows:
            bearers |= Q(**{f"{kind.code}__in": [row.pk for row in rows]})
    parts = Q(pk__in=[])
    for word in dict.fromkeys(fold(text).split()):
        parts |= holds_part("folded", word)
    for name in Name.objects.filter(bearers & parts):
        names.setdefault((name.bearer_kind, getattr(name, f"{name.bearer_kind}_id")), []).append(name)
    return [
        Section(
            kind,
            [Hit(kind, row, text, names.get((kind.code, row.pk), ())) for row in rows],
            rows[0].total if rows else 0,
            rows[0].listed if rows else 0,
        )
        for kind, rows in found
    ]


# A misspelt text is compared with at most this many names of each kind, which takes up to 0.1 s.
_COMPARED = 5_000


def _near(typed, limit=5):
    """Return the organizations and states whose names differ from the text by a typing error or two, the nearest first.

    `typed` are its spellings. Word by word: each word that was typed is near some word of the name. Five queries.
    """
    typed = [words for text in typed if (words := text.split()[:6]) and max(map(len, words)) <= 40]
    if not typed:
        return []
    known = [
        ("organization", pk, line)
        for pk, folded in Organization.objects.order_by("pk").values_list("pk", "folded")[:_COMPARED]
        # Each of its names, and all together: “ctso treaty”.
        for line in [*folded.split("\n"), folded]
    ]
    for pk, folded in State.objects.order_by("pk").values_list("pk", "folded")[:_COMPARED]:
        known.append(("state", pk, folded.split("\n")[1]))
    borne = Name.objects.filter(Q(organization__isnull=False) | Q(state__isnull=False)).order_by("pk")
    for organization, state, folded in borne.values_list("organization", "state", "folded")[:_COMPARED]:
        known.append(("organization", organization, folded) if organization else ("state", state, folded))
    nearest = {}
    for kind, pk, line in known:
        parts = line.split()
        for words in typed:
            slips = [_least(word, parts) for word in words]
            if None not in slips:
                score = (sum(slips), abs(len(parts) - len(words)), line)
                nearest[kind, pk] = min(score, nearest.get((kind, pk), score))
    first = sorted(nearest, key=nearest.get)[:limit]
    things = {
        kind: model.objects.in_bulk([pk for each, pk in first if each == kind])
        for kind, model in (("organization", Organization), ("state", State))
    }
    return [things[kind][pk] for kind, pk in first]


def _least(typed, words):
    """Return the letters wrong, missing, too many or swapped between a word and the nearest of several.

    None if it is near none: within a letter of a short word, two of one of six letters or more.
    """
    allowed = 0 if len(typed) < 3 else 1 if len(typed) < 6 else 2
    nearest = process.extractOne(typed, words, scorer=OSA.distance, score_cutoff=allowed)
    return None if nearest is None else nearest[1]


def suggestions(text, on):
    """Return the eight best matches while somebody types."""
    return Results(text, on, best=8, each=8).best
