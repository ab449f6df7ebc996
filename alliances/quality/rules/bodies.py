"""Rules about bodies, forces and documents: who takes part, for how long, and in which order things happened."""

from django.db.models import CharField, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Least

from alliances.models import (
    Chairmanship,
    CollectiveForce,
    Council,
    Document,
    ForceParticipation,
    ForceStrength,
    Membership,
    TreatyAction,
)
from alliances.quality.engine import Level, Suspects, rule

from .spans import period, span_values


def _not_bound(model, organization, parent_ends):
    """Return the facts whose state was certainly not bound when it began to take part, or is not until the end."""
    begin, end = model.span
    over = Least(F(f"{end}_earliest"), *(F(f"{path}_earliest") for path in parent_ends), output_field=CharField())
    spells = Membership.objects.binding().of_same_pair(organization)
    first = spells.filter(
        joined_earliest__lte=OuterRef(f"{begin}_latest"), left_latest__gt=OuterRef(f"{begin}_earliest")
    )
    last = spells.filter(left_latest__gte=OuterRef("over"), joined_earliest__lt=OuterRef(f"{end}_latest"))
    latest = spells.order_by("-joined_earliest")
    facts = model.objects.annotate(
        over=over, bound_from=Subquery(latest.values("joined")[:1]), bound_until=Subquery(latest.values("left")[:1])
    )
    return facts.filter(~Exists(first) | ~Exists(last))


@rule(
    "participant-no-member", Level.WARNING, "A force participant that was not a member at the time", ForceParticipation
)
def participant_no_member(model):
    """A state was not bound when it began or ceased to take part in a force: one of the two spans is wrong."""
    return Suspects(
        _not_bound(model, "force__organization", ("force__disbanded", "force__organization__dissolved")),
        lambda participation: (
            f"{participation}, {period(participation)}: {participation.force.organization.acronym} did not bind it at "
            "the beginning or at the end of that time."
        ),
        about=lambda participation: (
            f"{span_values(participation)}|{participation.bound_from}|{participation.bound_until}|"
            f"{span_values(participation.force)}"
        ),
    )


@rule("chair-no-member", Level.WARNING, "A presiding state that was not a member at the time", Chairmanship)
def chair_no_member(model):
    """A state was not bound when it began or ceased to preside over a council, and only members preside."""
    return Suspects(
        _not_bound(model, "council__organization", ("council__dissolved", "council__organization__dissolved")),
        lambda chair: f"{chair}: {chair.council.organization.acronym} did not bind it at the time.",
        about=lambda chair: f"{span_values(chair)}|{chair.bound_from}|{chair.bound_until}",
    )


def _parent(fact):
    return getattr(fact, fact.KIND.parents[0])


@rule(
    "outlives-its-home",
    Level.WARNING,
    "A body or force outside the lifetime of what it belongs to",
    Council,
    CollectiveForce,
    ForceParticipation,
    Chairmanship,
)
def outlives_its_home(model):
    """A body or its part certainly existed before or after what it belongs to: one of the lifetimes is wrong."""
    parent, (begin, end) = model.KIND.parents[0], model.span
    parent_begin, parent_end = (f"{parent}__{name}" for name in model._meta.get_field(parent).related_model.span)
    before = Q(**{f"{begin}_latest__lt": F(f"{parent_begin}_earliest")})
    after = ~Q(**{end: ""}) & ~Q(**{parent_end: ""}) & Q(**{f"{end}_earliest__gt": F(f"{parent_end}_latest")})
    return Suspects(
        model.objects.filter(before | after),
        lambda fact: (
            f"{fact} ({period(fact)}): this is outside the lifetime of {_parent(fact)} ({period(_parent(fact))})."
        ),
        about=lambda fact: f"{span_values(fact)}|{span_values(_parent(fact))}",
    )


@rule("strength-without-date", Level.WARNING, "A strength without a date", ForceStrength)
def strength_without_date(model):
    """A strength says not as of when, so nobody can tell whether it is out of date."""
    return Suspects(
        ForceStrength.objects.filter(as_of=""),
        lambda strength: f"{strength}: as of when? A figure without a date misleads.",
        about=lambda strength: f"{strength.number}|{strength.wording}",
    )


@rule("in-force-before-signed", Level.ERROR, "A document in force before it was signed", Document)
def in_force_before_signed(model):
    """A document was certainly in force before it was signed: one of the two dates is wrong."""
    documents = Document.objects.exclude(in_force="").exclude(signed="")
    return Suspects(
        documents.filter(in_force_latest__lt=F("signed_earliest")),
        lambda document: f"{document}: in force {document.in_force}, but signed only {document.signed}.",
        about=lambda document: f"{document.signed}|{document.in_force}",
    )


@rule("action-before-signing", Level.WARNING, "A treaty action before the document was signed", TreatyAction)
def action_before_signing(model):
    """A treaty action is dated before the document was signed: one of the two dates is wrong."""
    actions = TreatyAction.objects.exclude(date="").exclude(document__signed="")
    return Suspects(
        actions.filter(date_latest__lt=F("document__signed_earliest")),
        lambda action: f"{action}: the document was not signed before {action.document.signed}.",
        about=lambda action: f"{action.date}|{action.document.signed}",
    )


@rule("action-before-state", Level.WARNING, "A treaty action of a state that did not exist yet", TreatyAction)
def action_before_state(model):
    """A state acts before it existed: lists often give a successor the acts of its predecessor."""
    actions = TreatyAction.objects.exclude(date="").exclude(state__existed_from="")
    return Suspects(
        actions.filter(date_latest__lt=F("state__existed_from_earliest")),
        lambda action: f"{action}: {action.state} did not exist before {action.state.existed_from}.",
        about=lambda action: f"{action.date}|{action.state.existed_from}",
    )
