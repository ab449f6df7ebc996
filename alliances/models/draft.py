"""Drafts: changes to facts that are proposed and not yet published."""

from django.conf import settings
from django.db import models
from django.urls import reverse

from alliances import dates

from .changeset import PUBLISH
from .fact_reference import FactReference, FactReferenceQuerySet


class DraftQuerySet(FactReferenceQuerySet):
    """Verbs of drafts."""

    def waiting(self):
        """Keep those that nobody has decided on."""
        return self.filter(state=Draft.Stage.WAITING)

    def readable_by(self, user):
        """Keep those that a user may read: an editor all, everybody else their own."""
        return self if user.has_perm(PUBLISH) else self.filter(author=user)

    def open_to(self, user):
        """Keep those that a user may continue in the form: all that wait, and the user's own that came back."""
        waiting = models.Q(state=Draft.Stage.WAITING)
        returned = models.Q(author=user) & ~models.Q(state=Draft.Stage.PUBLISHED)
        return self.readable_by(user).filter(waiting | returned)


class Draft(FactReference):
    """A form of the desk as somebody typed it, about a fact that is there (a proposed change) or not yet (a new fact).

    Drafts are stored apart from facts: nothing public reads them, so no public page can leak one. Publishing a draft
    submits its form: the same checks, one change set. `typed` is the form as a query string; `told` describes what it
    would have changed when it was kept: a list of {"what", "kind", "fact", "differences": [[label, before, after]]}.
    """

    class Stage(models.TextChoices):
        WAITING = "waiting", "Waiting for review"
        PUBLISHED = "published", "Published"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"

    title = models.CharField(max_length=300, editable=False)
    typed = models.TextField(editable=False)
    told = models.JSONField(default=list, editable=False)
    reason = models.TextField(blank=True, editable=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False)
    kept = models.DateTimeField(editable=False)
    state = models.CharField(max_length=10, choices=Stage, default=Stage.WAITING, editable=False)
    answer = models.TextField(blank=True, help_text="The author reads it.")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    decided = models.DateTimeField(null=True, editable=False)
    change_set = models.ForeignKey("ChangeSet", models.SET_NULL, null=True, related_name="drafts", editable=False)

    objects = DraftQuerySet.as_manager()

    class Meta(FactReference.Meta):
        abstract = False
        ordering = ["-kept", "-pk"]

    def __str__(self):
        return self.title

    def get_admin_url(self):
        """Return the address of its review."""
        return reverse("admin:alliances_draft_change", args=[self.pk])

    def get_fact_url(self):
        """Return the address of the form of its fact as that stands; of an empty form, where it is not there yet."""
        name = f"admin:alliances_{self.model._meta.model_name}"
        return reverse(f"{name}_change", args=[self.key]) if self.key else reverse(f"{name}_add")

    def get_form_url(self):
        """Return the address of the form, filled in as its author typed it."""
        return f"{self.get_fact_url()}?draft={self.pk}"

    @property
    def is_waiting(self):
        """Whether nobody has decided on it."""
        return self.state == Draft.Stage.WAITING

    def keep(self, *, typed, told, title, reason):
        """Store it as typed now; an earlier decision was about the earlier version and is cleared."""
        self.typed, self.told, self.title, self.reason = typed, told, title, reason
        self.kept, self.state = dates.now(), Draft.Stage.WAITING
        self.answer, self.decided_by, self.decided = "", None, None
        self.save()

    def decide(self, state, user, answer="", change_set=None):
        """Publish, decline or withdraw it; published, it names the change set that its form became."""
        self.state, self.decided_by, self.decided = state, user, dates.now()
        self.answer, self.change_set = answer, change_set
        self.save()
