"""Rows that already are voices in the form of the API, as an export of Zhiyin's writes them."""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping

import msgspec

from zhiyin.listen.importers.row_faults import RowFaults
from zhiyin.listen.importers.tables import Chunk
from zhiyin.listen.importers.voices import Defaults
from zhiyin.listen.items import FeedbackIn, UnitIn

_FIELDS = frozenset(FeedbackIn.__struct_fields__)
_OBJECTS = ("unit", "author", "rating", "reply", "attributes")
_LISTS = ("media", "turns")
_UNREADABLE = FeedbackIn(external_id="")


def looks_native(value: AnyMapping[str, object]) -> bool:
    """Whether an object has the API's fields only, each of the right make."""
    return (
        isinstance(value.get("external_id"), str)
        and value.keys() <= _FIELDS
        and all(isinstance(value.get(name, {}), dict | None) for name in _OBJECTS)
        and all(isinstance(value.get(name, []), list) for name in _LISTS)
    )


def native_voices(chunk: Chunk, *, faults: RowFaults, defaults: Defaults) -> list[FeedbackIn]:
    """A voice for each row; faults are noted for those that are none."""
    return [
        _voice(row[0], index=index, faults=faults, defaults=defaults) for index, row in enumerate(chunk.rows)
    ]


def _voice(value: object, *, index: int, faults: RowFaults, defaults: Defaults) -> FeedbackIn:
    try:
        voice = msgspec.convert(value, FeedbackIn)
    except msgspec.ValidationError as error:
        # The library's message names place and type, not the value.
        faults.add(index, code="wrong_type", values=(str(error),))
        return _UNREADABLE
    wanted: dict[str, object] = {}
    if voice.channel is None and defaults.channel:
        wanted["channel"] = defaults.channel
    if voice.product is None and defaults.product:
        wanted["product"] = defaults.product
    if voice.unit is None and defaults.unit:
        wanted["unit"] = UnitIn(code=defaults.unit)
    return msgspec.structs.replace(voice, **wanted) if wanted else voice
