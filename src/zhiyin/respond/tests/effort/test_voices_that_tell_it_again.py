"""Voices and conversations that bring what a case holds already."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from zhiyin.respond.models import Effort
from zhiyin.respond.services import add_voice

# Voices are taken in by threads of their own.
pytestmark = pytest.mark.django_db(transaction=True)
_TOLD = "昨天晚上开始断网，光猫闪红灯，序列号 ZTE12345A99。"


def test_a_voice_that_joins_and_tells_it_again_counts_and_one_about_something_else_does_not(
    shop, make_case, hear, look
) -> None:
    then = timezone.now() - timedelta(hours=1)
    case = make_case(feedback_id=hear(_TOLD, at=then))
    add_voice(case, feedback_id=hear("你好，序列号ZTE12345A99的光猫闪红灯，昨天晚上断网的"), by=shop.by_agent)
    add_voice(case, feedback_id=hear("另外，你们营业厅的座位真舒服"), by=shop.by_agent)
    look()
    # The voice that the case began with had nobody before it, and is no conversation.
    assert sorted(Effort.objects.values_list("n_told_again", flat=True)) == [0, 2]


def test_a_conversation_brings_what_was_asked_and_told_twice_within_it(shop, make_case, hear, look) -> None:
    call = hear(
        "C 我的宽带断网了，单号是20260613001，昨天晚上开始的",
        "S 您好，请问您的单号是多少？",
        "C 刚才说过了，单号是20260613001，宽带断网了，昨天晚上开始的",
        "S 好的，正在为您查询",
    )
    make_case(feedback_id=call)
    look()
    effort = Effort.objects.get()
    assert effort.n_asked_again >= 1
    assert effort.n_told_again >= 1
    assert effort.account is None
