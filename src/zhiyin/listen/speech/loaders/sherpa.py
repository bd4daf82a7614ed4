"""sherpa-onnx: any of its offline models, known by the files of the folder."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zhiyin.errors import InvalidInput
from zhiyin.listen.speech.model_check import loads
from zhiyin.listen.speech.recognisers import INSTALL, Recogniser, Samples, register
from zhiyin.listen.speech.settings import SpeechSettings

# The class methods of `sherpa_onnx.OfflineRecognizer` by kind, and their arguments for the files of a model.
# In order: a folder's kind is the first whose name stands in the folder's or a file's name.
_KINDS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "sense_voice": ("from_sense_voice", {"model": "model"}),
    "paraformer": ("from_paraformer", {"paraformer": "model"}),
    "fire_red_asr": ("from_fire_red_asr", {"encoder": "encoder", "decoder": "decoder"}),
    "whisper": ("from_whisper", {"encoder": "encoder", "decoder": "decoder"}),
    "dolphin": ("from_dolphin_ctc", {"model": "model"}),
    "zipformer_ctc": ("from_zipformer_ctc", {"model": "model"}),
    "telespeech": ("from_telespeech_ctc", {"model": "model"}),
    "nemo_ctc": ("from_nemo_ctc", {"model": "model"}),
    "wenet_ctc": ("from_wenet_ctc", {"model": "model"}),
    "transducer": ("from_transducer", {"encoder": "encoder", "decoder": "decoder", "joiner": "joiner"}),
}
_ALIASES = {
    "sense_voice": ("sense-voice", "sensevoice", "sense_voice"),
    "fire_red_asr": ("fire-red", "fire_red"),
    "zipformer_ctc": ("zipformer-ctc", "zipformer_ctc"),
    "nemo_ctc": ("nemo-ctc", "nemo_ctc"),
    "wenet_ctc": ("wenet",),
}


@dataclass(frozen=True, slots=True)
class _Sherpa:
    """A loaded model."""

    model: Any  # sherpa-onnx has no types

    def recognise(self, samples: Samples, *, sample_rate: int) -> str:
        stream = self.model.create_stream()
        stream.accept_waveform(sample_rate, samples)
        self.model.decode_stream(stream)
        return str(stream.result.text).strip()


def load(folder: Path, settings: SpeechSettings) -> Recogniser:
    """The model of the folder: `tokens.txt`, and `*.onnx` (those with `int8` in their name first).

    Raises:
        InvalidInput: the package is missing, or the folder holds no model that it can load.
    """
    try:
        sherpa = importlib.import_module("sherpa_onnx")
    except ImportError:
        raise InvalidInput(
            "The package sherpa-onnx is not installed.",
            next_step=f"Run {INSTALL}.",
            field="ZHIYIN_RECOGNISER",
        ) from None
    kind = settings.kind if settings.kind != "auto" else find_kind(folder)
    if kind not in _KINDS:
        raise _unusable(f"The kind “{kind}” of model is not known.")
    method, arguments = _KINDS[kind]
    files = {name: str(_find(folder, part)) for name, part in arguments.items()}
    files["tokens"] = str(_find(folder, "tokens"))
    if not loads(method, files):
        raise _unusable(f"sherpa-onnx cannot load the model as {kind}.")
    model = getattr(sherpa.OfflineRecognizer, method)(num_threads=settings.n_threads, **files)
    return _Sherpa(model)


def find_kind(folder: Path) -> str:
    """The kind of model by names: of the folder, then of its files; `transducer` by its joiner.

    Raises:
        InvalidInput: nothing tells.
    """
    names = " ".join([folder.name, *(path.name for path in sorted(folder.iterdir()))]).lower()
    if "joiner" in names:
        return "transducer"
    for kind in _KINDS:
        if any(alias in names for alias in _ALIASES.get(kind, (kind,))):
            return kind
    raise _unusable("Nothing in the names of the model's folder and files tells its kind.")


def _find(folder: Path, part: str) -> Path:
    suffix = ".txt" if part == "tokens" else ".onnx"
    found = [path for path in sorted(folder.iterdir()) if part in path.name.lower() and path.suffix == suffix]
    if not found and part == "model":
        found = sorted(folder.glob("*.onnx"))
    if not found:
        raise _unusable(f"The model's folder has no file *{part}*{suffix}.")
    return min(found, key=lambda path: ("int8" not in path.name, path.name))


def _unusable(what: str) -> InvalidInput:
    return InvalidInput(
        what,
        next_step=f"Set ZHIYIN_RECOGNISER_MODEL to a folder with a model of sherpa-onnx, and"
        f" ZHIYIN_RECOGNISER_KIND to one of {', '.join(_KINDS)}.",
        field="ZHIYIN_RECOGNISER_MODEL",
    )


register("sherpa-onnx", load)
