"""A recording goes through an import to a conversation in the lake; progress shows, and cancelling works."""

from __future__ import annotations

import numpy as np
import pytest

from zhiyin.engine import open_engine
from zhiyin.engine.home import Home
from zhiyin.listen.models import ImportJob
from zhiyin.listen.pipeline.analysis import Analysis
from zhiyin.listen.pipeline.pipeline import Pipeline
from zhiyin.listen.services.imports import ImportRequest, preview_import, run_import
from zhiyin.listen.services.intake import Intake
from zhiyin.understand.analyser import Analyser

soundfile = pytest.importorskip("soundfile", reason="soundfile decodes the recordings")
pytest.importorskip("sherpa_onnx", reason="sherpa-onnx recognises them")

pytestmark = pytest.mark.django_db
RATE, LOW, HIGH = 16_000, 500.0, 2_600.0


@pytest.fixture
def engine(tmp_path):
    opened = open_engine(Home(tmp_path / "home"))
    yield opened
    opened.close()


@pytest.fixture
def recording(tmp_path, tones, tiny_model, monkeypatch):
    """A stereo call of two minutes, staff low on the left, the customer high on the right."""
    monkeypatch.setenv("ZHIYIN_RECOGNISER", "sherpa-onnx")
    monkeypatch.setenv("ZHIYIN_RECOGNISER_MODEL", str(tiny_model))
    left = tones(*[(LOW, 0.4), (0, 5.6)] * 20)
    right = tones(*[(0, 3), (HIGH, 0.4), (0, 2.6)] * 20)
    path = tmp_path / "call.wav"
    soundfile.write(path, np.stack([left, right], axis=1), RATE)
    return path


def test_a_recording_is_imported_once_as_a_conversation(recording, engine):
    intake = Intake(engine.log, engine.vault)
    seen = []
    for _ in range(2):
        report = run_import(recording, intake=intake, home=engine.home, on_progress=seen.append)
        Pipeline(engine, Analysis(lambda: Analyser().analyse_batch)).drain()
    assert (report.n_rows, report.n_accepted + report.n_unchanged) == (1, 1)
    with engine.lake.connect("feedback") as connection:
        ((n_turns, share, is_timed),) = connection.execute(
            "SELECT n_turns, conversation.customer_share, conversation.is_timed FROM feedback"
        ).fetchall()
    assert (n_turns, is_timed) == (40, True)
    assert share == pytest.approx(0.5, abs=0.05)
    assert ImportJob.objects.latest("pk").share_read == 1.0


def test_a_look_at_a_long_recording_hears_its_beginning_only(recording):
    preview = preview_import(recording, request=ImportRequest())
    assert 5 <= len(preview.tables[0].items[0].turns) < 15


def test_a_cancelled_import_stops_between_pieces(recording, engine, monkeypatch):
    monkeypatch.setattr("zhiyin.listen.services.imports.delivery._SAVE_SECONDS", 0.0)
    intake = Intake(engine.log, engine.vault)

    def cancel(_progress):
        ImportJob.objects.update(status=ImportJob.Status.CANCELLED)

    report = run_import(recording, intake=intake, home=engine.home, on_progress=cancel)
    assert (report.status, report.n_accepted) == ("cancelled", 0)
