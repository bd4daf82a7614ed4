"""FunASR: a model of its own in a folder on this machine, never fetched from elsewhere."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zhiyin.errors import InvalidInput
from zhiyin.listen.speech.pieces import resampled
from zhiyin.listen.speech.recognisers import Recogniser, Samples, register
from zhiyin.listen.speech.settings import SpeechSettings

_RATE = 16_000


@dataclass(frozen=True, slots=True)
class _FunAsr:
    """A loaded model."""

    model: Any  # FunASR has no types

    def recognise(self, samples: Samples, *, sample_rate: int) -> str:
        heard = self.model.generate(
            input=resampled(samples, sample_rate=sample_rate, wanted=_RATE), fs=_RATE, disable_pbar=True
        )
        return "".join(str(part.get("text", "")) for part in heard).strip()


def load(folder: Path, settings: SpeechSettings) -> Recogniser:
    """The model of the folder, on the processor.

    Raises:
        InvalidInput: the package is missing, or the folder holds no model that it can load.
    """
    try:
        funasr = importlib.import_module("funasr")
    except ImportError:
        raise InvalidInput(
            "The package funasr is not installed.",
            next_step="Run pip install funasr torch torchaudio, or set ZHIYIN_RECOGNISER to sherpa-onnx.",
            field="ZHIYIN_RECOGNISER",
        ) from None
    try:
        model = funasr.AutoModel(
            model=str(folder), device="cpu", ncpu=settings.n_threads, disable_update=True, disable_pbar=True
        )
    except Exception as error:  # noqa: BLE001 - whatever its many parts raise, the folder is not usable
        raise InvalidInput(
            f"FunASR cannot load the model ({type(error).__name__}).",
            next_step="Set ZHIYIN_RECOGNISER_MODEL to a folder with model.pt and config.yaml.",
            field="ZHIYIN_RECOGNISER_MODEL",
        ) from None
    return _FunAsr(model)


register("funasr", load)
