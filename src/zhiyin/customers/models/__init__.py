"""Tables of the people behind the voices, and of what joins their identities."""

from zhiyin.customers.models.identities import Identity, IdentityUnit, Sighting
from zhiyin.customers.models.links import Link, LinkChange, LinkRules, LinkState

__all__ = [
    "Identity",
    "IdentityUnit",
    "Link",
    "LinkChange",
    "LinkRules",
    "LinkState",
    "Sighting",
]
