"""The installation's taxonomy: chosen once, kept with its text, overruled by the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from zhiyin.errors import InvalidInput
from zhiyin.listen.services.taxonomy import choose_taxonomy, get_taxonomy, has_chosen_taxonomy
from zhiyin.people.models import AuditEvent

pytestmark = pytest.mark.django_db

OWN = """
name: own
version: 3
aspects:
  - {id: pickup, zh: 取餐, en: Pick-up, terms: [取餐], negative: [叫号没人应]}
"""


@pytest.fixture(autouse=True)
def no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ZHIYIN_TAXONOMY", raising=False)


def test_general_is_used_until_somebody_chooses() -> None:
    assert not has_chosen_taxonomy()
    assert get_taxonomy().taxonomy.name == "general"


def test_a_choice_stays_and_is_audited() -> None:
    choose_taxonomy("restaurant")
    choose_taxonomy("telecom")
    assert has_chosen_taxonomy()
    assert get_taxonomy().taxonomy.name == "telecom"
    assert AuditEvent.objects.filter(action="taxonomy.chosen").count() == 2


def test_the_text_of_a_file_is_kept_when_the_file_is_gone(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(OWN, encoding="utf-8")
    choose_taxonomy(str(file))
    file.unlink()
    chosen = get_taxonomy().taxonomy
    assert (chosen.label, chosen.names("en")) == ("own@3", {"pickup": "Pick-up"})


def test_an_unusable_one_changes_nothing(tmp_path: Path) -> None:
    choose_taxonomy("retail")
    (tmp_path / "bad.yaml").write_text("name: [", encoding="utf-8")
    for name in ("nowhere", str(tmp_path / "bad.yaml")):
        with pytest.raises(InvalidInput):
            choose_taxonomy(name)
    assert get_taxonomy().taxonomy.name == "retail"


def test_the_environment_stands_above_the_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    choose_taxonomy("retail")
    monkeypatch.setenv("ZHIYIN_TAXONOMY", "cars")
    assert get_taxonomy().taxonomy.name == "cars"
