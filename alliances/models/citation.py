"""Citations: what ties a source to a fact, or to one field of it."""

from functools import reduce
from operator import or_

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse

from alliances import dates

from . import kinds
from .base import SearchableQuerySet, exactly_one, filled_column
from .council import Chairmanship, Council
from .document import Document, TreatyAction
from .force import CollectiveForce, ForceParticipation
from .force_strength import ForceStrength
from .membership import Membership
from .name import Name
from .organization import Organization
from .provision import Provision
from .relation import Relation
from .state import State
from .temporal import PartialDateField
from .versioning import EDITORIAL_FIELDS, Recorded

# The columns of a citation of which one is filled: the code of every kind of fact.
FACTS = tuple(kind.code for kind in kinds.facts())

# Fields that no source can be cited for: editorial ones, and our own address.
OUR_OWN = {"id", "slug", *EDITORIAL_FIELDS}


def arc(model, related_name):
    """Return one column of an exclusive arc of foreign keys; its unique constraint serves as its index."""
    return models.ForeignKey(model, models.CASCADE, null=True, blank=True, related_name=related_name, db_index=False)


def _fact(model):
    return arc(model, "citations")


class CitationQuerySet(SearchableQuerySet):
    """Verbs of citations."""

    def get_by_natural_key(self, source, kind, fact, field, locator):
        """Find a citation by the key that `Citation.natural_key` gives."""
        return self.get(source=source, field=field, locator=locator, **{kind: fact})

    def of(self, facts):
        """Keep the citations of facts of any kinds, in one query."""
        wanted = models.Q(pk__in=[])
        by_kind = {}
        for fact in facts:
            by_kind.setdefault(fact.KIND.code, []).append(fact.pk)
        for kind, keys in by_kind.items():
            wanted |= models.Q(**{f"{kind}__in": keys})
        return self.filter(wanted)

    def supporting(self, model=None):
        """Keep the citations that support their fact: a source that says something else is no source of it.

        With a model, in a subquery: those of the outer row, a fact of that model.
        """
        of_outer_row = {model.KIND.code: models.OuterRef("pk")} if model else {}
        return self.filter(says="", **of_outer_row)

    def dissenting(self):
        """Keep the citations whose source gives another value than ours, or a less precise one."""
        return self.exclude(says="")

    def by_fact(self):
        """Order them by kind of fact, memberships by organization, and else as they were entered."""
        kinds = [models.When(**{f"{code}__isnull": False}, then=place) for place, code in enumerate(FACTS)]
        return self.order_by(models.Case(*kinds), "membership__organization__folded", "pk")

    def numbers_by_kind(self):
        """Return [(how many cite a fact of a kind, its name, its plural)], the largest first."""
        found = self.order_by().aggregate(**{code: models.Count(f"{code}_id") for code in FACTS})
        names = {kind.code: kind.model._meta for kind in kinds.facts()}
        return [
            (number, str(names[code].verbose_name), str(names[code].verbose_name_plural))
            for code, number in sorted(found.items(), key=lambda each: -each[1])
            if number
        ]

    def about(self, states=(), organizations=(), codes=()):
        """Keep those of facts about one of these states (ISO codes), organizations (slugs) and kinds (codes)."""
        found = self
        for code, column, chosen in (("state", "iso3", states), ("organization", "slug", organizations)):
            if chosen:
                ways = (models.Q(**{f"{path}__{column}__in": list(chosen)}) for path in Citation.KIND.paths_to(code))
                found = found.filter(reduce(or_, ways))
        if codes:
            found = found.filter(reduce(or_, (models.Q(**{f"{code}__isnull": False}) for code in codes)))
        return found

    def belonging_to(self, thing):
        """Keep those of facts that belong to an organization or a state, near or far: its own, its memberships' …

        A subquery for each kind, which its own index answers: joined, every citation there is would be read.
        """
        found = models.Q()
        for path in Citation.KIND.paths_to(thing.KIND.code):
            code, _, rest = path.partition("__")
            facts = {rest: thing} if rest else {"pk": thing.pk}
            model = Citation._meta.get_field(code).related_model
            found |= models.Q(**{f"{code}__in": model.objects.filter(**facts).order_by().values("pk")})
        return self.filter(found)

    def number_of_sources(self):
        """Count the sources that support these facts."""
        return self.supporting().order_by().values("source").distinct().count()

    def with_facts(self):
        """Join every kind of fact, with what its sentence names, in one query."""
        named = (f"{kind.code}__{path}" for kind in kinds.facts() for path in kind.named_by)
        return self.select_related(*(kind.code for kind in kinds.facts()), *named)

    def with_named(self):
        """Join the source and the fact, with what its sentence names, in one query."""
        return self.with_facts().select_related("source")


class Citation(Recorded):
    """A source says this: which fact, or which field of it, where in the source, and in what words.

    Exactly one of the columns that are kinds of facts is filled; the database refuses none and two. `field`
    may also name a derived number of an organization ("members", "former_soviet_members",
    "force_kinds", "regional_groups"): such numbers are never typed, but sources state them.
    """

    source = models.ForeignKey("Source", models.PROTECT, related_name="citations")
    state = _fact(State)
    organization = _fact(Organization)
    name = _fact(Name)
    relation = _fact(Relation)
    membership = _fact(Membership)
    force = _fact(CollectiveForce)
    participation = _fact(ForceParticipation)
    strength = _fact(ForceStrength)
    council = _fact(Council)
    chairmanship = _fact(Chairmanship)
    document = _fact(Document)
    action = _fact(TreatyAction)
    provision = _fact(Provision)
    field = models.CharField(
        max_length=40, blank=True, help_text="The field it is about, for example joined; empty: the whole fact."
    )
    locator = models.CharField(max_length=200, blank=True, help_text="Article, page or paragraph.")
    quote = models.TextField(blank=True, help_text="A short quotation, word for word.")
    says = models.CharField(
        max_length=300, blank=True, help_text="Only where the source says something else than we do: what it says."
    )

    KIND = kinds.Kind("citation", parents=("source", *FACTS), citable=False)

    objects = CitationQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=exactly_one(FACTS),
                name="%(app_label)s_%(class)s_cites_one_fact",
                violation_error_message="A citation belongs to exactly one fact.",
            ),
            models.CheckConstraint(
                condition=models.Q(says="") | ~models.Q(field=""),
                name="%(app_label)s_%(class)s_says_of_a_field",
                violation_error_message="Name the field about which the source says something else.",
            ),
            *(
                models.UniqueConstraint(
                    fields=[name, "source", "field", "locator"],
                    condition=models.Q(**{f"{name}__isnull": False}),
                    name=f"%(app_label)s_%(class)s_once_a_{name}",
                    violation_error_message="This source is cited for this already, at the same place.",
                )
                for name in FACTS
            ),
        ]

    def __str__(self):
        return f"{self.source.key}: {self.fact}"

    def natural_key(self):
        """Return a key by which `loaddata` recognizes a stored citation; nothing refers to citations, so ids will do.

        Natural keys of the fact and its relations would cost nine queries a citation instead of four.
        """
        return (self.source_id, self.fact_kind, getattr(self, f"{self.fact_kind}_id", None), self.field, self.locator)

    @classmethod
    def stored_keys(cls, using):
        columns = ("pk", "source_id", "field", "locator", *(f"{kind}_id" for kind in FACTS))
        for pk, source, field, locator, *facts in cls._base_manager.using(using).values_list(*columns).iterator():
            cited = ((kind, fact) for kind, fact in zip(FACTS, facts, strict=True) if fact)
            yield from ((pk, (source, kind, fact, field, locator)) for kind, fact in cited)

    @classmethod
    def facts_to_check(cls, row):
        """Return the cited facts: they may have lost their last source or gained their first."""
        kinds = [kind for kind in FACTS if getattr(row, f"{kind}_id") is not None]
        return [(cls._meta.get_field(kind).related_model, getattr(row, f"{kind}_id")) for kind in kinds]

    @property
    def fact_kind(self):
        """The name of the column that is filled, for example "membership"."""
        return filled_column(self, FACTS)

    @property
    def fact(self):
        """The fact that is cited."""
        return getattr(self, self.fact_kind, None) if self.fact_kind else None

    @classmethod
    def search_condition(cls, word):
        """Return the condition that a folded word occurs in the source's title, key, author, publisher or note."""
        return models.Q(source__folded__contains=word) | models.Q(source__folded_text__contains=word)

    def get_absolute_url(self):
        return self.fact.get_absolute_url()

    def get_admin_url(self):
        """Return the address of the citation on the editors' desk."""
        return reverse("admin:alliances_citation_change", args=[self.pk])

    @property
    def is_derived(self):
        """Whether it is about a derived number; derived/stated_counts.py compares those."""
        return self.field in getattr(type(self.fact), "DERIVED", ())

    @property
    def ours(self):
        """Our value of the cited field, as people read it; empty for a derived number."""
        if not self.field or self.is_derived:
            return ""
        display = getattr(self.fact, f"get_{self.field}_display", None)
        value = display() if display else getattr(self.fact, self.field, "")
        return "" if value is None else str(value)

    @property
    def less_exact(self):
        """Whether the source is merely less precise: "1991" where we have 1991-12-08."""
        return self._within(self.ours, self.says)

    @property
    def more_exact(self):
        """Whether the source is more precise than we are: a disagreement, for if we believed it, we would say it."""
        return self._within(self.says, self.ours)

    def _within(self, finer, coarser):
        """Return whether both are dates and one lies within the other."""
        if not self.field or self.is_derived or finer == coarser:
            return False
        if not isinstance(self.fact._meta.get_field(self.field), PartialDateField):
            return False
        try:
            inner, outer = dates.read(finer), dates.read(coarser)
        except ValueError:
            return False
        return outer.earliest <= inner.earliest and inner.latest <= outer.latest

    @property
    def disagrees(self):
        """Whether the source contradicts our present value, and is not merely less precise."""
        if not self.says or self.is_derived or self.less_exact:
            return False
        ours = {self.ours.casefold(), str(getattr(self.fact, self.field, "")).casefold()}
        return self.says.casefold() not in ours

    def clean(self):
        """Raise ValidationError for what the constraints refuse, and for a field that the fact does not have."""
        if self.says and not self.field:
            raise ValidationError({"field": "Name the field about which the source says something else."})
        if self.fact_kind:
            same = {name: getattr(self, name) for name in ("source_id", "field", "locator", f"{self.fact_kind}_id")}
            if Citation.objects.filter(**same).exclude(pk=self.pk).exists():
                raise ValidationError("This source is cited for this already, at the same place.")
        if self.field and self.fact_kind:
            model = self._meta.get_field(self.fact_kind).related_model
            known = [field.name for field in model._meta.concrete_fields if field.editable]
            known = [name for name in known if name not in OUR_OWN]
            derived = getattr(model, "DERIVED", [])
            if self.field in derived and not (self.says == "all" or (self.says.isascii() and self.says.isdecimal())):
                raise ValidationError({"says": "Give the number that the source states, in digits, or “all”."})
            known += derived
            if self.field not in known:
                raise ValidationError(
                    {"field": f"There is no field “{self.field}” here. There are: {', '.join(known)}."}
                )
