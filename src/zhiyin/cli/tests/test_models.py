"""Learning at the command line: train, compare, use, go back; in real processes."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

WORD = "炸裂"
SAID = ["这家店{}了", "昨天去吃的，{}", "他家的面{}了", "新出的口味真的{}", "{}，姐妹们", "老婆说这锅汤{}了"]
CORRECT = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "zhiyin.config.settings"
import django
django.setup()
from django.conf import settings
from zhiyin.engine import open_engine
from zhiyin.listen.services.corrections import Correction, Seen, correct_labels
from zhiyin.people.actors import SYSTEM
from zhiyin.people.scope import EVERYTHING
engine = open_engine(settings.HOME)
with engine.lake.connect("feedback") as lake:
    ids = [one for one, in lake.execute("SELECT feedback_id FROM feedback WHERE is_current").fetchall()]
for one in sorted(ids)[:5]:
    correction = Correction(seen=Seen(revision=1, n_changes=0), sentiment="positive", is_confirmed=True)
    correct_labels(engine, feedback_id=one, scope=EVERYTHING, correction=correction, by=SYSTEM)
"""


@pytest.fixture
def house(zhiyin, tmp_path, environment):
    """A home with six voices in a new word, five of them judged by people."""

    lines = ["id,text", *(f"{n},{text.format(WORD)}" for n, text in enumerate(SAID))]
    (tmp_path / "voices.csv").write_text("\n".join(lines), encoding="utf-8")
    taken = zhiyin("import", "voices.csv", "--yes")
    assert taken.returncode == 0, taken.stderr.decode()
    subprocess.run([sys.executable, "-c", CORRECT], env=environment, cwd=tmp_path, check=True)
    return zhiyin


def list_models(zhiyin):
    return json.loads(zhiyin("models", "list", "--json").stdout)


def test_without_corrections_there_is_nothing_to_train(zhiyin):
    told = zhiyin("train")
    assert told.returncode != 0
    assert b"There is nothing to learn from yet." in told.stderr
    assert "还没有可以学习的更正" in zhiyin("train", ZHIYIN_LANGUAGE="zh").stderr.decode()
    [shipped] = list_models(zhiyin)
    assert (shipped["state"], shipped["corrections"]) == ("in_use", 0)
    back = zhiyin("models", "back")
    assert back.returncode != 0
    assert b"nothing to go back to" in back.stderr


@pytest.mark.slow
def test_a_candidate_is_trained_used_and_gone_back_from(house):
    trained = house("train")
    assert trained.returncode == 0, trained.stderr.decode()
    told = trained.stdout.decode()
    assert "corrected" in told
    assert "written" in told
    assert "Of the last 1 voices" in told
    candidate, shipped = list_models(house)
    assert (candidate["state"], candidate["corrections"]) == ("candidate", 5)
    assert shipped["state"] == "in_use"
    assert candidate["version"] in trained.stderr.decode()
    assert house("models", "use", candidate["version"]).returncode == 0
    assert [one["state"] for one in list_models(house)] == ["in_use", "past"]
    assert house("models", "list").stdout.decode().startswith(f"● {candidate['version']}")
    again = house("models", "use", candidate["version"], ZHIYIN_LANGUAGE="zh")
    assert again.returncode != 0
    assert "已经在使用" in again.stderr.decode()
    assert house("models", "use", "no-such-model").returncode != 0
    assert shipped["version"].encode() in house("models", "back").stderr
    assert [one["state"] for one in list_models(house)] == ["past", "in_use"]


@pytest.mark.slow
def test_yes_puts_the_candidate_into_use_at_once(house):
    trained = house("train", "--yes", ZHIYIN_LANGUAGE="zh")
    assert trained.returncode == 0, trained.stderr.decode()
    assert "今后按" in trained.stderr.decode()
    assert [one["state"] for one in list_models(house)] == ["in_use", "past"]
