"""Recordings through a real recogniser with a tiny model: words, speakers, times, progress, refusals."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest

from zhiyin.errors import InvalidInput
from zhiyin.listen.importers.files import open_tables
from zhiyin.listen.speech.recognisers import list_recognisers, open_recogniser
from zhiyin.listen.speech.recordings import transcribe
from zhiyin.listen.speech.settings import SpeechSettings

soundfile = pytest.importorskip("soundfile", reason="soundfile decodes the recordings")
pytest.importorskip("sherpa_onnx", reason="sherpa-onnx recognises them")

RATE, LOW, HIGH = 16_000, 500.0, 2_600.0


@pytest.fixture
def environment(monkeypatch, tiny_model):
    monkeypatch.setenv("ZHIYIN_RECOGNISER", "sherpa-onnx")
    monkeypatch.setenv("ZHIYIN_RECOGNISER_MODEL", str(tiny_model))
    monkeypatch.delenv("ZHIYIN_RECORDING_CHANNELS", raising=False)


def sound(samples, *, form="WAV", rate=RATE):
    stream = io.BytesIO()
    soundfile.write(stream, samples, rate, format=form)
    stream.seek(0)
    return stream


def two_sided(tones):
    left = tones((0, 0.5), (LOW, 0.4), (0, 3.1), (LOW, 0.4), (0, 1))
    right = tones((0, 2), (HIGH, 0.4), (0, 3))
    n = max(len(left), len(right))
    return np.stack([np.pad(one, (0, n - len(one))) for one in (left, right)], axis=1)


def heard(stream, model, *, channels=("staff", "customer")):
    recogniser = open_recogniser(SpeechSettings(recogniser="sherpa-onnx", model=model))
    *_, last = transcribe(stream, recogniser=recogniser, channels=channels)
    return [(turn.label, turn.text, round(turn.start_s or 0, 1)) for turn in last.in_order()]


@pytest.mark.parametrize("form", ["WAV", "FLAC", "OGG", "MP3"])
def test_a_stereo_recording_has_its_speakers_left_and_right(tones, tiny_model, form):
    assert heard(sound(two_sided(tones), form=form), tiny_model) == [
        ("staff", "你", 0.5),
        ("customer", "好", 2.0),
        ("staff", "你", 4.0),
    ]


def test_a_recording_in_one_channel_has_turns_without_speaker(tones, tiny_model):
    samples = tones((0, 0.5), (LOW, 0.4), (0, 1), (HIGH, 0.4), (0, 1))
    assert heard(sound(samples), tiny_model) == [("", "你", 0.5), ("", "好", 1.9)]


def test_two_channels_that_carry_the_same_are_one(tones, tiny_model):
    one = tones((0, 0.5), (LOW, 0.4), (0, 1))
    assert heard(sound(np.stack([one, one], axis=1)), tiny_model) == [("", "你", 0.5)]


def test_another_sample_rate_reads_as_well(tones, tiny_model):
    samples = tones((0, 0.5), (LOW, 0.4), (0, 0.5))[::2]
    assert [text for _, text, _ in heard(sound(samples, rate=8_000), tiny_model)] == ["你"]


def test_a_long_recording_comes_in_pieces_with_progress(tones, tiny_model):
    samples = tones(*[(0, 1), (LOW, 0.4), (0, 1), (HIGH, 0.4)] * 20)
    recogniser = open_recogniser(SpeechSettings(recogniser="sherpa-onnx", model=tiny_model))
    shares = [one.share for one in transcribe(sound(samples), recogniser=recogniser, channels=())]
    assert len(shares) > 3
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_a_recording_is_a_voice_that_stays_the_same(tones, tmp_path: Path, environment):
    path = tmp_path / "call_20260305_142000.wav"
    path.write_bytes(sound(two_sided(tones)).getvalue())
    voices = []
    for _ in range(2):
        with open_tables(path) as tables:
            for table in tables:
                assert (table.is_native, table.is_slow) == (True, True)
                voices += [row[0] for chunk in table.chunks() for row in chunk.rows]
    first, second = voices
    assert first == second
    assert first["occurred_at"] == "2026-03-05T14:20:00+08:00"
    assert [turn["speaker"] for turn in first["turns"]] == ["staff", "customer", "staff"]
    assert "attributes" not in first


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 44_100])
def test_mp3_is_known_at_any_rate(tones, tmp_path: Path, environment, rate):
    path = tmp_path / "call.bin"
    path.write_bytes(sound(tones((LOW, 0.5)), form="MP3", rate=rate).getvalue())
    with open_tables(path) as tables:
        assert next(tables).kind == "recording"


def test_silence_is_a_refused_row(tmp_path: Path, environment):
    path = tmp_path / "silent.wav"
    path.write_bytes(sound(np.zeros(RATE * 2, np.float32)).getvalue())
    with open_tables(path) as tables:
        bad = [row.code for table in tables for chunk in table.chunks() for row in chunk.bad]
    assert bad == ["no_speech"]


@pytest.mark.parametrize("contents", [b"RIFF\x10\x00\x00\x00WAVEjunk", b"ID3\x04junk", b"OggS" + b"\0" * 99])
def test_what_cannot_be_decoded_is_refused_in_a_sentence(contents, tmp_path: Path, environment):
    path = tmp_path / "broken.wav"
    path.write_bytes(contents)
    with open_tables(path) as tables:
        (table,) = tables
        with pytest.raises(InvalidInput, match="cannot be decoded"):
            list(table.chunks())


def test_without_a_recogniser_the_way_out_is_named(tmp_path: Path, tones, monkeypatch):
    monkeypatch.delenv("ZHIYIN_RECOGNISER", raising=False)
    path = tmp_path / "call.wav"
    path.write_bytes(sound(tones((LOW, 0.5))).getvalue())
    with open_tables(path) as tables, pytest.raises(InvalidInput, match="ZHIYIN_RECOGNISER"):
        list(tables)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"recogniser": "other"}, "funasr, sherpa-onnx"),
        ({"recogniser": "sherpa-onnx"}, "ZHIYIN_RECOGNISER_MODEL"),
        ({"recogniser": "sherpa-onnx", "model": Path("/nowhere/at/all")}, "ZHIYIN_RECOGNISER_MODEL"),
        ({"recogniser": "sherpa-onnx", "model": Path(__file__).parent}, "kind"),
        ({"recogniser": "sherpa-onnx", "model": Path(__file__).parent, "kind": "paraformer"}, "model"),
    ],
)
def test_wrong_settings_are_named_with_the_way_out(settings, says):
    with pytest.raises(InvalidInput, match=says):
        open_recogniser(SpeechSettings(**settings))


def test_a_recogniser_whose_package_is_missing_says_how_to_install_it(tiny_model):
    assert list_recognisers() == ("funasr", "sherpa-onnx")
    try:
        import funasr  # noqa: F401
    except ImportError:
        with pytest.raises(InvalidInput, match="pip install funasr"):
            open_recogniser(SpeechSettings(recogniser="funasr", model=tiny_model))


def test_a_model_without_one_of_its_files_is_named(tmp_path: Path):
    (tmp_path / "tokens.txt").write_text("a 0\n")
    (tmp_path / "joiner.onnx").write_bytes(b"none")
    with pytest.raises(InvalidInput, match="has no file"):
        open_recogniser(SpeechSettings(recogniser="sherpa-onnx", model=tmp_path))


@pytest.mark.parametrize("kind", ["zipformer_ctc", "sense_voice"])
def test_a_model_that_ends_the_process_ends_only_the_one_that_tries_it(tmp_path: Path, tiny_model, kind):
    # sherpa-onnx raises for bytes that are no model, and exits for a model of another kind.
    for name in ("tokens.txt", "model.onnx"):
        (tmp_path / name).write_bytes((tiny_model / name).read_bytes())
    if kind == "zipformer_ctc":
        (tmp_path / "model.onnx").write_bytes(b"junk" * 100)
    with pytest.raises(InvalidInput, match="cannot load"):
        open_recogniser(SpeechSettings(recogniser="sherpa-onnx", model=tmp_path, kind=kind))
