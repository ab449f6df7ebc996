"""What becomes of one form of the desk: stored, tried out, or only shown, and what is said of it."""

from dataclasses import dataclass
from enum import Enum, auto

from django.db.models import Model

from alliances.models import Draft

from .posted_text import posted_text


class Mode(Enum):
    """What is done with a posted form."""

    SAVE = auto()  # It is stored.
    DRY_RUN = auto()  # It is stored and taken back, to tell what it would change.
    SHOW = auto()  # It stands as it was typed, with what is wrong with it, and is not stored.


@dataclass
class Submission:
    """One form of the desk, from its opening to its answer; `request.desk` while that request is about a form.

    Its steps, in their order, are `DeskAdmin.changeform_view`. Lists, deletions and actions have none.
    """

    mode: Mode = Mode.SAVE
    # Whether the user may only propose changes: whatever they send becomes a draft.
    proposes: bool = False
    # The draft that the form was opened from. It is published when the form is saved.
    draft: Draft | None = None
    # Why nothing is stored; the form says it, and stands as it was typed.
    refusal: str = ""
    # The facts that would stand without a source, where that is the reason.
    unsourced_facts: tuple | list = ()
    # Why facts that this form leaves without a source have none: said by the editor who publishes a draft.
    no_source_reason: str = ""
    # The fact of the page, once the form was accepted.
    saved: Model | None = None

    @classmethod
    def of(cls, request):
        """Return the submission of a request; of one that is about no form, an empty one."""
        return getattr(request, "desk", None) or cls()

    @property
    def asks_why(self):
        """Whether also the form of a new fact asks for a reason: it becomes a draft, or was one."""
        return self.proposes or self.draft is not None

    def refuse(self, sentence, unsourced_facts=()):
        """Store nothing, and let the form say why; what was said before stays said."""
        self.refusal = " ".join(filter(None, [self.refusal, sentence]))
        self.unsourced_facts = unsourced_facts
        self.saved = None

    def reasons_without_source(self, post):
        """Return a function: why a fact that stands without a source after this form has none; "" if nobody said.

        The form says it once for all its rows; the fact of the page has a field of its own.
        """
        of_rows = posted_text(post, "why_unsourced")
        return lambda fact: ("" if fact == self.saved else of_rows) or self.no_source_reason
