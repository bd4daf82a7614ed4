"""Single texts are understood by the model in use, also right after another was chosen."""

from __future__ import annotations

import pytest

from zhiyin.listen.models import TrainedModel
from zhiyin.listen.services.learning import SHIPPED, get_analyser, use_model
from zhiyin.understand.adaptation import Example, fit, prepare
from zhiyin.understand.adapted_files import save_adaptation
from zhiyin.understand.polarity import load_polarity
from zhiyin.understand.taxonomy import load_taxonomy

pytestmark = pytest.mark.django_db

SAID = ("这家店炸裂了", "昨天去吃的，炸裂", "整个就是炸裂", "两个字，炸裂")


@pytest.fixture
def shelved(engine, settings) -> str:
    """A trained model in the home, not yet in use."""
    settings.HOME = engine.home
    base, taxonomy = load_polarity(), load_taxonomy("general")
    examples = [Example(text=text, label="positive", taxonomy=taxonomy, weight=4.0) for text in SAID]
    version = f"{base.version}+c.20261122.1"
    adaptation = fit(base, prepare(base, examples), version=version)
    file = save_adaptation(adaptation, engine.home.models / f"{version}.npz")
    TrainedModel.objects.create(
        version=version,
        base_version=base.version,
        file_name=file.path.name,
        sha256=file.sha256,
        n_corrections=len(SAID),
        last_correction=0,
    )
    return version


def _version() -> str:
    return get_analyser().analyse("菜好吃").model.model


def test_the_analyser_of_single_texts_follows_the_model_in_use(shelved):
    shipped = _version()
    use_model(shelved)
    assert _version().startswith(shelved)
    use_model(SHIPPED)
    assert _version() == shipped


def test_the_analyser_is_kept_as_long_as_its_model_is_in_use(shelved):
    first = get_analyser()
    assert get_analyser() is first
    use_model(shelved)
    assert get_analyser() is not first


def test_the_house_own_numbers_are_masked(shelved, settings):
    settings.PRIVATE_PATTERNS = ("QX########",)
    use_model(shelved)
    assert "QX12345678" not in get_analyser().analyse("订单QX12345678还没到").masked_text
