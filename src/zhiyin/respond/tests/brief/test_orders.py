"""The brief names the order by its record; its number is shown to who may see it and says why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from zhiyin.engine import Engine
from zhiyin.listen.items import FeedbackIn, UnitIn
from zhiyin.listen.pipeline.analysis import Analysis
from zhiyin.listen.pipeline.pipeline import Pipeline
from zhiyin.listen.records.items import PurchaseIn
from zhiyin.listen.records.kinds import KINDS
from zhiyin.listen.records.taking import take_records
from zhiyin.listen.services.intake import Intake
from zhiyin.people.models import AuditEvent
from zhiyin.respond.models import Case
from zhiyin.respond.services import transfer_case
from zhiyin.understand.analyser import Analyser

pytestmark = pytest.mark.django_db
_NUMBER = "TS20261120000123"


@pytest.fixture
def ordered(lake: Engine, shop: Any, make_case: Any, analyser: Analyser) -> Callable[..., Case]:
    """A case about a voice that names an order of the store, which was recorded."""

    def make(*, is_recorded: bool = True) -> Case:
        now = timezone.now()
        if is_recorded:
            bought = PurchaseIn(
                external_id=_NUMBER,
                order_id=_NUMBER,
                ordered_at=now - timedelta(days=2),
                unit=UnitIn(code="n1"),
                product="桂花乌龙",
                amount=18.0,
            )
            take_records([bought], kind=KINDS["purchases"], source="pos", engine=lake)
        words = f"订单号 {_NUMBER}，等了一个小时，杯子还是漏的。"
        item = FeedbackIn(
            external_id="1", text=words, order_id=_NUMBER, occurred_at=now, unit=UnitIn(code="n1")
        )
        intake = Intake(lake.log, lake.vault)
        (receipt,) = intake.receive([item], source="shop", connector="test", connector_version="1")
        Pipeline(lake, Analysis(lambda: analyser.analyse_batch)).drain()
        case: Case = make_case(feedback_id=receipt.id)
        return case

    return make


def test_the_order_is_told_by_its_record_and_not_by_its_number(ordered, shop, enter) -> None:
    page = enter(shop.agent).get(reverse("case_brief", args=[ordered().number])).content.decode()
    assert "桂花乌龙" in page
    assert "18" in page
    assert _NUMBER not in page


def test_who_gets_the_case_at_another_store_sees_the_order_too(ordered, shop, enter) -> None:
    case = ordered()
    transfer_case(case, to=None, summary="属于广州店", unit=shop.far_store, by=shop.by_agent)
    page = enter(shop.stranger).get(reverse("case_brief", args=[case.number])).content.decode()
    assert "桂花乌龙" in page
    shown = enter(shop.stranger).get(reverse("case", args=[case.number])).content.decode()
    assert "case-voice-head" in shown
    assert "Open the voice" not in shown


def test_who_may_sees_the_number_once_with_a_reason(ordered, shop, enter) -> None:
    case = ordered(is_recorded=False)
    url, client = reverse("case_order_numbers", args=[case.number]), enter(shop.owner)
    assert "no record for you" in client.get(reverse("case_brief", args=[case.number])).content.decode()
    assert client.post(url, {"why_order": " "}).status_code == 422
    assert not AuditEvent.objects.filter(action="case.orders_revealed").exists()
    shown = client.post(url, {"why_order": "ring the kitchen"})
    assert _NUMBER in shown.content.decode()
    assert shown["Cache-Control"] == "no-store"
    assert AuditEvent.objects.get(action="case.orders_revealed").target_id == case.number
    assert enter(shop.stranger).post(url, {"why_order": "x y"}).status_code in (403, 404)
