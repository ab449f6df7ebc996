"""The engine of the rules: levels, rules, findings, and the report."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Model, QuerySet

from alliances.models import Waiver


class Level(StrEnum):
    """How bad it is: an error is wrong for certain, a warning probably, a hint says what could be better."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


@dataclass(frozen=True)
class Rule:
    """One rule, about one or several kinds of facts.

    `look(model)` returns the QuerySet of suspects, and a function that says of one of them to an editor what is wrong;
    it asks nothing of the database: what it needs besides the fact is annotated or joined. `about(fact)` are the values
    that a finding is about; a waiver holds while they stay.
    """

    name: str
    level: Level
    title: str
    models: tuple[type[Model], ...]
    look: Callable[[type[Model]], tuple[QuerySet, Callable[[Model], str]]]
    about: Callable[[Model], str]

    def suspects(self, model=None):
        """Return the facts of a model that the rule finds fault with, waived or not."""
        return self.look(model or self.models[0])[0]

    def number(self):
        """Count what the rule finds, without what is waived: where nothing is, the database counts."""
        found = 0
        for model in self.models:
            stands = Waiver.objects.of_rule(self.name, model.KIND.code)
            suspects = self.suspects(model)
            if stands:
                found += sum((fact.pk, self.about(fact)) not in stands for fact in suspects)
            else:
                found += suspects.count()
        return found

    def findings(self, waived=False):
        """Yield what the rule finds, without what is waived; with `waived` that too."""
        for model in self.models:
            stands = Waiver.objects.of_rule(self.name, model.KIND.code)
            suspects, sentence = self.look(model)
            for fact in suspects.with_named():
                about = self.about(fact)
                if waived or (fact.pk, about) not in stands:
                    yield Finding(self, fact, sentence(fact), about)


@dataclass(frozen=True)
class Finding:
    """A fact that a rule finds fault with, and what is wrong, for an editor."""

    rule: Rule
    fact: Model
    sentence: str
    about: str = ""

    @property
    def kind(self):
        """The kind of fact: the column of a waiver."""
        return type(self.fact).KIND.code

    def waive(self, reason, name):
        """Let it stand, for a reason and by somebody's name."""
        return Waiver.objects.create(
            rule=self.rule.name, about=self.about, reason=reason, waived_by=name, **{self.kind: self.fact}
        )


RULES: dict[str, Rule] = {}


def rule(name, level, title, *models, about=lambda fact: ""):
    """Register a rule: the decorated function takes a model and returns (suspects, sentence)."""

    def register(look):
        RULES[name] = Rule(name, level, title, models, look, about)
        return look

    return register


def findings(level=None, names=(), waived=False):
    """Yield the findings of all rules, or of one level or the named ones, errors first."""
    for each in sorted(RULES.values(), key=lambda rule: list(Level).index(rule.level)):
        if (level is None or each.level == level) and (not names or each.name in names):
            yield from each.findings(waived)


def report(found):
    """Return findings as plain rows, for JSON."""
    return [
        {
            "rule": each.rule.name,
            "level": each.rule.level.value,
            "kind": each.kind,
            "fact": str(each.fact),
            "sentence": each.sentence,
            "url": each.fact.get_absolute_url(),
        }
        for each in found
    ]
