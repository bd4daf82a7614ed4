"""What an event tells of who receives an order: last digits and a covered name, kept as keyed hashes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from zhiyin.customers.events.traits import slip_part
from zhiyin.engine.vault import Vault
from zhiyin.listen.records.receivers import SURNAME_PURPOSE, TAIL_PURPOSE, last_four, surname_of

_MAX_VALUE = 200
_decode = msgspec.json.Decoder(dict[str, object]).decode


def slip_keys(objects: Sequence[bytes], *, vault: Vault) -> tuple[Sequence[str | None], Sequence[str | None]]:
    """The hashes of tail and surname of each JSON object of properties; None where it tells none."""
    told = [_read(_decode(one)) if one else ("", "") for one in objects]
    return (
        _hashed([tail for tail, _ in told], purpose=TAIL_PURPOSE, vault=vault),
        _hashed([surname for _, surname in told], purpose=SURNAME_PURPOSE, vault=vault),
    )


def _read(properties: Mapping[str, object]) -> tuple[str, str]:
    found = {"phone_tail": "", "receiver": ""}
    for name, value in properties.items():
        part = slip_part(name)
        if part and isinstance(value, str | int) and not isinstance(value, bool):
            found[part] = found[part] or str(value)[:_MAX_VALUE]
    return last_four(found["phone_tail"]) or "", surname_of(found["receiver"]) or ""


def _hashed(values: Sequence[str], *, purpose: str, vault: Vault) -> list[str | None]:
    indexes = iter(vault.blind_index_many([value for value in values if value], purpose=purpose))
    return [next(indexes).hex() if value else None for value in values]
