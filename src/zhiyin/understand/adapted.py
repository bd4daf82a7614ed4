"""What was taught to a polarity model, and the model that it leads to."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields, replace

import numpy as np

from zhiyin.errors import InvalidInput
from zhiyin.understand.polarity import PolarityModel
from zhiyin.understand.taught import Taught


@dataclass(frozen=True, slots=True, kw_only=True)
class Adaptation:
    """What people's corrections add to a base.

    `base_digest` tells on top of which model it was fitted; for another one it means nothing.
    """

    version: str
    base_version: str
    base_digest: str
    taught: Taught


def apply(base: PolarityModel, adaptation: Adaptation) -> PolarityModel:
    """Return the base with what was taught.

    Raises:
        InvalidInput: it was fitted for another base.
    """
    if adaptation.base_digest != digest(base):
        raise InvalidInput(
            f"The model {adaptation.version} builds upon {adaptation.base_version}, not on this one.",
            next_step="Train a new one.",
        )
    taught = adaptation.taught if len(adaptation.taught.slots) else None
    return replace(base, version=adaptation.version, taught=taught)


def digest(model: PolarityModel) -> str:
    """Tell one model's weights from another's, whatever their version says."""
    told = hashlib.sha256(f"{model.version} {model.bits} {model.scale!r} {model.bias!r} ".encode())
    told.update(model.table.tobytes())
    if model.cells is not None:
        for field in fields(model.cells):
            told.update(np.asarray(getattr(model.cells, field.name)).tobytes())
    return told.hexdigest()
