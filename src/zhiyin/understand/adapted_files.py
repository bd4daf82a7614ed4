"""Adapted models as small files, and the model that a file leads to."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import zipfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from zhiyin.errors import InvalidInput
from zhiyin.understand.adapted import Adaptation, apply
from zhiyin.understand.polarity import PolarityModel, load_polarity
from zhiyin.understand.taught import Taught

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFile:
    """Where an adapted model lies, and what its bytes must sum up to."""

    version: str
    path: Path
    sha256: str


def save_adaptation(adaptation: Adaptation, path: Path) -> ModelFile:
    """Write the file, whole or not at all; it holds weights of hashes, and no word of anybody."""
    about = {
        "version": adaptation.version,
        "base_version": adaptation.base_version,
        "base_digest": adaptation.base_digest,
    }
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name(f".{path.name}.part")
    with part.open("wb") as file:
        np.savez_compressed(
            file,
            slots=adaptation.taught.slots,
            weights=adaptation.taught.weights,
            scale=np.array(adaptation.taught.scale),
            about=np.array(json.dumps(about)),
        )
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    return ModelFile(version=adaptation.version, path=path, sha256=_sum_up(path.read_bytes()))


def open_model(file: ModelFile) -> PolarityModel:
    """Return the adapted model.

    Raises:
        InvalidInput: the file is gone or damaged, or it builds upon another model than the shipped one.
    """
    try:
        if _sum_up(file.path.read_bytes()) != file.sha256:
            raise _damaged(file)
        return _read(file)
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise _damaged(file) from error


@lru_cache(maxsize=2)
def _read(file: ModelFile) -> PolarityModel:
    # Only what was just found whole is asked for.
    with np.load(file.path, allow_pickle=False) as parts:
        about = json.loads(str(parts["about"]))
        taught = Taught(slots=parts["slots"], weights=parts["weights"], scale=float(parts["scale"]))
    adaptation = Adaptation(taught=taught, **about)
    return apply(load_polarity(), adaptation)


def open_or_shipped(file: ModelFile | None) -> PolarityModel:
    """Return the adapted model, or the shipped one for no file and for one that cannot be used."""
    if file is None:
        return load_polarity()
    try:
        return open_model(file)
    except InvalidInput as error:
        _log.error("%s The shipped model is used.", error.message)
        return load_polarity()


def _sum_up(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _damaged(file: ModelFile) -> InvalidInput:
    return InvalidInput(
        f"The file of the model {file.version} is missing or damaged.",
        next_step="Restore it from a backup, or go back with `zhiyin models back`.",
    )
