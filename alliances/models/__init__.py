"""The facts: a module per noun."""

from .audit import AuditEntry
from .base import Fact
from .changeset import ChangeSet
from .citation import Citation
from .council import Chairmanship, Council
from .document import Document, TreatyAction
from .draft import Draft
from .fact_version import FactVersion
from .force import CollectiveForce, ForceParticipation
from .force_strength import ForceStrength
from .membership import Membership
from .moved_reference import MovedReference
from .name import Name
from .old_address import OldAddress
from .organization import Organization
from .provision import Provision
from .relation import Relation
from .remark import Remark
from .source import Source
from .state import State
from .suggestion import Suggestion
from .suggestion_count import SuggestionCount
from .waiver import Waiver

__all__ = [
    "AuditEntry",
    "Chairmanship",
    "ChangeSet",
    "Citation",
    "CollectiveForce",
    "Council",
    "Document",
    "Draft",
    "Fact",
    "FactVersion",
    "ForceParticipation",
    "ForceStrength",
    "Membership",
    "MovedReference",
    "Name",
    "OldAddress",
    "Organization",
    "Provision",
    "Relation",
    "Remark",
    "Source",
    "State",
    "Suggestion",
    "SuggestionCount",
    "TreatyAction",
    "Waiver",
]
