"""Commands over files understand by the model that the home has chosen."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

SAID = "这家店炸裂了\n"
SHELVE = """
from zhiyin.cli.startup import start_django
home = start_django()
from zhiyin.listen.models import TrainedModel
from zhiyin.understand.adaptation import Example, fit, prepare
from zhiyin.understand.adapted_files import save_adaptation
from zhiyin.understand.polarity import load_polarity
from zhiyin.understand.taxonomy import load_taxonomy
base, taxonomy = load_polarity(), load_taxonomy("general")
said = ("这家店炸裂了", "昨天去吃的，炸裂", "整个就是炸裂", "两个字，炸裂")
ready = prepare(base, [Example(text=text, label="positive", taxonomy=taxonomy, weight=4.0) for text in said])
version = f"{base.version}+c.20261122.1"
file = save_adaptation(fit(base, ready, version=version), home.models / f"{version}.npz")
TrainedModel.objects.create(
    version=version, base_version=base.version, file_name=file.path.name, sha256=file.sha256,
    n_corrections=4, last_correction=0,
)
print(version)
"""


@pytest.fixture
def shelved(environment) -> str:
    """A trained model in the home, not yet in use."""
    done = subprocess.run(
        [sys.executable, "-c", SHELVE], env=environment, capture_output=True, check=True, text=True
    )
    return done.stdout.strip()


def _model(result) -> str:
    assert result.returncode == 0, result.stderr.decode()
    version: str = json.loads(result.stdout.splitlines()[0])["model"]["model"]
    return version


def test_analyze_takes_the_model_in_use_and_goes_back_with_it(zhiyin, shelved):
    shipped = _model(zhiyin("analyze", stdin=SAID))
    assert shipped != shelved
    assert zhiyin("models", "use", shelved).returncode == 0
    assert _model(zhiyin("analyze", stdin=SAID)).startswith(shelved)
    assert zhiyin("models", "use", "shipped").returncode == 0
    assert _model(zhiyin("analyze", stdin=SAID)) == shipped


def test_analyze_makes_no_home(zhiyin, never_started):
    assert zhiyin("analyze", stdin=SAID).returncode == 0
    assert not never_started.exists()
