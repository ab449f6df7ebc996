"""The engine of the rules: levels, rules, findings, and the report."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Model, QuerySet

from alliances.models import Waiver


class Level(StrEnum):
    """How bad it is: an error is certainly wrong, a warning probably; a hint says what could be better."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


def _nothing(fact: Any) -> str:
    return ""


@dataclass(frozen=True)
class Suspects:
    """What a rule finds fault with in one model.

    `sentence(fact)` tells an editor what is wrong with one of them. `about(fact)` are the values that the finding is
    about: a waiver holds while they stay. Neither asks the database: what they need is annotated, joined or fetched.
    """

    facts: QuerySet
    sentence: Callable[[Any], str]
    about: Callable[[Any], str] = _nothing


@dataclass(frozen=True)
class Rule:
    """One rule, about one or several models; waivers refer to it by its name."""

    name: str
    level: Level
    title: str
    models: tuple[type[Model], ...]
    look: Callable[[type[Model]], Suspects]

    def suspects(self, model: type[Model] | None = None) -> QuerySet:
        """Return the facts of a model that the rule finds fault with, waived or not."""
        return self.look(model or self.models[0]).facts

    def number(self) -> int:
        """Count the findings that are not waived. The database counts, unless something is waived."""
        total = 0
        for model in self.models:
            waived = Waiver.objects.of_rule(self.name, model.KIND.code)
            suspects = self.look(model)
            if waived:
                total += sum((fact.pk, suspects.about(fact)) not in waived for fact in suspects.facts)
            else:
                total += suspects.facts.count()
        return total

    def findings(self, include_waived: bool = False) -> Iterator["Finding"]:
        """Yield the findings that are not waived; with `include_waived` all of them."""
        for model in self.models:
            waived = Waiver.objects.of_rule(self.name, model.KIND.code)
            suspects = self.look(model)
            for fact in suspects.facts.with_named():
                about = suspects.about(fact)
                if include_waived or (fact.pk, about) not in waived:
                    yield Finding(self, fact, suspects.sentence(fact), about)


@dataclass(frozen=True)
class Finding:
    """A fact that a rule finds fault with, and what is wrong, for an editor."""

    rule: Rule
    fact: Any
    sentence: str
    about: str = ""

    @property
    def kind(self) -> str:
        """The kind of fact: the column of a waiver."""
        return type(self.fact).KIND.code

    def waive(self, reason: str, waived_by: str) -> Waiver:
        """Let it stand, for a reason and in somebody's name.

        Raises IntegrityError where it is waived already, or where the reason or the name is empty.
        """
        return Waiver.objects.create(
            rule=self.rule.name, about=self.about, reason=reason, waived_by=waived_by, **{self.kind: self.fact}
        )


RULES: dict[str, Rule] = {}

Look = Callable[[type[Model]], Suspects]


def rule(name: str, level: Level, title: str, *models: type[Model]) -> Callable[[Look], Look]:
    """Register a rule: the decorated function takes one of its models and returns the Suspects among its facts."""

    def register(look: Look) -> Look:
        RULES[name] = Rule(name, level, title, models, look)
        return look

    return register


def findings(level: str | None = None, names: Collection[str] = (), include_waived: bool = False) -> Iterator[Finding]:
    """Yield the findings of all rules, or of one level or the named rules, errors first."""
    for rule in sorted(RULES.values(), key=lambda rule: list(Level).index(rule.level)):
        if (level is None or rule.level == level) and (not names or rule.name in names):
            yield from rule.findings(include_waived)


def report(findings: Iterable[Finding]) -> list[dict[str, str]]:
    """Return findings as plain rows, for JSON."""
    return [
        {
            "rule": finding.rule.name,
            "level": finding.rule.level.value,
            "kind": finding.kind,
            "fact": str(finding.fact),
            "sentence": finding.sentence,
            "url": finding.fact.get_absolute_url(),
        }
        for finding in findings
    ]
