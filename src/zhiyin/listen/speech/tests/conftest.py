"""A tiny model that hears two tones as two words, and recordings of such tones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

RATE = 16_000
LOW, HIGH = 500.0, 2_600.0
# Mel bins (of 80) in which the two tones lie.
LOW_BINS, HIGH_BINS = slice(14, 19), slice(50, 56)
SILENCE_LOGIT = -4.0


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CTC model of three tokens: blank, 你 for a low tone, 好 for a high one."""
    onnx = pytest.importorskip("onnx", reason="the tiny model is made with onnx")
    folder = tmp_path_factory.mktemp("models") / "tiny-zipformer-ctc"
    folder.mkdir()
    weights = np.zeros((80, 3), np.float32)
    weights[LOW_BINS, 1], weights[HIGH_BINS, 2] = 1 / 5, 1 / 6
    numbers = {"from": 0, "to": 2**31 - 1, "axis": 1, "step": 4, "three": 3, "four": 4}
    constants = {"weights": weights, "bias": np.array([SILENCE_LOGIT, 0, 0], np.float32)}
    constants |= {name: np.array([number], np.int64) for name, number in numbers.items()}
    make = onnx.helper
    nodes = [
        make.make_node("Slice", ["x", "from", "to", "axis", "step"], ["frames"]),
        make.make_node("MatMul", ["frames", "weights"], ["sums"]),
        make.make_node("Add", ["sums", "bias"], ["logits"]),
        make.make_node("LogSoftmax", ["logits"], ["log_probs"], axis=-1),
        make.make_node("Add", ["x_lens", "three"], ["rounded"]),
        make.make_node("Div", ["rounded", "four"], ["log_probs_len"]),
    ]
    floats, ints = onnx.TensorProto.FLOAT, onnx.TensorProto.INT64
    graph = make.make_graph(
        nodes,
        "tiny",
        [
            make.make_tensor_value_info("x", floats, ["N", "T", 80]),
            make.make_tensor_value_info("x_lens", ints, ["N"]),
        ],
        [
            make.make_tensor_value_info("log_probs", floats, ["N", "U", 3]),
            make.make_tensor_value_info("log_probs_len", ints, ["N"]),
        ],
        [onnx.numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = make.make_model(graph, opset_imports=[make.make_opsetid("", 13)])
    model.ir_version = 8
    onnx.save(model, folder / "model.onnx")
    (folder / "tokens.txt").write_text("<blk> 0\n你 1\n好 2\n")
    return folder


@pytest.fixture
def tones() -> Callable[..., npt.NDArray[np.float32]]:
    """Samples of tones and pauses: (frequency or 0, seconds) pairs, with soft edges."""

    def make(*parts: tuple[float, float]) -> npt.NDArray[np.float32]:
        return np.concatenate([_tone(frequency, seconds) for frequency, seconds in parts])

    return make


def _tone(frequency: float, seconds: float) -> npt.NDArray[np.float32]:
    n = int(seconds * RATE)
    if not frequency:
        return np.zeros(n, np.float32)
    edge = np.minimum(np.minimum(np.arange(n), np.arange(n)[::-1]) / (0.02 * RATE), 1.0)
    wave: npt.NDArray[np.float32] = 0.5 * edge * np.sin(2 * np.pi * frequency * np.arange(n) / RATE)
    return wave.astype(np.float32)
