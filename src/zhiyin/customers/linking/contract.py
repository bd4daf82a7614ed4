"""What linking is told: how a person appears in a record, and who may be one person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from zhiyin.listen.items import IdentityIn


class Evidence(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One reason why two identities are, or are not, one person; never private data.

    `code` is a word of `linking/evidence.toml`, `weight` the logarithm to base 2 of how much likelier it
    makes one person than two (0: not weighed), `n` how often it was seen, `source` where.
    """

    code: str
    weight: float = 0.0
    n: int = 0
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    """What a record tells of a person.

    The strongest of `identities` is the one by whose key facts name the person. An order's number is an
    identity of type `order`. `name`, `address` and `traits` (such as `birthday`) are kept encrypted.
    `unit_id` is the org unit's, None for the company's own. `at` is when it happened.
    """

    identities: Sequence[IdentityIn]
    source: str
    at: datetime
    name: str | None = None
    address: str | None = None
    traits: Mapping[str, str] = field(default_factory=dict)
    unit_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Two identities that look like one person's, by their ids; `probability` is 0 to 1."""

    left_id: int
    right_id: int
    probability: float
    evidence: Sequence[Evidence] = ()
