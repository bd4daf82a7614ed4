from __future__ import annotations

import pytest

from zhiyin.errors import InvalidInput, NotFound
from zhiyin.listen.items import AuthorIn, IdentityIn, TurnIn
from zhiyin.listen.pipeline.erasure import erase_person
from zhiyin.listen.queries import get_feedback
from zhiyin.listen.queries.turns import list_turns
from zhiyin.listen.services.reveal import reveal_original
from zhiyin.people.actors import SYSTEM
from zhiyin.people.models import AuditEvent
from zhiyin.people.scope import EVERYTHING, NOTHING

pytestmark = pytest.mark.django_db

PHONE = "13812345678"
AUTHOR = AuthorIn(name="陈思远", identities=[IdentityIn(type="phone", value=PHONE)])
TURNS = [
    TurnIn(speaker="staff", text=f"请问是{PHONE}的陈思远吗", start_seconds=1.0),
    TurnIn(speaker="customer", text=f"对，{PHONE}，退款太慢了", start_seconds=4.5),
    TurnIn(speaker="robot", text="请稍候"),
    TurnIn(speaker="customer", text="客服态度差"),
]


@pytest.fixture
def voice(receive, said, pipeline, query):
    def take(**fields):
        receive(said("1", author=AUTHOR, **fields))
        pipeline.drain()
        return query("SELECT feedback_id FROM feedback")[0][0]

    return take


def test_the_original_words_are_shown_and_the_trail_knows_why(voice, engine):
    text = f"打我电话{PHONE}，菜好吃"
    feedback_id = voice(text=text)
    assert PHONE not in get_feedback(engine.lake, feedback_id=feedback_id, scope=EVERYTHING).feedback.text
    shown = reveal_original(
        engine, feedback_id=feedback_id, scope=EVERYTHING, reason=f"回电给{PHONE}", by=SYSTEM
    )
    assert shown.text == text
    [event] = AuditEvent.objects.all()
    assert (event.action, event.target_id) == ("verbatim.revealed", feedback_id)
    assert "回电" in event.details
    assert PHONE not in event.details


@pytest.mark.parametrize("reason", ["", "   ", "x"])
def test_without_a_reason_nothing_is_shown(voice, engine, reason):
    with pytest.raises(InvalidInput):
        reveal_original(engine, feedback_id=voice(text="菜好吃"), scope=EVERYTHING, reason=reason, by=SYSTEM)
    assert not AuditEvent.objects.exists()


def test_the_words_of_another_unit_are_not_there(voice, engine):
    with pytest.raises(NotFound):
        reveal_original(
            engine, feedback_id=voice(text="菜好吃"), scope=NOTHING, reason="回电话给客户", by=SYSTEM
        )
    assert not AuditEvent.objects.exists()


def test_erased_words_are_shown_to_nobody(voice, engine, pipeline):
    feedback_id = voice(text="菜好吃")
    erase_person(engine, pipeline, feedback_ids=[feedback_id])
    with pytest.raises(NotFound):
        reveal_original(engine, feedback_id=feedback_id, scope=EVERYTHING, reason="回电话给客户", by=SYSTEM)


@pytest.mark.parametrize("opening", ["", "电话记录"])
def test_a_conversation_is_read_turn_by_turn_and_masked(voice, engine, opening):
    feedback_id = voice(text=opening, turns=TURNS)
    detail = get_feedback(engine.lake, feedback_id=feedback_id, scope=EVERYTHING)
    turns = list_turns(engine, detail)
    assert [turn.speaker for turn in turns] == ["staff", "customer", "robot", "customer"]
    assert PHONE not in str(turns)
    assert "陈思远" not in str(turns)
    assert turns[1].text.endswith("退款太慢了")
    assert (turns[2].text, turns[3].text, turns[1].at_seconds) == ("请稍候", "客服态度差", 4.5)
    for turn in turns[1::2]:
        assert turn.start is not None
        assert detail.feedback.text[turn.start : turn.start + len(turn.text)] == turn.text


def test_a_voice_without_turns_has_none(voice, engine):
    detail = get_feedback(engine.lake, feedback_id=voice(text="菜好吃"), scope=EVERYTHING)
    assert list_turns(engine, detail) == []
