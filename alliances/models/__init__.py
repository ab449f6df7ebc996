"""The facts, a module per noun."""

from .base import Fact
from .council import Chairmanship, Council
from .document import Document, TreatyAction
from .force import CollectiveForce, ForceParticipation, ForceStrength
from .membership import Membership
from .name import Name
from .organization import Organization, Provision, Relation
from .source import CITABLE, Citation, Source
from .state import State

__all__ = [
    "CITABLE",
    "Chairmanship",
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
]
