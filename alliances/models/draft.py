"""Drafts: changes of facts that were typed and are not published."""

from django.conf import settings
from django.db import models

from .about import AboutFact, AboutQuerySet


class DraftQuerySet(AboutQuerySet):
    """Verbs of drafts."""

    def waiting(self):
        """Keep those on which nobody has decided."""
        return self.filter(state=Draft.State.WAITING)


class Draft(AboutFact):
    """A form of the desk as somebody typed it, about a fact that is there (a proposed change) or not yet (a new fact).

    It lies beside the facts, not among them: nothing public reads it, so nothing public can forget to leave it out.
    To publish it is to send the form: the same checks, one change set. `typed` is the form as a query string;
    `seen` what its author had before them (the versions of the page's rows); `told` what it would change, in words,
    as of when it was kept: a list of {"what", "kind", "fact", "differences": [[label, before, after]]}.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting for review"
        PUBLISHED = "published", "Published"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"

    title = models.CharField(max_length=300, editable=False)
    typed = models.TextField(editable=False)
    told = models.JSONField(default=list, editable=False)
    reason = models.TextField(blank=True, editable=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False)
    kept = models.DateTimeField(editable=False)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING, editable=False)
    answer = models.TextField(blank=True, help_text="The author reads it.")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    decided = models.DateTimeField(null=True, editable=False)
    change_set = models.ForeignKey("ChangeSet", models.SET_NULL, null=True, related_name="drafts", editable=False)

    objects = DraftQuerySet.as_manager()

    class Meta(AboutFact.Meta):
        abstract = False
        ordering = ["-kept", "-pk"]

    def __str__(self):
        return self.title
