"""The long choices of filters: the codes of all states and of all organizations, with what each is called."""

from functools import cached_property

from markupsafe import Markup, escape

from alliances.models import Organization, State, old_address


class Vocabulary:
    """The codes that name one kind of thing, and what each is called, in the order of the names.

    One query fills it, and all that a page needs of it follows from that: validation and words from `words`, what is
    offered from `datalist`, one piece of HTML in which nothing depends on the request. So the whole of it may be kept
    for as long as the facts do not change. `things` is asked only where a text is no code: what may it mean, and was it
    one before?
    """

    def __init__(self, noun, things, code, words):
        self.noun = noun
        self.things = things
        self.code = code
        self.words = dict(words)

    @cached_property
    def datalist(self):
        """The choices for a text field: a browser shows the name, and fills in the code."""
        options = "".join(
            f'<option value="{escape(code)}">{escape(name)}</option>' for code, name in self.words.items()
        )
        return Markup(f'<datalist id="all-{self.noun}">{options}</datalist>')  # noqa: S704  Each part is escaped.

    def guess(self, text):
        """Return the codes that a text may mean: a code in another case, or a name in any language and script."""
        near = [code for code in self.words if code.casefold() == text.strip().casefold()]
        return near or [getattr(thing, self.code) for thing in self.things.guess(text)]

    def present(self, codes):
        """Map those of some unknown codes that a thing had before to the one that it has now."""
        return old_address.present(self.things.model, codes)


def states():
    """All states, past and present, by ISO code."""
    rows = State.objects.order_by("name").values_list("iso3", "name")
    return Vocabulary("states", State.objects, "iso3", rows)


def organizations():
    """All organizations, by slug."""
    rows = Organization.objects.order_by("name").values_list("slug", "acronym", "name")
    named = ((slug, name if acronym == name else f"{name} ({acronym})") for slug, acronym, name in rows)
    return Vocabulary("organizations", Organization.objects, "slug", named)
