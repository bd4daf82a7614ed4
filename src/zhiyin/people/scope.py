"""Row scope: which org units' facts an asker may see. A reading door takes one, or it does not open."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The org units that may be seen; `unit_ids=None` means all, and facts without a unit too.

    An empty set sees nothing. Facts without a unit belong to the company and are seen only by `None`.
    """

    unit_ids: frozenset[int] | None

    def allows(self, unit_id: int | None) -> bool:
        """Whether a fact of this unit may be seen."""
        return self.unit_ids is None or (unit_id is not None and unit_id in self.unit_ids)

    def narrowed_to(self, unit_ids: frozenset[int]) -> Scope:
        """The part of this scope within `unit_ids`."""
        return Scope(unit_ids=unit_ids if self.unit_ids is None else self.unit_ids & unit_ids)


# For the command line and background work, which stand for the installation itself.
EVERYTHING = Scope(unit_ids=None)
NOTHING = Scope(unit_ids=frozenset())
