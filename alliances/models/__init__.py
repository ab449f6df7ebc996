"""The facts, a module per noun."""

from .base import Fact
from .citation import CITABLE, Citation
from .council import Chairmanship, Council
from .document import Document, TreatyAction
from .force import CollectiveForce, ForceParticipation
from .history import ChangeSet
from .membership import Membership
from .name import Name
from .organization import Organization
from .provision import Provision
from .relation import Relation
from .source import Source
from .state import State
from .strength import ForceStrength
from .waiver import Waiver

__all__ = [
    "CITABLE",
    "Chairmanship",
    "ChangeSet",
    "Citation",
    "CollectiveForce",
    "Council",
    "Document",
    "Fact",
    "ForceParticipation",
    "ForceStrength",
    "Membership",
    "Name",
    "Organization",
    "Provision",
    "Relation",
    "Source",
    "State",
    "TreatyAction",
    "Waiver",
]
