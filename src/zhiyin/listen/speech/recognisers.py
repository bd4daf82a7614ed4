"""The recognisers, each registering its loader by name; loaded when the first recording comes."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from zhiyin.errors import InvalidInput
from zhiyin.listen.speech.settings import SpeechSettings

Samples = npt.NDArray[np.float32]
INSTALL = "pip install 'zhiyin[speech]'"


class Recogniser(Protocol):
    """Turns speech into words. Made once, used by one thread."""

    def recognise(self, samples: Samples, *, sample_rate: int) -> str:
        """The words of one piece of speech (mono, −1 to 1), with punctuation if the model has any."""
        ...


Loader = Callable[[Path, SpeechSettings], Recogniser]
_LOADERS: dict[str, Loader] = {}


def register(name: str, loader: Loader) -> None:
    """Adds a recogniser; the modules in `loaders/` call this when they are imported."""
    _LOADERS[name] = loader


def list_recognisers() -> tuple[str, ...]:
    """The names that `ZHIYIN_RECOGNISER` may take, sorted."""
    _import_loaders()
    return tuple(sorted(_LOADERS))


def open_recogniser(settings: SpeechSettings) -> Recogniser:
    """The recogniser that is set, loaded; the same settings give the same one again.

    Raises:
        InvalidInput: none is set, there is none of that name, its package is not installed, or the folder
            holds no model that it can load.
    """
    names = list_recognisers()
    if not settings.recogniser:
        raise InvalidInput(
            "No recogniser is set, so recordings cannot be turned into words.",
            next_step=f"Set ZHIYIN_RECOGNISER to one of {', '.join(names)} and ZHIYIN_RECOGNISER_MODEL to the"
            " folder of its model, or import the transcript instead.",
            field="ZHIYIN_RECOGNISER",
        )
    if settings.recogniser not in names:
        raise InvalidInput(
            "There is no recogniser of that name.",
            next_step=f"Set ZHIYIN_RECOGNISER to one of {', '.join(names)}.",
            field="ZHIYIN_RECOGNISER",
        )
    if settings.model is None or not settings.model.is_dir():
        raise InvalidInput(
            "The folder of the recogniser's model is not set, or is not there.",
            next_step="Set ZHIYIN_RECOGNISER_MODEL to the folder that holds the model's files.",
            field="ZHIYIN_RECOGNISER_MODEL",
        )
    return _load(settings)


@cache
def _load(settings: SpeechSettings) -> Recogniser:
    assert settings.model is not None
    return _LOADERS[settings.recogniser](settings.model, settings)


@cache
def _import_loaders() -> None:
    package = importlib.import_module("zhiyin.listen.speech.loaders")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
