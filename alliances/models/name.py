"""Names in other languages and scripts, former names and other acronyms."""

from django.db import models
from django.db.models import Q

from alliances import dates

from . import kinds
from .base import Fact, FactQuerySet, exactly_one, filled_column
from .date_columns import date_constraint, earliest, latest, order_constraint
from .folded_text import FoldedField
from .temporal import Dated, DatedQuerySet, PartialDateField

NAMED = ("state", "organization", "council", "force")


class NameQuerySet(FactQuerySet, DatedQuerySet):
    """Verbs of names."""

    def get_by_natural_key(self, kind, key, language, type, text):
        """Find a name by the kind and the natural key of what bears it, its language, type and text."""
        bearer = self.model._meta.get_field(kind).related_model.objects.get_by_natural_key(*key)
        return self.get(language=language, type=type, text=text, **{kind: bearer})


class Name(Fact, Dated):
    """What a state, an organization, a council or a force is called besides its English name on its page.

    The language is an ISO 639 code. A transliteration carries its script as well: ODKB is "ru-Latn".
    """

    class Type(models.TextChoices):
        NAME = "name", "Name"
        OFFICIAL = "official", "Official name"
        NATIVE = "native", "Name in a language of its own"
        ACRONYM = "acronym", "Acronym"
        FORMER = "former", "Former name"
        FORMER_ACRONYM = "former-acronym", "Former acronym"
        OTHER = "other", "Also called"

    state = models.ForeignKey("State", models.CASCADE, null=True, blank=True, related_name="names")
    organization = models.ForeignKey("Organization", models.CASCADE, null=True, blank=True, related_name="names")
    council = models.ForeignKey("Council", models.CASCADE, null=True, blank=True, related_name="names")
    force = models.ForeignKey("CollectiveForce", models.CASCADE, null=True, blank=True, related_name="names")
    language = models.CharField(max_length=12, help_text="ISO 639 code: ru, fr, tr; transliterated: ru-Latn.")
    type = models.CharField(max_length=14, choices=Type, default=Type.NAME)
    text = models.CharField(max_length=250)
    used_from = PartialDateField(blank=True)
    used_until = PartialDateField(blank=True, unknown=True, help_text="The first day on which it was no more used.")
    used_from_earliest = earliest("used_from", empty=dates.ALWAYS)
    used_from_latest = latest("used_from", empty=dates.ALWAYS)
    used_until_earliest = earliest("used_until", empty=dates.NEVER)
    used_until_latest = latest("used_until", empty=dates.NEVER)
    folded = FoldedField(sources=["text"])

    span = ("used_from", "used_until")

    KIND = kinds.Kind("name", parents=NAMED, named_by=NAMED, hidden=NAMED)

    objects = NameQuerySet.as_manager()

    class Meta(Fact.Meta):
        abstract = False
        ordering = ["language", "type", "text"]
        constraints = [
            models.CheckConstraint(
                condition=exactly_one(NAMED),
                name="%(app_label)s_%(class)s_names_one_thing",
                violation_error_message="A name belongs to exactly one state, organization, council or force.",
            ),
            *(
                models.UniqueConstraint(
                    fields=[bearer, "language", "type", "text"],
                    condition=Q(**{f"{bearer}__isnull": False}),
                    name=f"%(app_label)s_%(class)s_once_a_{bearer}",
                    violation_error_message="This name is here already.",
                )
                for bearer in NAMED
            ),
            date_constraint("used_from", blank=True),
            date_constraint("used_until", blank=True, unknown=True),
            order_constraint("used_from", "used_until", "A name falls out of use after it came into use."),
        ]

    def __str__(self):
        return f"{self.text} ({self.language})"

    def get_absolute_url(self):
        return self.bearer.get_absolute_url()

    def natural_key(self):
        return (self.bearer_kind, self.key_of(self.bearer_kind), self.language, self.type, self.text)

    @classmethod
    def stored_keys(cls, using):
        for kind in NAMED:
            bearers = cls._meta.get_field(kind).related_model.identity_lookups()
            borne = cls._base_manager.using(using).filter(**{f"{kind}__isnull": False})
            for pk, language, type, text, *bearer in borne.values_list(
                "pk", "language", "type", "text", *(f"{kind}__{lookup}" for lookup in bearers)
            ):
                yield pk, (kind, bearer, language, type, text)

    @property
    def bearer_kind(self):
        """The name of the column that is filled, for example "organization"."""
        return filled_column(self, NAMED)

    @property
    def bearer(self):
        """What bears the name."""
        return getattr(self, self.bearer_kind) if self.bearer_kind else None
