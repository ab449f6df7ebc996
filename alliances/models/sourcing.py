"""The rule that every fact has a source, or says why it has none; enforced at the end of every change set."""

from collections import defaultdict

from django.core.exceptions import ValidationError
from django.db.models import Q

from .batches import batches


class Unsourced(ValidationError):
    """Facts would stand without a source and without a reason for that; `facts` are some of them."""

    def __init__(self, facts):
        self.facts = facts
        super().__init__(
            "Nothing was stored: no source is cited for "
            + "; ".join(str(fact) for fact in facts[:3])
            + (" and others" if len(facts) > 3 else "")
            + ". Cite one, or fill in “why there is no source”.",
            code="unsourced",
        )


def enforce(written, why=None):
    """Raise Unsourced for facts with neither a supporting citation nor a reason. Clear the reason where there is one.

    `written` are pairs of model and key; what is gone meanwhile is passed over. A source that says something else than
    we do supports nothing. `why(fact)` gives a missing reason, if there is one.
    """
    keys_by_model = defaultdict(list)
    for model, key in written:
        keys_by_model[model].append(key)
    unsourced = []
    for model, keys in keys_by_model.items():
        citations = model._meta.get_field("citations").related_model.objects  # Its module imports this one.
        kind = model.KIND.code
        for some in batches(keys):
            # Two plain queries: to build the subquery of one took four times as long as both.
            supported = citations.supporting().filter(**{f"{kind}__in": some})
            cited = set(supported.order_by().values_list(kind, flat=True))
            uncited = [key for key in some if key not in cited]
            odd = list(model.objects.order_by().filter(Q(pk__in=uncited) | (Q(pk__in=some) & ~Q(unsourced=""))))
            by_reason = defaultdict(list)
            for fact in odd:
                if not (fact.pk in cited or fact.unsourced.strip()):  # A blank is no reason.
                    by_reason[why(fact) if why else ""].append(fact)
            unsourced += by_reason.pop("", [])
            for reason, facts in by_reason.items():
                model.objects.filter(pk__in=[fact.pk for fact in facts]).update(unsourced=reason)
            if sourced := [fact.pk for fact in odd if fact.pk in cited]:
                model.objects.filter(pk__in=sourced).update(unsourced="")
    if unsourced:
        raise Unsourced(unsourced)
