"""Addresses that something public had before it was renamed or merged."""

from django.db import models

from .about import AboutFact


class OldAddress(AboutFact):
    """A slug, code or key under which a thing was public once: it answers with 301 to where that is now, for ever."""

    slug = models.CharField(max_length=80, editable=False)

    class Meta(AboutFact.Meta):
        abstract = False
        verbose_name = "old address"
        verbose_name_plural = "old addresses"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "slug"],
                name="%(app_label)s_%(class)s_once",
                violation_error_message="This address led to something else once, and still does.",
            )
        ]

    def __str__(self):
        return f"{self.kind} {self.slug}"
