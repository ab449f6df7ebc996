"""Rules about sources, and about the care with which facts were entered and checked."""

from datetime import timedelta

from django.db.models import Exists, F, OuterRef, Q, Subquery

from alliances import dates
from alliances.derived.stated_counts import miscounted
from alliances.models import Citation, Fact, Name, Organization, Source, State, kinds
from alliances.models.versioning import edits_of
from alliances.quality.engine import Level, Suspects, rule

MONTHS_UNTIL_STALE = 24

# Every kind of fact, and those whose lack of a source is a warning rather than a hint (besides organizations).
FACTS = [kind.model for kind in kinds.facts()]
CORE = [model for model in FACTS if model not in {State, Organization, Name}]


def _claimed_from(citation):
    return getattr(citation.fact, citation.fact.KIND.claimed)


@rule("source-before-fact", Level.HINT, "A source older than the fact for which it is cited", Citation)
def source_before_fact(model):
    """A source was published before the fact began, so it can hardly have known it; treaties are left out."""
    older = Q(pk__in=[])
    for kind in (kind for kind in kinds.facts() if kind.claimed):
        path = f"{kind.code}__{kind.claimed}"
        later = Q(**{f"{kind.code}__isnull": False, f"{path}_earliest__gt": F("source__published_latest")})
        older |= ~Q(**{path: ""}) & later
    # A treaty or an act of accession comes before it takes effect: primary sources are left out.
    citations = Citation.objects.supporting().filter(older).exclude(source__published="")
    citations = citations.exclude(source__kind=Source.Kind.PRIMARY)
    return Suspects(
        citations.with_named(),
        lambda citation: (
            f"{citation.fact}: the source “{citation.source.title}” is older, of {citation.source.published}."
        ),
        about=lambda citation: f"{citation.source_id}|{citation.source.published}|{_claimed_from(citation)}",
    )


@rule("figure-of-another-time", Level.HINT, "A source later than the date of the figure it is cited for", Citation)
def figure_of_another_time(model):
    """A source is later than the date of the figure cited to it, and may give the figure of its own time."""
    citations = Citation.objects.supporting().filter(strength__isnull=False).exclude(strength__as_of="")
    citations = citations.exclude(source__published="")
    return Suspects(
        citations.filter(source__published_earliest__gt=F("strength__as_of_latest")).with_named(),
        lambda citation: (
            f"{citation.fact}: the source “{citation.source.title}” is of {citation.source.published}. "
            f"Does it give this as the figure of {citation.strength.as_of}?"
        ),
        about=lambda citation: f"{citation.source_id}|{citation.source.published}|{citation.strength.as_of}",
    )


@rule("number-contradicted", Level.WARNING, "A source whose number differs from our count", Citation)
def number_contradicted(model):
    """A source states a number of members, or the like, that differs from our count on its date: one is wrong."""
    stated = Citation.objects.dissenting().filter(organization__isnull=False, field__in=Organization.DERIVED)
    wrong = miscounted(list(stated.select_related("source")))
    counts = {citation.pk: " or ".join(map(str, count.counted)) for citation, count in wrong.items()}
    return Suspects(
        Citation.objects.filter(pk__in=counts).with_named(),
        lambda citation: (
            f"{citation.organization}: “{citation.source.title}” ({citation.source.published}) says {citation.says} "
            f"({citation.field.replace('_', ' ')}); on its date we count {counts[citation.pk]}."
        ),
        about=lambda citation: f"{citation.field}|{citation.says}|{counts[citation.pk]}",
    )


@rule("no-source", Level.WARNING, "A fact without a source", Organization, *CORE)
@rule("name-without-source", Level.HINT, "A name or a code without a source", State, Name)
def without_source(model):
    """A fact has no source that supports it: readers cannot check it."""
    return Suspects(
        model.objects.filter(~Exists(Citation.objects.supporting(model))),
        lambda fact: f"{fact}: no source is cited for it yet.",
    )


def _cited_last(model):
    """Return the newest supporting citation of the outer fact: where another is added, a waiver falls."""
    return Citation.objects.supporting(model).order_by("-pk")


@rule("only-tertiary", Level.HINT, "A fact supported by tertiary sources only", Organization, *CORE)
def only_tertiary(model):
    """A fact rests on encyclopaedias and lists alone, which repeat one another's mistakes."""
    supporting = Citation.objects.supporting(model)
    better = supporting.exclude(source__kind=Source.Kind.TERTIARY)
    facts = model.objects.annotate(cited_last=Subquery(_cited_last(model).values("pk")[:1]))
    return Suspects(
        facts.filter(Exists(supporting), ~Exists(better)),
        lambda fact: f"{fact}: only encyclopaedias or lists are cited. Find the sources on which they rest.",
        about=lambda fact: str(fact.cited_last),
    )


@rule("rests-on-withdrawn", Level.WARNING, "A fact supported by withdrawn sources only", *FACTS)
def rests_on_withdrawn(model):
    """All sources of a fact were withdrawn, so nothing supports it any more."""
    supporting = Citation.objects.supporting(model)
    standing = supporting.filter(source__withdrawn="")
    facts = model.objects.annotate(
        cited_last=Subquery(_cited_last(model).values("pk")[:1]),
        withdrawn=Subquery(_cited_last(model).values("source__title")[:1]),
    )
    return Suspects(
        facts.filter(Exists(supporting), ~Exists(standing)),
        lambda fact: (
            f"{fact}: all its sources were withdrawn (“{fact.withdrawn}”). Cite another one, or remove the citation "
            "and say why there is no source."
        ),
        about=lambda fact: str(fact.cited_last),
    )


@rule("low-confidence", Level.HINT, "A fact entered with low confidence", *FACTS)
def low_confidence(model):
    """Whoever entered a fact was not sure of it: a better source may settle it."""
    return Suspects(
        model.objects.filter(confidence=Fact.Confidence.LOW), lambda fact: f"{fact}: entered with low confidence."
    )


@rule("not-verified", Level.HINT, f"Not verified for {MONTHS_UNTIL_STALE} months", *FACTS)
def not_verified(model):
    """Nobody has entered, changed or verified a fact for two years: it may have become out of date."""
    limit = dates.today() - timedelta(days=MONTHS_UNTIL_STALE * 365 // 12)
    # To enter a fact is to check it: where nobody has verified it since, its last change counts.
    edits = edits_of(model).filter(id=OuterRef("pk")).order_by("-history_id")
    stale = Q(verified_on__lt=limit) | Q(verified_on__isnull=True, changed__lt=dates.midnight(limit.isoformat()))

    def sentence(fact):
        verified = f"last verified on {fact.verified_on}" if fact.verified_on else "not verified since it last changed"
        return f"{fact}: {verified}."

    return Suspects(
        model.objects.annotate(changed=Subquery(edits.values("history_date")[:1])).filter(stale),
        sentence,
        about=lambda fact: str(fact.verified_on or ""),
    )
