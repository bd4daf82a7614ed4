"""Loads a model in a process of its own: `python -m zhiyin.listen.speech.model_check METHOD ARGUMENTS`.

What sherpa-onnx finds wrong in some models ends the process instead of raising.
"""

from __future__ import annotations

import importlib
import json
import subprocess
import sys

_SECONDS = 300


def loads(method: str, arguments: dict[str, str]) -> bool:
    """Whether that class method of `OfflineRecognizer` loads the model with these arguments."""
    command = [sys.executable, "-m", __name__, method, json.dumps(arguments)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)  # noqa: S603 - our own module
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


if __name__ == "__main__":
    recogniser = importlib.import_module("sherpa_onnx").OfflineRecognizer
    getattr(recogniser, sys.argv[1])(**json.loads(sys.argv[2]))
