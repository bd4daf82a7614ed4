"""What this part of the room tells the others of itself."""

from __future__ import annotations

from zhiyin.customers.identifiers.sealing import identifier_context, traits_context
from zhiyin.customers.models import Identity
from zhiyin.customers.rights.sealing import list_sealed_here as list_rights_sealed
from zhiyin.engine.sealed import register_sealed
from zhiyin.people.sealed_columns import SealedColumn


def register() -> None:
    """Where identifiers, traits, requests and consents are sealed, for the rotation of the keys."""
    register_sealed(
        *list_rights_sealed(),
        SealedColumn(
            model=Identity,
            column="sealed",
            needs=("key",),
            context=lambda row: identifier_context(str(row["key"])),
        ),
        SealedColumn(
            model=Identity,
            column="traits_sealed",
            needs=("key",),
            context=lambda row: traits_context(str(row["key"])),
        ),
    )
