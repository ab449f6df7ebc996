"""What looks wrong: consistency rules over the facts, for the desk's queue and for `check_facts`.

What can never be is refused by the database and by the forms. A rule finds what came in past the forms (a file, an
older fact judged anew) or merely looks wrong; an editor mends it or lets it stand, with a reason and a name.
"""

from datetime import timedelta

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Concat, Least, Length

from alliances import dates
from alliances.derived.stated_counts import miscounted
from alliances.models import (
    Chairmanship,
    Citation,
    CollectiveForce,
    Council,
    Document,
    Fact,
    ForceParticipation,
    ForceStrength,
    Membership,
    Name,
    Organization,
    Provision,
    Source,
    State,
    TreatyAction,
    kinds,
)
from alliances.models.versioning import edits_of

from .engine import Level, rule

FACTS = [kind.model for kind in kinds.facts()]
CORE = [model for model in FACTS if model not in {State, Organization, Name}]
MONTHS_UNTIL_STALE = 24


def _span(fact):
    return "|".join(str(getattr(fact, end)) for end in fact.span)


def _with_life(*sides):
    """Return an `about`: the span of a fact, and the lives of what it is judged by."""

    def about(fact):
        return "|".join([_span(fact), *(_span(getattr(fact, side)) for side in sides)])

    return about


def _others():
    """Return the spells of the same state in the same organization, but the outer one."""
    return Membership.objects.of_same_pair().exclude(pk=OuterRef("pk"))


# --- memberships ---------------------------------------------------------------------------------------------


@rule("overlapping-spells", Level.ERROR, "Two spells share days", Membership,
      about=lambda spell: f"{_span(spell)}|{spell.other}|{spell.since}|{spell.until}")  # fmt: skip
def _(model):
    others = _others().filter(joined_latest__lt=OuterRef("left_earliest"), left_earliest__gt=OuterRef("joined_latest"))
    later = others.filter(Q(joined_earliest__lt=OuterRef("joined_earliest"))
                          | Q(joined_earliest=OuterRef("joined_earliest"), pk__lt=OuterRef("pk")))  # fmt: skip
    later = later.order_by("joined_earliest", "pk")
    found = Membership.objects.annotate(
        other=Subquery(later.values("status")[:1]),
        since=Subquery(later.values("joined")[:1]),
        until=Subquery(later.values("left")[:1]),
    )
    return (
        found.filter(other__isnull=False),
        lambda spell: (
            f"{spell}: it is {spell.other} from {spell.since} at the same time. A state has one status at a time."
        ),
    )


def _outside(model, side):
    """Return the condition that a spell lies, for certain, outside the life of its organization or state."""
    thing = model._meta.get_field(side).related_model
    begin, end = (f"{side}__{name}" for name in thing.span)
    before = Q(joined_latest__lt=F(f"{begin}_earliest"))
    over = ~Q(**{end: ""}) & ~Q(**{end: dates.UNKNOWN})
    after = ~Q(left="") & Q(left_earliest__gt=F(f"{end}_latest")) | Q(joined_earliest__gte=F(f"{end}_latest"))
    return before | (over & after)


@rule("outside-life", Level.ERROR, "A spell outside the life of its organization or state", Membership,
      about=_with_life("organization", "state"))  # fmt: skip
def _(model):
    found = Membership.objects.filter(_outside(model, "organization") | _outside(model, "state"))
    return (
        found,
        lambda spell: f"{spell}: {_lives(spell)}.",
    )


@rule("member-of-what-ended", Level.ERROR, "A spell that goes on in what has ended", Membership,
      about=_with_life("organization", "state"))  # fmt: skip
def _(model):
    now = dates.today().isoformat()
    ended = Q(pk__in=[])
    for side in ("organization", "state"):
        end = f"{side}__{model._meta.get_field(side).related_model.span[1]}"
        ended |= ~Q(**{end: ""}) & (Q(**{f"{end}_latest__lte": now}) | Q(**{end: dates.UNKNOWN}))
    return (
        Membership.objects.filter(ended, left=""),
        lambda spell: f"{spell}: it goes on, but {_lives(spell)}.",
    )


def _lives(spell):
    return f"{spell.organization.acronym} lasts {_life(spell.organization)}, {spell.state} {_life(spell.state)}"


def _life(thing):
    begin, end = (getattr(thing, name) for name in thing.span)
    return f"{'from ' + begin if begin else 'from ever'}{' until ' + end if end else ''}"


@rule("barred-together", Level.WARNING, "Two memberships, of which one treaty forbids the other", Membership,
      about=lambda spell: f"{_span(spell)}|{spell.barred_by}|{spell.barred_span}|{spell.quote}")  # fmt: skip
def _(model):
    # Of two binding spells of one state at the same time, one in an organization that bars its members from others of
    # a kind, the other in one of that kind. The text is quoted, from a primary source if there is one (the kinds'
    # names sort so); whether it applies, an editor says.
    barring = (
        Provision.objects.exclude(bars="")
        .filter(
            Exists(
                Membership.objects.binding().filter(
                    organization=OuterRef("organization"),
                    state=OuterRef(OuterRef("state")),
                    joined_latest__lt=OuterRef(OuterRef("left_earliest")),
                    left_earliest__gt=OuterRef(OuterRef("joined_latest")),
                )
            ),
            bars=OuterRef("organization__kind"),
        )
        .exclude(organization=OuterRef("organization"))
    )
    found = Membership.objects.binding().annotate(
        barring=Subquery(barring.values("pk")[:1]),
        barred_by=Subquery(barring.values("organization__acronym")[:1]),
        barred_span=Subquery(
            Membership.objects.binding()
            .filter(organization__acronym=OuterRef("barred_by"), state=OuterRef("state"))
            .order_by("-joined_earliest")
            .annotate(span_text=Concat("status", Value("|"), "joined", Value("|"), "left", output_field=CharField()))
            .values("span_text")[:1]
        ),
        article=Subquery(barring.values("article")[:1]),
        treaty=Subquery(barring.values("document__title")[:1]),
        words=Subquery(barring.values("text")[:1]),
        quote=Subquery(
            Citation.objects.filter(provision=OuterRef("barring"))
            .exclude(quote="")
            .order_by("source__kind")
            .values("quote")[:1]
        ),
    )
    return (
        found.filter(barring__isnull=False),
        lambda spell: (
            f"{spell}, and bound by {spell.barred_by} at the same time, whose text says: “{spell.quote or spell.words}”"
            f" ({spell.treaty or 'no document named'}{', article ' + spell.article if spell.article else ''}). "
            "This is a flag, not a judgement."
        ),
    )


@rule("change-without-next", Level.WARNING, "A status that changed, into none", Membership, about=_span)
def _(model):
    following = _others().filter(
        joined_latest__gte=OuterRef("left_earliest"), joined_earliest__lte=OuterRef("left_latest")
    )
    found = Membership.objects.filter(~Exists(following), left_reason=Membership.LeftReason.STATUS_CHANGE)
    return found, lambda spell: f"{spell}: it ended by a change of status, but no spell begins then."


@rule("coarser-than-treaty", Level.HINT, "A year or month, where a treaty action gives the day", Membership,
      about=lambda spell: f"{_span(spell)}|{spell.joining}|{spell.leaving}")  # fmt: skip
def _(model):
    # A signature is not yet an accession: only ratifications and accessions tell the day on which it joined.
    acts = TreatyAction.objects.filter(state=OuterRef("state"), document__organization=OuterRef("organization"))
    acts = acts.annotate(day=Case(When(effective="", then=F("date")), default=F("effective"))).annotate(
        length=Length("day")
    )
    acts = acts.filter(length=10).order_by("day").values("day")
    began = [TreatyAction.Action.RATIFIED, TreatyAction.Action.ACCEDED]
    joining = acts.filter(action__in=began, day__gte=OuterRef("joined_earliest"), day__lte=OuterRef("joined_latest"))
    leaving = acts.filter(
        action__in=TreatyAction.Action.ending(), day__gte=OuterRef("left_earliest"), day__lte=OuterRef("left_latest")
    )
    coarse = Membership.objects.annotate(begins=Length("joined"), ends=Length("left")).annotate(
        joining=Case(When(begins__lt=10, then=Subquery(joining[:1]))),
        leaving=Case(When(Q(ends__in=[4, 7]) & ~Q(left=dates.UNKNOWN), then=Subquery(leaving[:1]))),
    )

    def sentence(spell):
        days = [f"“joined” {spell.joining}"] if spell.joining else []
        days += [f"“left” {spell.leaving}"] if spell.leaving else []
        return f"{spell}: a treaty action gives the day: {', '.join(days)}."

    return coarse.filter(Q(joining__isnull=False) | Q(leaving__isnull=False)), sentence


# --- bodies, forces, documents -------------------------------------------------------------------------------


def _no_member(model, organization, ends):
    """Return the facts whose state was, for certain, not bound when it began to take part, or still is not."""
    begin, end = model.span
    over = Least(F(f"{end}_earliest"), *(F(f"{way}_earliest") for way in ends), output_field=CharField())
    spells = Membership.objects.binding().of_same_pair(organization)
    first = spells.filter(
        joined_earliest__lte=OuterRef(f"{begin}_latest"), left_latest__gt=OuterRef(f"{begin}_earliest")
    )
    last = spells.filter(left_latest__gte=OuterRef("over"), joined_earliest__lt=OuterRef(f"{end}_latest"))
    latest = spells.order_by("-joined_earliest")
    found = model.objects.annotate(
        over=over, bound_from=Subquery(latest.values("joined")[:1]), bound_until=Subquery(latest.values("left")[:1])
    )
    return found.filter(~Exists(first) | ~Exists(last))


@rule("participant-no-member", Level.WARNING, "A force with a participant that was no member then", ForceParticipation,
      about=lambda part: f"{_span(part)}|{part.bound_from}|{part.bound_until}|{_span(part.force)}")  # fmt: skip
def _(model):
    ends = ("force__disbanded", "force__organization__dissolved")
    found = _no_member(model, "force__organization", ends)
    return (
        found,
        lambda part: (
            f"{part}, from {part.since}{' until ' + part.until if part.until else ''}: it was not bound by "
            f"{part.force.organization.acronym} when it began to take part, or is not until the end."
        ),
    )


@rule("chair-no-member", Level.WARNING, "A council with a chair that was no member then", Chairmanship,
      about=lambda chair: f"{_span(chair)}|{chair.bound_from}|{chair.bound_until}")  # fmt: skip
def _(model):
    ends = ("council__dissolved", "council__organization__dissolved")
    found = _no_member(model, "council__organization", ends)
    return found, lambda chair: f"{chair}: {chair.council.organization.acronym} did not bind it then."


_AROUND = {
    Council: "organization",
    CollectiveForce: "organization",
    ForceParticipation: "force",
    Chairmanship: "council",
}


@rule(
    "outlives-its-home",
    Level.WARNING,
    "A body or force outside the life of what it belongs to",
    *_AROUND,
    about=lambda thing: f"{_span(thing)}|{_span(getattr(thing, _AROUND[type(thing)]))}",
)
def _(model):
    side, (begin, end) = _AROUND[model], model.span
    first, last = (f"{side}__{name}" for name in model._meta.get_field(side).related_model.span)
    before = Q(**{f"{begin}_latest__lt": F(f"{first}_earliest")})
    after = ~Q(**{end: ""}) & ~Q(**{last: ""}) & Q(**{f"{end}_earliest__gt": F(f"{last}_latest")})
    return model.objects.filter(
        before | after
    ), lambda thing: f"{thing} ({_life(thing)}): {getattr(thing, side)} lasts {_life(getattr(thing, side))}."


@rule("strength-without-date", Level.WARNING, "A strength without its date", ForceStrength,
      about=lambda strength: f"{strength.number}|{strength.wording}")  # fmt: skip
def _(model):
    return ForceStrength.objects.filter(
        as_of=""
    ), lambda strength: f"{strength}: as of when? A number without its date misleads."


@rule("in-force-before-signed", Level.ERROR, "A document in force before it was signed", Document,
      about=lambda document: f"{document.signed}|{document.in_force}")  # fmt: skip
def _(model):
    found = Document.objects.exclude(in_force="").exclude(signed="").filter(in_force_latest__lt=F("signed_earliest"))
    return found, lambda document: f"{document}: in force {document.in_force}, signed only {document.signed}."


@rule("action-before-signing", Level.WARNING, "A treaty action before the document was signed", TreatyAction,
      about=lambda action: f"{action.date}|{action.document.signed}")  # fmt: skip
def _(model):
    found = TreatyAction.objects.exclude(date="").exclude(document__signed="")
    return found.filter(
        date_latest__lt=F("document__signed_earliest")
    ), lambda action: f"{action}: the document was signed only {action.document.signed}."


# --- sources and care ----------------------------------------------------------------------------------------

# The date from which a fact claims to be true, by kind: its source speaks of it from then on at the earliest.
_CLAIMED = {kind.code: kind.claimed for kind in kinds.facts() if kind.claimed}


def _claimed(citation):
    return getattr(citation.fact, _CLAIMED[citation.fact_kind])


@rule("source-before-fact", Level.HINT, "A source older than what it is cited for", Citation,
      about=lambda citation: f"{citation.source_id}|{citation.source.published}|{_claimed(citation)}")  # fmt: skip
def _(model):
    earlier = Q(pk__in=[])
    for kind, begin in _CLAIMED.items():
        earlier |= ~Q(**{f"{kind}__{begin}": ""}) & Q(
            **{f"{kind}__isnull": False, f"{kind}__{begin}_earliest__gt": F("source__published_latest")}
        )
    # A treaty or an act of accession comes before it takes effect: primary sources are left out.
    found = Citation.objects.filter(earlier, says="").exclude(source__published="").with_facts()
    found = found.exclude(source__kind=Source.Kind.PRIMARY)
    return (
        found.select_related("source"),
        lambda citation: (
            f"{citation.fact}: the source “{citation.source.title}” is older, of {citation.source.published}."
        ),
    )


@rule("figure-of-another-time", Level.HINT, "A source later than the date that its figure is said to be of", Citation,
      about=lambda citation: f"{citation.source_id}|{citation.source.published}|{citation.strength.as_of}")  # fmt: skip
def _(model):
    found = Citation.objects.filter(strength__isnull=False, says="").exclude(strength__as_of="")
    found = found.exclude(source__published="").filter(source__published_earliest__gt=F("strength__as_of_latest"))
    return (
        found.with_facts().select_related("source"),
        lambda citation: (
            f"{citation.fact}: the source “{citation.source.title}” is of {citation.source.published}. "
            "Does it say that the figure is as of that date?"
        ),
    )


@rule("number-contradicted", Level.WARNING, "A source whose number is not what we count", Citation,
      about=lambda citation: f"{citation.field}|{citation.says}|{citation.counted}")  # fmt: skip
def _(model):
    cited = Citation.objects.filter(organization__isnull=False, field__in=Organization.DERIVED).exclude(says="")
    wrong = miscounted(list(cited.select_related("source")))
    counts = {citation.pk: " or ".join(map(str, claim.counted)) for citation, claim in wrong.items()}
    # The number travels with the row: a finding is about both numbers.
    counted = Case(*(When(pk=key, then=Value(count)) for key, count in counts.items()), default=Value(""))
    found = Citation.objects.filter(pk__in=counts).annotate(counted=counted).with_facts().select_related("source")
    return (
        found,
        lambda citation: (
            f"{citation.organization}: “{citation.source.title}” ({citation.source.published}) says {citation.says} "
            f"({citation.field.replace('_', ' ')}); on its date we count {citation.counted}."
        ),
    )


def _sources(model):
    """Return the citations that say what the outer fact says: a source that says otherwise does not support it."""
    return Citation.objects.supporting(model)


@rule("no-source", Level.WARNING, "A fact without a source", Organization, *CORE)
@rule("name-without-source", Level.HINT, "A name or a code without a source", State, Name)
def _(model):
    return model.objects.filter(~Exists(_sources(model))), lambda fact: f"{fact}: no source says so yet."


@rule("only-tertiary", Level.HINT, "A fact that rests on tertiary sources alone", Organization, *CORE,
      about=lambda fact: str(fact.cited_last))  # fmt: skip
def _(model):
    better = _sources(model).exclude(source__kind=Source.Kind.TERTIARY)
    last = _sources(model).order_by("-pk").values("pk")[:1]
    found = model.objects.filter(Exists(_sources(model)), ~Exists(better)).annotate(cited_last=Subquery(last))
    return found, lambda fact: f"{fact}: only encyclopaedias or lists say so. Find who they have it from."


@rule("rests-on-withdrawn", Level.WARNING, "A fact that rests on withdrawn sources alone", *FACTS,
      about=lambda fact: str(fact.cited_last))  # fmt: skip
def _(model):
    standing = _sources(model).filter(source__withdrawn="")
    last = _sources(model).order_by("-pk")
    found = model.objects.filter(Exists(_sources(model)), ~Exists(standing)).annotate(
        cited_last=Subquery(last.values("pk")[:1]), withdrawn=Subquery(last.values("source__title")[:1])
    )
    return (
        found,
        lambda fact: (
            f"{fact}: it rests on what was withdrawn alone (“{fact.withdrawn}”). Cite another source, or take the "
            "citation away and say why there is none."
        ),
    )


@rule("low-confidence", Level.HINT, "A fact that was entered with low confidence", *FACTS)
def _(model):
    return model.objects.filter(confidence=Fact.Confidence.LOW), lambda fact: f"{fact}: entered with low confidence."


@rule("not-verified", Level.HINT, f"Not verified for {MONTHS_UNTIL_STALE} months", *FACTS,
      about=lambda fact: str(fact.verified_on or ""))  # fmt: skip
def _(model):
    limit = dates.today() - timedelta(days=MONTHS_UNTIL_STALE * 365 // 12)
    # To enter a fact is to check it: what nobody verified since counts from its last change.
    edits = edits_of(model).filter(id=OuterRef("pk")).order_by("-history_id")
    stale = Q(verified_on__lt=limit) | Q(verified_on__isnull=True, changed__lt=dates.midnight(limit.isoformat()))
    found = model.objects.annotate(changed=Subquery(edits.values("history_date")[:1])).filter(stale)
    return (
        found,
        lambda fact: (
            f"{fact}: "
            + (
                f"verified on {fact.verified_on}."
                if fact.verified_on
                else "not verified since it was entered or changed."
            )
        ),
    )


# The kinds of what a rule can find fault with, by the column of a waiver.
KINDS = {model.KIND.code: model for model in (*FACTS, Citation)}
