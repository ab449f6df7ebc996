"""Suggestions from readers: what is wrong, what is right, and who says so."""

from datetime import timedelta

from django.conf import settings
from django.db import models

from alliances import dates

from .fact_reference import FactReference, FactReferenceQuerySet

# How long an e-mail address may wait for a decision: less than any six months.
CONTACT_KEPT = timedelta(days=180)


class SuggestionQuerySet(FactReferenceQuerySet):
    """Verbs of suggestions."""

    def waiting(self):
        """Keep those on which nobody has decided."""
        return self.filter(state=Suggestion.State.WAITING)

    def decide(self, state, by, answer=""):
        """Decide on those that still wait, and erase the reader's e-mail address; return how many there were."""
        return self.waiting().update(state=state, answer=answer, decided_by=by, decided=dates.now(), contact="")

    decide.alters_data = True

    def forget_contacts(self, before):
        """Erase the readers' e-mail addresses of suggestions made before a moment, decided on or not."""
        return self.filter(made__lt=before).exclude(contact="").update(contact="")

    forget_contacts.alters_data = True


class Suggestion(FactReference):
    """What a reader says is wrong with a fact, what is right, and who says so. Never public.

    `title` and `value` are the fact in words and its value (of `field`, if the reader named one) when the suggestion
    came in. `contact` is the reader's e-mail address, if given; it is erased when the suggestion is decided, and after
    CONTACT_KEPT at the latest: whenever a suggestion comes in, and whenever an editor opens the queue.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"

    title = models.CharField(max_length=300, editable=False)
    field = models.CharField(max_length=40, blank=True, editable=False)
    value = models.TextField(blank=True, editable=False)
    wrong = models.TextField(editable=False)
    right = models.TextField(editable=False)
    source = models.TextField(editable=False)
    contact = models.EmailField(blank=True, editable=False)
    made = models.DateTimeField(editable=False)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING, editable=False)
    answer = models.TextField(blank=True, help_text="For colleagues: why it was accepted or declined.")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    decided = models.DateTimeField(null=True, editable=False)

    objects = SuggestionQuerySet.as_manager()

    class Meta(FactReference.Meta):
        abstract = False
        verbose_name = "suggestion from a reader"
        verbose_name_plural = "suggestions from readers"
        ordering = ["-made", "-pk"]

    def __str__(self):
        return self.title

    @property
    def part(self):
        """What the form of the fact calls the part that it is about; empty for the whole of it."""
        return str(self.model._meta.get_field(self.field).verbose_name) if self.field else ""
