"""The long choices of filters: the codes of all states and of all organizations, with what each is called."""

from functools import cached_property

from markupsafe import Markup, escape

from alliances.models import Organization, State, old_address


class Vocabulary:
    """The codes of one kind of fact, and the name of each, sorted by name.

    One query fills it: `words` validates codes and names them, `datalist` is a piece of HTML in which nothing depends
    on the request, so the vocabulary may be kept for as long as the facts do not change. `queryset` is asked only about
    texts that are no code: what they may mean, and whether they were codes once.
    """

    def __init__(self, noun, queryset, code, words):
        self.noun = noun
        self.queryset = queryset
        self.code = code
        self.words = dict(words)

    @cached_property
    def datalist(self):
        """The choices of a text field: a browser shows the name, and fills in the code."""
        options = "".join(
            f'<option value="{escape(code)}">{escape(name)}</option>' for code, name in self.words.items()
        )
        return Markup(f'<datalist id="all-{self.noun}">{options}</datalist>')  # noqa: S704  Each part is escaped.

    def guess(self, text):
        """Return the codes that a text may mean: a code in another case, or a name in any language and script."""
        near = [code for code in self.words if code.casefold() == text.strip().casefold()]
        return near or [getattr(fact, self.code) for fact in self.queryset.guess(text)]

    def present(self, codes):
        """Map those codes that have been renamed to today's."""
        return old_address.present(self.queryset.model, codes)


def states():
    """All states, past and present, by ISO code."""
    rows = State.objects.order_by("folded").values_list("iso3", "name")
    return Vocabulary("states", State.objects, "iso3", rows)


def organizations():
    """All organizations, by slug."""
    rows = Organization.objects.order_by("folded").values_list("slug", "acronym", "name")
    named = ((slug, name if acronym == name else f"{name} ({acronym})") for slug, acronym, name in rows)
    return Vocabulary("organizations", Organization.objects, "slug", named)
