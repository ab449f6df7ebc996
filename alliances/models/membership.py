"""Memberships: spells of one status, the heart of the reference."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse

from alliances import dates

from . import kinds
from .base import Fact, FactQuerySet, count_subquery
from .date_columns import date_constraint, earliest, latest, order_constraint
from .identity import once
from .temporal import Dated, DatedQuerySet, PartialDateField, readable


class MembershipQuerySet(FactQuerySet, DatedQuerySet):
    """Verbs of spells: `Membership.objects.on("2008").binding()`."""

    def binding(self):
        """Keep the spells in which the state is bound: it is a member, if perhaps suspended or frozen."""
        return self.of_status(())

    def of_status(self, statuses):
        """Keep the spells of the named statuses; of none named: those that count as membership."""
        return self.filter(status__in=statuses or Membership.Status.binding())

    def filter_parties(self, queryset, link, code, codes, match="any", statuses=(), on=None):
        """Filter organizations or states by their spells; status, code and date must hold for one and the same spell.

        `link` is the side of the spell that `queryset` holds, `code` the lookup of the other side's identity.
        One `Exists`, never a join: two filters on a joined table can match two different rows. For "all" one grouped
        subquery: an `Exists` per code became one join of 208 tables on PostgreSQL, 68 seconds and 2.4 GB.
        """
        held = self.on(on or dates.today()).of_status(statuses)
        if codes and match == "all":
            named = held.filter(**{f"{code}__in": set(codes)}).order_by().values(link)
            met = named.annotate(number=Count(code, distinct=True)).filter(number=len(set(codes)))
            return queryset.filter(pk__in=met.values(link))
        spells = held.filter(**{link: OuterRef("pk")})
        if not codes:
            return queryset.filter(~Exists(spells) if match == "none" else Exists(spells))
        listed = Exists(spells.filter(**{f"{code}__in": list(codes)}))
        return queryset.filter(~listed if match == "none" else listed)

    def of_same_pair(self, organization="organization"):
        """Keep, in a subquery, the spells of the outer row's state in its organization (reached by that path).

        Without the order of the model, which would join two tables and sort for each row.
        """
        return self.filter(organization=OuterRef(organization), state=OuterRef("state")).order_by()

    def counted_by(self, link, what):
        """Return a subquery that counts distinct `what` among these spells of the outer row's `link`.

        Distinct, because on a coarse date two spells of one state may both possibly hold.
        """
        return count_subquery(self, link, what)

    def counts_by_state(self):
        """Map each state's key to the number of organizations of these spells."""
        counts = self.order_by().values_list("state").annotate(Count("organization", distinct=True))
        return dict(counts)

    def shared_counts(self, roster, on):
        """Map other states' keys to the number of organizations that each shares, on a date, with a roster's state."""
        shared = self.binding().on(on).filter(organization__in={spell.organization_id for spell in roster.binding})
        return shared.exclude(state__in={spell.state_id for spell in roster.binding}).counts_by_state()

    def with_names(self):
        """Join the organization and the state of each spell."""
        return self.select_related("organization", "state")


class Membership(Fact, Dated):
    """A spell: one state holds one status in one organization, from `joined` until, not including, `left`.

    A state that leaves and comes back has two spells; a change of status ends one and begins the next.
    At most one status at a time.
    """

    class Status(models.TextChoices):
        MEMBER = "member", "Member"
        ASSOCIATE = "associate", "Associate"
        OBSERVER = "observer", "Observer"
        PARTNER = "partner", "Partner"
        PARTICIPANT = "participant", "Participant"
        CANDIDATE = "candidate", "Candidate"
        SUSPENDED = "suspended", "Suspended"
        FROZEN = "frozen", "Frozen"

        @classmethod
        def binding(cls):
            """Return the statuses that count as membership: the state is still bound by the treaty."""
            return [cls.MEMBER, cls.SUSPENDED, cls.FROZEN]

        @property
        def binds(self):
            """Whether a state of this status is bound."""
            return self in type(self).binding()

    class Basis(models.TextChoices):
        """The act that a date is of: of one accession there may be several, months or years apart."""

        SIGNATURE = "signature", "Signature"
        DEPOSIT = "deposit", "Deposit of the instrument"
        IN_FORCE = "in-force", "Entry into force for the state"
        DECISION = "decision", "Decision of the organization"
        ANNOUNCEMENT = "announcement", "Announcement"
        LISTED = "listed", "Listed in a source"

    class LeftReason(models.TextChoices):
        WITHDRAWAL = "withdrawal", "Withdrawal"
        EXPULSION = "expulsion", "Expulsion"
        SUSPENSION = "suspension", "Suspension"
        STATUS_CHANGE = "status-change", "Change of status"
        LAPSED = "lapsed", "Lapsed"
        DISSOLUTION = "dissolution", "The organization was dissolved"
        SUPERSEDED = "superseded", "The organization was superseded"
        STATE_ENDED = "state-ended", "The state ended"
        MERGER = "merger", "Merger of states"

    organization = models.ForeignKey("Organization", models.PROTECT, related_name="memberships")
    state = models.ForeignKey("State", models.PROTECT, related_name="memberships")
    status = models.CharField(
        max_length=11,
        choices=Status,
        default=Status.MEMBER,
        help_text="Member, suspended and frozen count as membership: the state is still bound.",
    )
    joined = PartialDateField(unknown=True, help_text="As far as it is known: 1952, 1952-02-18, by 1990, XXXX.")
    left = PartialDateField(
        blank=True,
        unknown=True,
        help_text="The first day on which the status no longer held; empty: ongoing; XXXX: ended, nobody knows when.",
    )
    joined_earliest = earliest("joined", empty=dates.ALWAYS)
    joined_latest = latest("joined", empty=dates.ALWAYS)
    left_earliest = earliest("left", empty=dates.NEVER)
    left_latest = latest("left", empty=dates.NEVER)
    left_reason = models.CharField("why it ended", max_length=13, choices=LeftReason, blank=True)
    joined_basis = models.CharField(
        "joined: by which act", max_length=12, choices=Basis, blank=True, help_text="Empty: not known."
    )
    left_basis = models.CharField(
        "left: by which act", max_length=12, choices=Basis, blank=True, help_text="Empty: not known."
    )

    span = ("joined", "left")

    # Set by a form that holds all spells of a state in an organization: it compares what was typed in its rows,
    # while the database still holds the old values.
    judged_together = False

    possible: bool  # Whether it holds only possibly on the date on view; set by who shows it (`Roster`).

    KIND = kinds.Kind(
        "membership", parents=("organization", "state"), named_by=("organization", "state"), claimed="joined"
    )

    objects = MembershipQuerySet.as_manager()

    class Meta(Fact.Meta):
        abstract = False
        ordering = ["organization__folded", "state__folded", "joined_earliest"]
        constraints = [
            once(
                "organization",
                "state",
                "status",
                "joined",
                message="This membership is here already: same state, organization, status and beginning.",
            ),
            models.UniqueConstraint(
                fields=["organization", "state"],
                condition=Q(left=""),
                name="%(app_label)s_%(class)s_one_ongoing",
                violation_error_code="one_ongoing",
                violation_error_message="This state has an ongoing status in this organization. End that one first.",
            ),
            models.CheckConstraint(
                condition=Q(left_reason="") | ~Q(left=""),
                name="%(app_label)s_%(class)s_left_reason_needs_left",
                violation_error_message="A reason for the end needs an end: fill in “left”, XXXX if unknown.",
            ),
            models.CheckConstraint(
                condition=Q(left_basis="") | ~Q(left=""),
                name="%(app_label)s_%(class)s_left_basis_needs_left",
                violation_error_message="An act that ended it needs an end: fill in “left”, XXXX if unknown.",
            ),
            date_constraint("joined", unknown=True),
            date_constraint("left", blank=True, unknown=True),
            order_constraint("joined", "left", "A membership ends after it began. Check both dates."),
        ]
        indexes = [  # In the order of the questions "who was in it that day" and "what was it in that day".
            models.Index(
                fields=["organization", "status", "joined_earliest", "left_latest", "state"],
                name="membership_of_organization",
            ),
            models.Index(
                fields=["state", "status", "joined_earliest", "left_latest", "organization"],
                name="membership_of_state",
            ),
        ]

    def __str__(self):
        until = f" until {dates.as_noun(dates.last_day(self.left))}" if self.left else ""
        status = self.get_status_display().lower()
        status = f"{status} member" if self.status in {self.Status.SUSPENDED, self.Status.FROZEN} else status
        return f"{self.state}, {status} of {self.organization.acronym} from {dates.as_noun(self.joined)}{until}"

    def get_absolute_url(self):
        return f"{reverse('organization-detail', args=[self.organization.slug])}#spell-{self.pk}"

    @property
    def binds(self):
        """Whether the state is bound in this spell."""
        return self.Status(self.status).binds

    def status_and_time(self):
        """Say the status and its time, without the names: "Member from 20 April 1994 until 1 April 1999"."""
        return f"{self.get_status_display()} {self.time_in_words()}"

    def time_in_words(self):
        """Say from when until when, as precisely as it is known: "since 1994", "from 1992 until an unknown date"."""
        return dates.span_in_words(self.joined, self.left)

    def clean(self):
        """Raise ValidationError for dates out of order, an overlap, and days outside the life of either side."""
        if self.left_reason and not self.left:
            raise ValidationError({"left": "You gave a reason for the end: fill in when, XXXX if nobody knows."})
        if self.left_basis and not self.left:
            raise ValidationError({"left": "You named the act of the end: fill in when, XXXX if nobody knows."})
        super().clean()
        if not self.joined or not readable(self.joined, self.left):
            return  # The field itself says what is wrong with it.
        for side in ("organization", "state"):
            # On the page that adds an organization its spells have it in hand before it has a key.
            if self._meta.get_field(side).is_cached(self) or getattr(self, f"{side}_id"):
                self.refuse_outside(getattr(self, side))
        if self.organization_id and self.state_id:
            others = Membership.objects.filter(organization=self.organization_id, state=self.state_id)
            for other in others.exclude(pk=self.pk) if not self.judged_together else ():
                self.refuse_overlap(other)

    def refuse_outside(self, thing):
        """Raise ValidationError if the spell certainly lies outside the life of its organization or state."""
        now = dates.today().isoformat()
        begin, end = (getattr(thing, name) for name in thing.span)
        if not readable(begin, end):
            return
        begun, over = (thing._meta.get_field(name).verbose_name for name in thing.span)
        if begin and dates.begin_bounds(self.joined, now)[1] < dates.begin_bounds(begin, now)[0]:
            raise ValidationError(
                {"joined": f"This is before {thing} began ({begun} {begin}). Correct one of the two dates."}
            )
        if end and not self.left:
            raise ValidationError(
                {"left": f"{thing} {over} {end}: say when this membership ended, at the latest then."}
            )
        if end and dates.end_bounds(self.left, now)[0] > dates.end_bounds(end, now)[1]:
            raise ValidationError({"left": f"This is after {thing} ended ({over} {end}). Correct one of them."})

    def refuse_overlap(self, other):
        """Raise ValidationError if the spell certainly shares days with another one of the same state there.

        Where coarse dates leave open whether two spells overlap, both are accepted.
        """
        now = dates.today().isoformat()
        begin = max(dates.begin_bounds(spell.joined, now)[1] for spell in (self, other))
        end = min(dates.end_bounds(spell.left, now)[0] for spell in (self, other))
        if begin < end:
            raise ValidationError(
                f"{self.state} is {other.get_status_display().lower()} of {self.organization.acronym} from "
                f"{other.joined} until {other.left or 'now'}: a state has one status at a time. End that one "
                "first, or begin this one on the day it ended.",
                code="overlap",
            )
