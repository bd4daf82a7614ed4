"""Tables of the people behind the voices, and of what joins their identities."""

from zhiyin.customers.models.consents import Consent, ConsentPurpose, ConsentText, Restriction
from zhiyin.customers.models.identities import Identity, IdentityUnit, Sighting
from zhiyin.customers.models.links import Link, LinkChange, LinkRules, LinkSplit, LinkState
from zhiyin.customers.models.relations import ContactStar, Relation, RelationKind, RelationMember
from zhiyin.customers.models.rights import (
    DatedRules,
    ErasureDone,
    HeldKey,
    LegalHold,
    OneTimeCode,
    RequestStep,
    RightsRequest,
)
from zhiyin.customers.models.segments import ListedForContact, Segment, SegmentSnapshot, SegmentVersion
from zhiyin.customers.models.silence import InvitationList, Invited, SilenceFit
from zhiyin.customers.models.value import StatementTemplate

__all__ = [
    "Consent",
    "ConsentPurpose",
    "ConsentText",
    "ContactStar",
    "DatedRules",
    "ErasureDone",
    "HeldKey",
    "Identity",
    "IdentityUnit",
    "InvitationList",
    "Invited",
    "LegalHold",
    "Link",
    "LinkChange",
    "LinkRules",
    "LinkSplit",
    "LinkState",
    "ListedForContact",
    "OneTimeCode",
    "Relation",
    "RelationKind",
    "RelationMember",
    "RequestStep",
    "Restriction",
    "RightsRequest",
    "Segment",
    "SegmentSnapshot",
    "SegmentVersion",
    "Sighting",
    "SilenceFit",
    "StatementTemplate",
]
