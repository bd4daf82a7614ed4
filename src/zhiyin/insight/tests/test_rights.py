"""What was written down of a person's voices goes with the person; the figures stay."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from zhiyin.customers.rights.holders import Person
from zhiyin.insight.models import Message, MessageFile, Signal, SubjectReport
from zhiyin.insight.rights import erase_from_told, without_voices

NOW = datetime(2026, 11, 22, tzinfo=UTC)
MINE, OTHER = "0197f000-0000-7000-8000-000000000001", "0197f000-0000-7000-8000-000000000002"
PERSON = Person(keys=("0" * 32,), feedback_ids=(MINE,))


def test_quotes_and_examples_go_from_lists_and_figures_stay() -> None:
    before = {
        "n": 2,
        "urgent": [{"feedback_id": MINE, "text": "我的话"}, {"feedback_id": OTHER, "text": "别人的话"}],
        "examples": [MINE, OTHER],
        "lines": [{"html": f'<a href="/voices/{MINE}/">我的话</a>'}, {"html": "没有人"}],
        "nested": {"subjects": [{"name": "排队", "examples": [MINE]}]},
    }
    assert without_voices(before, ids={MINE}) == {
        "n": 2,
        "urgent": [{"feedback_id": OTHER, "text": "别人的话"}],
        "examples": [OTHER],
        "lines": [{"html": "没有人"}],
        "nested": {"subjects": [{"name": "排队", "examples": []}]},
    }


@pytest.mark.django_db
def test_messages_subjects_and_signals_forget_the_voice() -> None:
    mine = Message.objects.create(
        key=f"signal:word:{MINE}", title="我的话", text="我的话", path=f"/voices/{MINE}/", created_at=NOW
    )
    MessageFile.objects.create(message=mine, name="a.pdf", content_type="application/pdf", content=b"1")
    other = Message.objects.create(key="other", title="别人的话", text="别人的话", created_at=NOW)
    SubjectReport.objects.create(found={"subjects": [{"name": "排队", "examples": [MINE]}]}, made_at=NOW)
    Signal.objects.create(key=f"word:{MINE}", kind="word", level=2, at=NOW, feedback_id=MINE)
    assert erase_from_told(PERSON) == 3
    mine.refresh_from_db()
    other.refresh_from_db()
    assert "我的话" not in f"{mine.title}{mine.text}"
    assert MINE not in f"{mine.key}{mine.path}"
    assert other.text == "别人的话"
    assert not MessageFile.objects.exists()
    assert SubjectReport.objects.get().found == {"subjects": [{"name": "排队", "examples": []}]}
    signal = Signal.objects.get()
    assert MINE not in f"{signal.key}{signal.feedback_id}"
    assert erase_from_told(PERSON) == 0, "a second time changes nothing"
