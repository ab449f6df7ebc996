"""The rule that every fact has a source, or says why it has none; held at the end of every change set."""

from collections import defaultdict

from django.core.exceptions import ValidationError
from django.db.models import Exists

from .batches import batches


class Unsourced(ValidationError):
    """Facts would stand without a source and without a word why; `facts` are some of them."""

    def __init__(self, facts):
        self.facts = facts
        super().__init__(
            "Nothing was stored: no source is cited for "
            + "; ".join(str(fact) for fact in facts[:3])
            + (" and others" if len(facts) > 3 else "")
            + ". Cite one, or fill in “why there is no source”.",
            code="unsourced",
        )


def enforce(touched, why=None):
    """Refuse facts that have neither a source nor a word why; of those that have both, the word goes.

    `touched` are pairs of model and key. A source that says something else than we do supports nothing. `why(fact)`
    gives the word of a fact that has none, if there is one.
    """
    keys = defaultdict(list)
    for model, key in touched:
        keys[model].append(key)
    all_bare = []
    for model, all_keys in keys.items():
        citations = model._meta.get_field("citations").related_model.objects  # Its module imports this one.
        for some in batches(all_keys):
            facts = model.objects.filter(pk__in=some).annotate(cited=Exists(citations.supporting(model)))
            odd = list(facts.exclude(cited=True, unsourced=""))
            words = defaultdict(list)
            for fact in odd:
                if not (fact.cited or fact.unsourced.strip()):  # A blank is no word.
                    words[why(fact) if why else ""].append(fact)
            all_bare += words.pop("", [])
            for word, facts in words.items():
                model.objects.filter(pk__in=[fact.pk for fact in facts]).update(unsourced=word)
            if excused := [fact.pk for fact in odd if fact.cited]:
                model.objects.filter(pk__in=excused).update(unsourced="")
    if all_bare:
        raise Unsourced(all_bare)
