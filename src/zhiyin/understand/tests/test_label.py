"""A stored label tells by which model, word lists and rules it was given, and nothing else."""

import re
import shutil
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from zhiyin.understand import Analyser
from zhiyin.understand.explanation import explain
from zhiyin.understand.label import digest_lists, model_label
from zhiyin.understand.polarity import load_polarity


@pytest.fixture
def room(tmp_path):
    """A copy of the word lists and models."""
    for folder in ("data/lexicon", "data/text", "models"):
        shutil.copytree(Path(str(files("zhiyin.understand") / folder)), tmp_path / folder)
    return tmp_path


def test_it_names_the_model_and_a_digest():
    assert re.fullmatch(r"polarity-x@[0-9a-f]{8}", model_label("polarity-x"))


def test_answers_and_reasons_bear_the_same_label():
    label = model_label(load_polarity().version)
    assert Analyser().analyse("菜好吃").model.model == label
    assert explain("菜好吃").model == label


def test_a_copy_has_the_digest_of_the_original(room):
    assert model_label("x") == f"x@{digest_lists(room)}"


@pytest.mark.parametrize("name", ["data/lexicon/opinions.yaml", "data/text/folding.tsv"])
def test_a_word_more_gives_another_digest(room, name):
    before = digest_lists(room)
    with (room / name).open("a", encoding="utf-8") as file:
        file.write("\n# more\n")
    assert digest_lists(room) != before


def test_another_model_beside_it_gives_another_digest(room):
    before = digest_lists(room)
    np.savez_compressed(room / "models" / "aspect_cues.npz", about=np.array("other"))
    assert digest_lists(room) != before


def test_what_decides_nothing_changes_nothing(room):
    before = digest_lists(room)
    (room / "models" / "NOTES.md").write_text("a note", encoding="utf-8")
    (room / "data" / "other.tsv").write_text("a\tb", encoding="utf-8")
    assert digest_lists(room) == before
