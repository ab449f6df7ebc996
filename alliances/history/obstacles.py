"""What stands in the way of a revert, in sentences. Asked when everything is written as it shall be."""

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import models

from alliances.models import Membership, Organization, State
from alliances.models.batches import batches
from alliances.models.versioning import last_versions, versions_of

from .row_change import RECORDED, attach_all_related, attribution, name_of, plain


class RevertBlocked(ValidationError):
    """What stands in the way of a revert, each in a sentence: nothing was written."""

    def __init__(self, sentences):
        super().__init__(list(dict.fromkeys(sentences)), code="obstacles")

    def __str__(self):
        return " ".join(self.messages)


def obstacles(by_model):
    """Yield a sentence for each thing that cannot be so; `by_model` has the RowChanges of each model, written by now.

    The database has taken the rows, so its constraints hold; what it cannot know, or judges only at the end of the
    transaction, is asked here.
    """
    yield from _named_but_gone(by_model)
    yield from _resting_on_the_gone(by_model)
    yield from _unclean(by_model)
    yield from _spells_outside(by_model)


def messages_of(*checks):
    """Return what these checks of a fact find wrong, in sentences."""
    found = []
    for check in checks:
        try:
            check()
        except ValidationError as error:
            found += error.messages
    return list(dict.fromkeys(found))


def _named_but_gone(by_model):
    """Yield a sentence for each fact that would name one that does not exist."""
    for model, changes in by_model.items():
        facts = [change.after for change in changes if change.after]
        for link in (field for field in model._meta.fields if isinstance(field, models.ForeignKey)):
            keys = {getattr(fact, link.attname) for fact in facts} - {None}
            there = set()
            for some in batches(keys):
                there.update(plain(link.related_model).filter(pk__in=some).values_list("pk", flat=True))
            for fact in facts if keys - there else ():
                key = getattr(fact, link.attname)
                if key is not None and key not in there:
                    yield _is_gone(fact, link, key)


def _is_gone(fact, link, key):
    """Say which thing a fact names that is gone, and since when."""
    target = link.related_model
    version = last_versions(target, [key]).get(key)
    if version is None:
        return f"{name_of(fact)} names, as its {link.verbose_name}, what does not exist."
    gone = version.instance
    attach_all_related(target, [gone])
    return (
        f"{name_of(fact)} names the {target._meta.verbose_name} “{name_of(gone)}”, which was deleted "
        f"{attribution(version.change_set)}: bring that back first."
    )


def _resting_on_the_gone(by_model):
    """Yield a sentence for each fact that names one which would be gone, and would not go with it."""
    for model, changes in by_model.items():
        gone = {change.key: change.before for change in changes if change.after is None}
        for link in model._meta.related_objects if gone else ():
            if link.related_model not in RECORDED:
                continue
            for keys in batches(gone):
                resting = list(plain(link.related_model).filter(**{f"{link.field.name}__in": keys}))
                attach_all_related(link.related_model, resting)
                entered = _entered(link.related_model, [fact.pk for fact in resting])
                for fact in resting:
                    thing = gone[getattr(fact, link.field.attname)]
                    setattr(fact, link.field.name, thing)
                    yield (
                        f"{name_of(thing)} would go, but "
                        f"the {fact._meta.verbose_name} “{name_of(fact)}” rests on it, entered "
                        f"{attribution(entered[fact.pk])}: delete or undo that first."
                    )


def _entered(model, keys):
    """Return {key: the change set by which a fact was entered}; the last, of one that was brought back."""
    rows = versions_of(model).objects.filter(id__in=keys, history_type="+").order_by("history_id")
    return {row.id: row.change_set for row in rows.select_related("change_set__author")}


def _unclean(by_model):
    """Yield a sentence for each thing that the facts' own rules find wrong."""
    for model, changes in by_model.items():
        links = [field.name for field in model._meta.fields if isinstance(field, models.ForeignKey)]
        for fact in (change.after for change in changes if change.after):
            try:
                for message in messages_of(lambda fact=fact, links=links: fact.clean_fields(exclude=links), fact.clean):
                    yield f"{name_of(fact)}: {message}"
            except ObjectDoesNotExist:
                continue  # What it names is gone: that is said already.


def _spells_outside(by_model):
    """Yield a sentence for each spell that would lie outside the time of its organization or state, which changes."""
    written = {change.key for change in by_model.get(Membership, ())}
    for model, side in ((Organization, "organization"), (State, "state")):
        lives = {change.key: change.after for change in by_model.get(model, ()) if _span_differs(change)}
        for keys in batches(lives):
            for spell in Membership.objects.filter(**{f"{side}__in": keys}).with_names():
                thing = lives[getattr(spell, f"{side}_id")]
                for message in messages_of(lambda spell=spell, thing=thing: spell.refuse_outside(thing)):
                    if spell.pk not in written:
                        yield f"{spell}: {message}"


def _span_differs(change):
    return change.sign == "~" and any(
        getattr(change.before, name) != getattr(change.after, name) for name in change.model.span
    )
