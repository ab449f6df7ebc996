"""Rules about memberships: spells that overlap, that lie outside a lifetime, that exclude each other."""

from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Length

from alliances import dates
from alliances.models import Citation, Membership, Organization, Provision, TreatyAction
from alliances.models.base import count_subquery
from alliances.quality.engine import Level, Suspects, rule

from .spans import period, span_values, with_spans_of


def _other_spells():
    """Return, in a subquery, the other spells of the same state in the same organization."""
    return Membership.objects.of_same_pair().exclude(pk=OuterRef("pk"))


def _overlapping(spells):
    """Keep, in a subquery, the spells that certainly share days with the outer one."""
    return spells.filter(joined_latest__lt=OuterRef("left_earliest"), left_earliest__gt=OuterRef("joined_latest"))


@rule("overlapping-spells", Level.ERROR, "Two memberships overlap", Membership)
def overlapping_spells(model):
    """A state certainly holds two statuses in one organization on the same days, and can have only one."""
    # Of the two, the later one is the suspect.
    earlier = _overlapping(_other_spells()).filter(
        Q(joined_earliest__lt=OuterRef("joined_earliest"))
        | Q(joined_earliest=OuterRef("joined_earliest"), pk__lt=OuterRef("pk"))
    )
    first = earlier.order_by("joined_earliest", "pk")
    spells = Membership.objects.annotate(
        other=Subquery(first.values("status")[:1]),
        since=Subquery(first.values("joined")[:1]),
        until=Subquery(first.values("left")[:1]),
    )
    return Suspects(
        spells.filter(other__isnull=False),
        lambda spell: f"{spell}, but also {spell.other} from {spell.since}. A state holds one status at a time.",
        about=lambda spell: f"{span_values(spell)}|{spell.other}|{spell.since}|{spell.until}",
    )


def _certainly_outside(parent):
    """Return the condition that a spell certainly lies outside the lifetime of its organization or state."""
    begin, end = (f"{parent}__{name}" for name in _parent_span(parent))
    before = Q(joined_latest__lt=F(f"{begin}_earliest"))
    over = ~Q(**{end: ""}) & ~Q(**{end: dates.UNKNOWN})
    after = ~Q(left="") & Q(left_earliest__gt=F(f"{end}_latest")) | Q(joined_earliest__gte=F(f"{end}_latest"))
    return before | (over & after)


def _parent_span(parent):
    return Membership._meta.get_field(parent).related_model.span


def _lifetimes(spell):
    """Say the lifetimes of organization and state, where known: "WP (from 1955-05-14 until 1991-07-01)"."""
    parents = ((spell.organization.acronym, spell.organization), (str(spell.state), spell.state))
    return " or ".join(f"{name} ({period(parent)})" for name, parent in parents if period(parent))


@rule("outside-life", Level.ERROR, "A membership outside the lifetime of its organization or state", Membership)
def outside_life(model):
    """A spell certainly lies before or after the life of its organization or state, when nobody could belong."""
    return Suspects(
        Membership.objects.filter(_certainly_outside("organization") | _certainly_outside("state")),
        lambda spell: f"{spell}: this is outside the lifetime of {_lifetimes(spell)}.",
        about=with_spans_of("organization", "state"),
    )


@rule("member-of-what-ended", Level.ERROR, "A membership that goes on in what has ended", Membership)
def member_of_what_ended(model):
    """A spell is ongoing although its organization or state has ended, so it would count as held today."""
    today = dates.today().isoformat()
    ended = Q(pk__in=[])
    for parent in ("organization", "state"):
        end = f"{parent}__{_parent_span(parent)[1]}"
        ended |= ~Q(**{end: ""}) & (Q(**{f"{end}_latest__lte": today}) | Q(**{f"{end}_latest": dates.NEVER}))
    return Suspects(
        Membership.objects.filter(ended, left=""),
        lambda spell: f"{spell}: it goes on beyond the lifetime of {_lifetimes(spell)}.",
        about=with_spans_of("organization", "state"),
    )


@rule("barred-together", Level.WARNING, "Membership in an organization from which another membership bars", Membership)
def barred_together(model):
    """A state is bound by two organizations, and the treaty of one bars its members from the other kind."""
    # Two binding spells of one state that share days: one in an organization that bars its members from a kind of
    # organization, the other in one of that kind. Whether the bar applies, an editor says. One query a provision.
    bars = {}
    for provision in _barring_provisions():
        own = Membership.objects.binding().filter(organization=provision.organization, state=OuterRef("state"))
        spells = Membership.objects.binding().filter(organization__kind=provision.bars)
        spells = spells.exclude(organization=provision.organization).annotate(
            bound_by=Subquery(_overlapping(own).order_by("-joined_earliest").values("pk")[:1])
        )
        for key, bound_by in spells.filter(bound_by__isnull=False).values_list("pk", "bound_by"):
            bars.setdefault(key, (provision, bound_by))
    bound = Membership.objects.in_bulk({key for _, key in bars.values()})

    def sentence(spell):
        provision, _ = bars[spell.pk]
        treaty = str(provision.document or "no document named")
        article = f", article {provision.article}" if provision.article else ""
        return (
            f"{spell}, while also bound by {provision.organization.acronym}, whose text says: "
            f"“{provision.quote or provision.text}” ({treaty}{article}). This is a flag, not a judgement."
        )

    def about(spell):
        provision, key = bars[spell.pk]
        other = bound[key]
        barred_by = f"{provision.organization.acronym}|{other.status}|{span_values(other)}"
        return f"{span_values(spell)}|{barred_by}|{provision.quote}"

    return Suspects(Membership.objects.filter(pk__in=bars), sentence, about)


def _barring_provisions():
    """Return the provisions that bar members from a kind of organization: a dozen in the world.

    Each with its words as a source has them, if one is quoted, a primary one first: the kinds' names sort so.
    """
    quotes = Citation.objects.supporting(Provision).exclude(quote="").order_by("source__kind", "pk")
    provisions = Provision.objects.exclude(bars="").select_related("organization", "document")
    return provisions.annotate(quote=Subquery(quotes.values("quote")[:1])).order_by("organization__name", "kind", "pk")


@rule("change-without-next", Level.WARNING, "A change of status without a next status", Membership)
def change_without_next(model):
    """A spell ended by a change of status, but none begins then: a spell is missing, or the reason is wrong."""
    next_spells = _other_spells().filter(
        joined_latest__gte=OuterRef("left_earliest"), joined_earliest__lte=OuterRef("left_latest")
    )
    return Suspects(
        Membership.objects.filter(~Exists(next_spells), left_reason=Membership.LeftReason.STATUS_CHANGE),
        lambda spell: f"{spell}: it ended by a change of status, but no membership begins then.",
        about=span_values,
    )


@rule("coarser-than-treaty", Level.HINT, "A year or month where a treaty action gives the day", Membership)
def coarser_than_treaty(model):
    """A spell is dated to a year or month although the state's treaty action gives the day: say the day."""
    actions = TreatyAction.objects.filter(state=OuterRef("state"), document__organization=OuterRef("organization"))
    actions = actions.annotate(day=Case(When(effective="", then=F("date")), default=F("effective")))
    days = actions.annotate(length=Length("day")).filter(length=10).order_by("day").values("day")
    # A signature is not yet an accession: only ratifications and accessions tell the day on which a state joined.
    beginning = [TreatyAction.Action.RATIFIED, TreatyAction.Action.ACCEDED]
    joining = days.filter(
        action__in=beginning, day__gte=OuterRef("joined_earliest"), day__lte=OuterRef("joined_latest")
    )
    leaving = days.filter(
        action__in=TreatyAction.Action.ending(), day__gte=OuterRef("left_earliest"), day__lte=OuterRef("left_latest")
    )
    spells = Membership.objects.annotate(joined_length=Length("joined"), left_length=Length("left")).annotate(
        joining=Case(When(~Q(joined_length=10), then=Subquery(joining[:1]))),
        leaving=Case(When(~Q(left_length__in=[0, 10]) & ~Q(left=dates.UNKNOWN), then=Subquery(leaving[:1]))),
    )

    def sentence(spell):
        known = [f"“joined” {spell.joining}"] if spell.joining else []
        known += [f"“left” {spell.leaving}"] if spell.leaving else []
        return f"{spell}: a treaty action gives the day: {', '.join(known)}."

    return Suspects(
        spells.filter(Q(joining__isnull=False) | Q(leaving__isnull=False)),
        sentence,
        about=lambda spell: f"{span_values(spell)}|{spell.joining}|{spell.leaving}",
    )


@rule("mixed-acts", Level.HINT, "Beginnings dated by different acts", Organization)
def mixed_acts(model):
    """In one organization some memberships begin with one act and others with another: their dates do not compare."""
    acts = count_subquery(Membership.objects.exclude(joined_basis=""), "organization", "joined_basis")
    return Suspects(
        Organization.objects.annotate(acts=acts).filter(acts__gt=1),
        lambda organization: f"{organization}: its memberships begin by {organization.acts} different acts.",
        about=lambda organization: str(organization.acts),
    )


@rule("list-ends-early", Level.HINT, "A list of members that ends early", Organization)
def list_ends_early(model):
    """The list of members was read up to a date that has passed, and the organization goes on: read a later one."""
    ended = Organization.objects.current().filter(complete_until_latest__lt=dates.today().isoformat())
    return Suspects(
        ended,
        lambda organization: (
            f"{organization}: its members are known up to {dates.in_words(organization.complete_until)}."
        ),
        about=lambda organization: organization.complete_until,
    )
