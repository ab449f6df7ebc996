"""The long choices of filters: the codes of all states and of all organizations, with what each is called."""

import unicodedata

from django.utils.functional import cached_property
from markupsafe import Markup, escape

from alliances.models import Name, Organization, State, old_address
from alliances.text import fold, joined, spellings


class Vocabulary:
    """The codes of one kind of fact, and the name of each, sorted by name.

    One query fills it, with rows of (code, words, folded column): `words` validates codes and names them, `datalist` is
    a piece of HTML in which nothing depends on the request, so the vocabulary may be kept for as long as the facts do
    not change. `queryset` is asked only about texts that are no code: what they may mean, and whether they were codes
    once.
    """

    def __init__(self, noun, queryset, code, rows):
        self.noun = noun
        self.queryset = queryset
        self.code = code
        self._rows = list(rows)
        self.words = {code: words for code, words, _ in self._rows}

    @cached_property
    def datalist(self):
        """The choices of a text field: a browser shows the name, and fills in the code.

        Each carries its names as search reads them, so that filters.js finds Côte d'Ivoire by “cote divoire”.
        """
        options = "".join(
            f'<option value="{escape(code)}" data-folded="{escape(_names(folded))}">{escape(words)}</option>'
            for code, words, folded in self._rows
        )
        return Markup(f'<datalist id="all-{self.noun}">{options}</datalist>')  # noqa: S704  Each part is escaped.

    def guess(self, text):
        """Return the codes that a text may mean: what is called exactly so, else what has its words in its names."""
        return self.named(text) or [getattr(fact, self.code) for fact in self.queryset.guess(text)]

    def named(self, text):
        """Return the codes of what is called exactly so, one if there is no doubt.

        A name is what it is called in any language, now or formerly, in full or as an acronym, and a code of its own in
        any case. It may be transliterated, and written without accents, spaces and signs: “cote-d-ivoire”, “U.S.S.R.”.
        """
        if any(unicodedata.category(each) == "Cc" for each in text):
            return []
        key, *roman = map(joined, spellings(fold(text)))
        found = self._codes.get(key) or self._named.get(key, ()) if key else ()
        if (
            not found and roman and len(roman[0]) > 3
        ):  # Two or three letters are a code: “ЕС”, the EU, is not ES, Spain.
            found = self._named.get(roman[0], ())
        return sorted(found)

    @cached_property
    def _codes(self):
        """Map each code, as `joined` has it, to itself."""
        return {joined(code): {code} for code in self.words}

    @cached_property
    def _named(self):
        """Map each name, as `joined` has it, to the codes of what bears it: one query, for texts that are no codes."""
        bearer = self.queryset.model.KIND.code
        named = Name.objects.order_by().values_list(f"{bearer}__{self.code}", "folded")
        lines = [(code, folded) for code, _, folded in self._rows]
        lines += named.filter(**{f"{bearer}__isnull": False})
        found = {}
        for code, folded in lines:
            for line in folded.split("\n"):
                for spelling in spellings(line):
                    found.setdefault(joined(spelling), set()).add(code)
        return found

    def present(self, codes):
        """Map those codes that have been renamed to today's."""
        return old_address.present(self.queryset.model, codes)


def _names(folded):
    """Return the names in a folded column, separated by a character that none of them contains."""
    return folded.strip("\n").replace("\n", "|")


def states():
    """All states, past and present, by ISO code."""
    rows = State.objects.order_by("folded").values_list("iso3", "name", "folded")
    return Vocabulary("states", State.objects, "iso3", rows)


def organizations():
    """All organizations, by slug."""
    found = Organization.objects.order_by("folded").values_list("slug", "acronym", "name", "folded")
    rows = ((slug, name if acronym == name else f"{name} ({acronym})", folded) for slug, acronym, name, folded in found)
    return Vocabulary("organizations", Organization.objects, "slug", rows)
