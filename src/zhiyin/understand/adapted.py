"""A sparse difference over the hash slots of a polarity model, and the model that it leads to."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields, replace
from typing import cast

import numpy as np
import numpy.typing as npt

from zhiyin.errors import InvalidInput
from zhiyin.understand.polarity import PolarityModel


@dataclass(frozen=True, slots=True, kw_only=True)
class Adaptation:
    """The difference: `values` are added to the whole numbers of the base's table at `slots`.

    `base_digest` tells for which table it was fitted; for another one it means nothing.
    """

    version: str
    base_version: str
    base_digest: str
    slots: npt.NDArray[np.int32]
    values: npt.NDArray[np.int16]


def apply(base: PolarityModel, adaptation: Adaptation) -> PolarityModel:
    """Return the base with the difference; it costs no more to use.

    Raises:
        InvalidInput: it was fitted for another base.
    """
    if adaptation.base_digest != digest(base):
        raise InvalidInput(
            f"The model {adaptation.version} builds upon {adaptation.base_version}, not on this one.",
            next_step="Train a new one.",
        )
    table = base.table.astype(np.int16)
    table[adaptation.slots] += adaptation.values
    small = np.iinfo(base.table.dtype)
    if small.min <= table.min() and table.max() <= small.max:
        table = table.astype(base.table.dtype)
    # Where 8 bits are too few, 16 do the same work.
    return replace(base, version=adaptation.version, table=cast("npt.NDArray[np.int8]", table))


def digest(model: PolarityModel) -> str:
    """Tell one model's weights from another's, whatever their version says."""
    told = hashlib.sha256(f"{model.version} {model.bits} {model.scale!r} {model.bias!r} ".encode())
    told.update(model.table.tobytes())
    if model.cells is not None:
        for field in fields(model.cells):
            told.update(np.asarray(getattr(model.cells, field.name)).tobytes())
    return told.hexdigest()
