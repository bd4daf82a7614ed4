"""What linking is told: how a person appears in a record, and who may be one person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from zhiyin.listen.appearing import Appearance

__all__ = ["Appearance", "Evidence", "Proposal"]


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
class Proposal:
    """Two identities that look like one person's, by their ids; `probability` is 0 to 1."""

    left_id: int
    right_id: int
    probability: float
    evidence: Sequence[Evidence] = ()
