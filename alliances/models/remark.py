"""Notes to colleagues."""

from django.conf import settings
from django.db import models

from .fact_reference import FactReference


class Remark(FactReference):
    """A note from one colleague to the others about a fact. Never public; `done` folds it away."""

    text = models.TextField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False)
    made = models.DateTimeField(editable=False)
    done = models.BooleanField(default=False)

    class Meta(FactReference.Meta):
        abstract = False
        verbose_name = "note to colleagues"
        verbose_name_plural = "notes to colleagues"
        ordering = ["-made", "-pk"]

    def __str__(self):
        return self.text
