"""The answer to a question that names a state and an organization: "uzbekistan csto", "when did the UK leave it"."""

from typing import NamedTuple

from alliances.derived.affiliation import Affiliation
from alliances.models import Membership, Name, Organization, State
from alliances.publishing.phrases import titled
from alliances.text import fold

# Words of questions, which name nothing. A name that is one of them as a whole ("IS", "WHO") is found all the same.
_WORDS = (
    "a an and are as did do does ever for from had has have in is it its join joined leave leaves left member "
    "members membership of on part since status still the to until was what when whether which who why with"
)
_ASKING = set(_WORDS.split())


class Answer(NamedTuple):
    """What one state was and is in one organization; `affiliation` is None where it never was in it."""

    state: State
    organization: Organization
    affiliation: Affiliation | None

    @property
    def where(self) -> str:
        """The organization as a sentence names it: "the European Union"."""
        return titled(self.organization)


def answer(text, on):
    """Return the answer to a text that names one state and one organization, each as a whole; None of any other.

    Six queries at most. A text that names two states, or something else besides, is a search.
    """
    words = fold(text).split()
    if len(words) < 2:
        return None
    places = range(len(words))
    phrases = {(first, last): " ".join(words[first : last + 1]) for first in places for last in places if first <= last}
    states, organizations = _named((State, Organization), set(phrases.values()))
    for first, state_ends, second, ends in _splits(phrases, states, organizations):
        taken = {*range(first, state_ends + 1), *range(second, ends + 1)}
        rest = {word for place, word in enumerate(words) if place not in taken}
        if rest <= _ASKING and not {words[place] for place in taken} <= _ASKING:
            state = State.objects.get(pk=states[phrases[first, state_ends]])
            organization = Organization.objects.get(pk=organizations[phrases[second, ends]])
            spells = list(Membership.objects.with_names().filter(state=state, organization=organization))
            return Answer(state, organization, Affiliation(spells, on, "state") if spells else None)
    return None


def _splits(phrases, states, organizations):
    """Yield the places of a state's and of an organization's name that do not overlap, the longest names first."""
    pairs = [
        (*state, *organization)
        for state, name in phrases.items()
        if name in states
        for organization, called in phrases.items()
        if called in organizations and (state[1] < organization[0] or organization[1] < state[0])
    ]
    return sorted(pairs, key=lambda pair: (pair[1] - pair[0]) + (pair[3] - pair[2]), reverse=True)


def _named(models, phrases):
    """Map, for each model, those of the phrases that name just one thing of it to its key."""
    found = {model: {} for model in models}
    for model in models:
        for key, folded in model.objects.order_by().values_list("pk", "folded"):
            for name in phrases & set(folded.split("\n")):
                found[model].setdefault(name, set()).add(key)
    lines = [f"\n{phrase}\n" for phrase in phrases]
    columns = [model.KIND.code for model in models]
    for folded, *keys in Name.objects.order_by().filter(folded__in=lines).values_list("folded", *columns):
        for model, key in zip(models, keys, strict=True):
            if key:
                found[model].setdefault(folded.strip("\n"), set()).add(key)
    return [{name: next(iter(keys)) for name, keys in found[each].items() if len(keys) == 1} for each in models]
