"""Documents, and what states did to them."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from alliances import dates

from . import kinds
from .base import Fact, FactQuerySet
from .date_columns import date_constraint, earliest, latest, order_constraint
from .folded_text import FoldedField
from .identity import once
from .old_address import Addressed
from .temporal import Dated, DatedQuerySet, PartialDateField, readable


class DocumentQuerySet(FactQuerySet, DatedQuerySet):
    """Verbs of documents."""

    def on(self, date, prefix=""):
        """Keep the documents in force on a date; one whose entry into force is not known is not among them."""
        return super().on(date, prefix).exclude(in_force="")

    def with_parties(self, states, on):
        """Keep the documents of which one of the named states (ISO codes) is a party on a date."""
        taken = TreatyAction.objects.filter(document=OuterRef("pk"), state__iso3__in=list(states)).binding_on(on)
        return self.filter(Exists(taken))


class Document(Addressed, Fact, Dated):
    """A treaty, charter, protocol, declaration, agreement or decision.

    It is signed or adopted on one day, enters into force on another, and may end. It holds from its entry
    into force; an empty `in_force` means that this is not known, or that it needs none.
    """

    class Kind(models.TextChoices):
        TREATY = "treaty", "Treaty"
        CHARTER = "charter", "Charter"
        PROTOCOL = "protocol", "Protocol"
        DECLARATION = "declaration", "Declaration"
        AGREEMENT = "agreement", "Agreement"
        DECISION = "decision", "Decision"

    organization = models.ForeignKey("Organization", models.PROTECT, related_name="documents")
    slug = models.SlugField(max_length=60, unique=True, help_text="Its public address. Keep it.")
    title = models.CharField(max_length=250)
    kind = models.CharField(max_length=11, choices=Kind)
    signed = PartialDateField("signed or adopted", blank=True)
    place = models.CharField(max_length=100, blank=True)
    adopted_by = models.ForeignKey(
        "Council", models.PROTECT, null=True, blank=True, related_name="documents", help_text="Where a body adopted it."
    )
    in_force = PartialDateField("in force", blank=True, help_text="When it entered into force; empty: not known.")
    ended = PartialDateField(blank=True, unknown=True, help_text="The first day on which it was no more in force.")
    signed_earliest = earliest("signed", empty=dates.ALWAYS)
    signed_latest = latest("signed", empty=dates.ALWAYS)
    in_force_earliest = earliest("in_force", empty=dates.ALWAYS)
    in_force_latest = latest("in_force", empty=dates.ALWAYS)
    ended_earliest = earliest("ended", empty=dates.NEVER)
    ended_latest = latest("ended", empty=dates.NEVER)
    folded = FoldedField(sources=["title"])
    folded_text = FoldedField(sources=["kind", "place", "note", "reason"])

    span = ("in_force", "ended")

    KIND = kinds.Kind("document", parents=("organization",), named_by=("organization",), claimed="signed")

    objects = DocumentQuerySet.as_manager()

    class Meta(Fact.Meta):
        abstract = False
        ordering = ["signed_earliest", "folded"]
        constraints = [
            date_constraint("signed", blank=True),
            date_constraint("in_force", blank=True),
            date_constraint("ended", blank=True, unknown=True),
            order_constraint("in_force", "ended", "A document ends after it entered into force."),
        ]

    def __str__(self):
        return self.title

    def is_basis_of(self, organization):
        """Tell whether an organization rests on it: signed at its founding, or in force since the same day."""
        signed = self.signed and self.signed == organization.founded
        return bool(signed or (self.in_force and self.in_force == organization.in_force))

    def get_absolute_url(self):
        return reverse("document-detail", args=[self.slug])

    def holds(self, on):
        """Tell whether it is in force on a date; not known to be in force is not."""
        return super().holds(on) if self.in_force else dates.Holds.NO

    def standing(self, on):
        """Say how it stands on a date; of one whose entry into force is not known, nothing can be said."""
        return super().standing(on) if self.in_force else "not known"


class TreatyActionQuerySet(FactQuerySet):
    """Verbs of treaty actions."""

    def binding_on(self, on, certainly=False):
        """Keep the actions by which a state is a party on a date: taken by then, and not denounced with effect.

        At the outer bounds of what is known; `certainly`: whatever day their dates mean.

        A signature counts beside ratification and accession: of many treaties here only signatures are
        recorded. Pages name the action, so that a reader sees on what it rests. What ends it must come after
        it, so that a state which denounces and accedes again is a party again.
        """
        day = dates.as_partial(on)
        own_day, later_day = Q(effective=""), ~Q(effective="")
        begun = OuterRef("date_earliest")
        first, last = ("latest", "earliest") if certainly else ("earliest", "latest")
        left = TreatyAction.objects.filter(
            own_day & Q(**{f"date_{last}__lte": day.earliest, "date_latest__gte": begun})
            | later_day & Q(**{f"effective_{last}__lte": day.earliest, "effective_latest__gte": begun}),
            document=OuterRef("document"),
            state=OuterRef("state"),
            action__in=TreatyAction.Action.ending(),
        )
        return self.filter(
            own_day & Q(**{f"date_{first}__lte": day.latest})
            | later_day & Q(**{f"effective_{first}__lte": day.latest}),
            ~Exists(left),
            action__in=TreatyAction.Action.binding(),
            **{f"document__ended_{last}__gt": day.earliest},
        )


class TreatyAction(Fact):
    """What one state did to one document, and when; `effective` is when it takes effect, where that is later.

    A denunciation usually takes effect a year after it was notified.
    """

    class Action(models.TextChoices):
        SIGNED = "signed", "Signed"
        RATIFIED = "ratified", "Ratified"
        ACCEDED = "acceded", "Acceded"
        NOT_SIGNED = "not-signed", "Did not sign"
        DENUNCIATION_STEP = "denunciation-step", "Step towards denunciation"
        DENOUNCED = "denounced", "Denounced"
        LAPSED = "lapsed", "Ceased to be a party"

        @classmethod
        def binding(cls):
            """Return the actions by which a state becomes a party."""
            return [cls.SIGNED, cls.RATIFIED, cls.ACCEDED]

        @classmethod
        def ending(cls):
            """Return the actions by which a state ceases to be a party."""
            return [cls.DENOUNCED, cls.LAPSED]

    document = models.ForeignKey(Document, models.PROTECT, related_name="actions")
    state = models.ForeignKey("State", models.PROTECT, related_name="actions")
    action = models.CharField(max_length=17, choices=Action)
    date = PartialDateField(blank=True)
    effective = PartialDateField("takes effect", blank=True, help_text="Where it is another day than the action's.")
    date_earliest = earliest("date", empty=dates.ALWAYS)
    date_latest = latest("date", empty=dates.ALWAYS)
    effective_earliest = earliest("effective", empty=dates.NEVER)
    effective_latest = latest("effective", empty=dates.NEVER)

    KIND = kinds.Kind("action", parents=("document", "state"), named_by=("document", "state"), claimed="date")

    objects = TreatyActionQuerySet.as_manager()

    class Meta(Fact.Meta):
        abstract = False
        ordering = ["document", "state__folded", "date_earliest"]
        constraints = [
            once("document", "state", "action", "date", message="This action is here already."),
            date_constraint("date", blank=True),
            date_constraint("effective", blank=True),
        ]

    def __str__(self):
        return f"{self.state}: {self.get_action_display().lower()} {self.document}" + (
            f", {self.date}" if self.date else ""
        )

    def get_absolute_url(self):
        return self.document.get_absolute_url()

    def clean(self):
        """Refuse an end without a date, and an effect before the action."""
        if not readable(self.date, self.effective):
            return
        if self.action in self.Action.ending() and not self.date and not self.effective:
            raise ValidationError({"date": "Say when: a state ceases to be a party on a day, or in a year at least."})
        if self.effective and self.date:
            now = dates.today().isoformat()
            if dates.end_bounds(self.effective, now)[1] < dates.begin_bounds(self.date, now)[0]:
                message = f"This is before the action itself ({self.date}). Check both dates."
                raise ValidationError({"effective": message})
