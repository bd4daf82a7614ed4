"""Adapted models as files: they read as they did, and one that is damaged leads to the shipped model."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from zhiyin.errors import InvalidInput
from zhiyin.understand.adaptation import Example, fit, prepare
from zhiyin.understand.adapted import apply
from zhiyin.understand.adapted_files import open_model, open_or_shipped, save_adaptation
from zhiyin.understand.batches import make_batch_function
from zhiyin.understand.polarity import load_polarity
from zhiyin.understand.taxonomy import load_taxonomy

SAID = ["这家店夯爆了", "昨天去吃的，夯爆", "他家的面夯爆了", "夯爆，姐妹们", "奶茶夯爆", "早餐夯爆，真的"]


@pytest.fixture(scope="module")
def taught():
    base, taxonomy = load_polarity(), load_taxonomy("general")
    lessons = [Example(text=text, label="positive", taxonomy=taxonomy, weight=8.0) for text in SAID]
    return fit(base, prepare(base, lessons), version="polarity-x+c.1")


def test_a_saved_model_reads_as_it_did_and_names_itself_in_the_facts(taught, tmp_path):
    file = save_adaptation(taught, tmp_path / "models" / "x.npz")
    model = open_model(file)
    assert np.array_equal(model.taught.weights, taught.taught.weights)
    assert model.taught.scale == taught.taught.scale
    assert file.path.stat().st_size < 2_000_000
    batch = pa.RecordBatch.from_pydict({"text": pa.array(["店里的小菜夯爆了"])})
    [said] = make_batch_function(taxonomy="general", model=file)(batch).to_pylist()
    assert said["sentiment"]["label"] == "positive"
    assert said["sentiment"]["score"] > 0
    assert "polarity-x+c.1" in str(said["model"])


@pytest.mark.parametrize("harm", ["gone", "cut", "other"])
def test_a_file_that_is_damaged_leads_to_the_shipped_model(taught, tmp_path, harm):
    file = save_adaptation(taught, tmp_path / f"{harm}.npz")
    if harm == "gone":
        file.path.unlink()
    elif harm == "cut":
        file.path.write_bytes(file.path.read_bytes()[:-40])
    else:
        file.path.write_bytes(b"something else")
    with pytest.raises(InvalidInput, match="missing or damaged"):
        open_model(file)
    assert open_or_shipped(file) is load_polarity()


def test_what_builds_upon_another_model_is_refused(taught):
    with pytest.raises(InvalidInput, match="builds upon"):
        apply(replace(load_polarity(), bias=0.5), taught)
