"""Lift by order: finds the planted courier, says what is no difference, keeps to the asker's scope."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.conf import settings

from zhiyin.engine import open_engine
from zhiyin.listen.items import FeedbackIn, UnitIn
from zhiyin.listen.records.items import PurchaseIn
from zhiyin.listen.records.kinds import KINDS
from zhiyin.listen.records.taking import take_records

GOOD, BAD = "味道很好吃，服务员态度很好", "送餐太慢了，等了一个小时，很生气"


def _order(number, *, at, unit, courier, minutes=20):
    return PurchaseIn(
        external_id=f"o{number}",
        order_id=f"ORDER-{number}",
        ordered_at=at,
        delivered_at=at + timedelta(minutes=minutes),
        unit=UnitIn(code=unit),
        courier=courier,
        shift="早班" if number // 4 % 2 else "晚班",
        product="奶茶" if number % 3 else "果茶",
    )


@pytest.fixture
def delivered_company(company):
    """240 voices of two stores with their orders: courier 7 in n1 makes two of three people unhappy."""
    now = datetime.now(UTC)
    voices, orders = [], []
    for number in range(240):
        is_bad_courier = number % 4 == 0
        is_unhappy = number % 12 != 8 if is_bad_courier else number % 12 == 1
        unit = "n1" if is_bad_courier or number % 4 == 2 else "s1"
        at = now - timedelta(days=2, minutes=number)
        voices.append(
            FeedbackIn(
                external_id=f"v{number}",
                text=f"{BAD if is_unhappy else GOOD}，第{number}单",
                occurred_at=at + timedelta(hours=2),
                unit=UnitIn(code=unit),
                order_id=f"order-{number}" if number < 220 else None,
            )
        )
        courier = "骑手七" if is_bad_courier else f"骑手{'甲' if number % 8 < 4 else '乙'}"
        minutes = 70 if is_bad_courier else 20
        orders.append(_order(number, at=at, unit=unit, courier=courier, minutes=minutes))
    company.hear(*voices)
    take_records(orders, kind=KINDS["purchases"], source="pos", engine=open_engine(settings.HOME))
    return company


def _lines(page):
    rows = re.findall(r"<tr data-row>(.*?)</tr>", page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", unescape(row)).split()) for row in rows]


@pytest.mark.django_db
def test_the_courier_that_makes_people_unhappy_stands_first_and_the_others_are_no_difference(
    delivered_company,
):
    client = delivered_company.visit("analyst")
    page = client.get("/why/?period=all&show=orders").content.decode()
    part = page[page.index('id="why-orders"') :]
    assert "of 240 voices are joined with their order" in part
    assert "220" in part
    lines = _lines(part)
    assert lines[0].startswith("骑手七 Courier Negative voice")
    assert any(line.startswith("60 minutes or more Time to delivery Negative voice") for line in lines[:4])
    real, rest = part.split("without a real difference")
    assert "早班" not in " ".join(_lines(real))
    assert "早班" in rest


@pytest.mark.django_db
def test_each_figure_opens_as_many_voices_as_it_counts(delivered_company):
    client = delivered_company.visit("analyst")
    page = client.get("/why/?period=all&show=orders").content.decode()
    part = page[page.index('id="why-orders"') :]
    cells = re.findall(r'href="(/why/orders/[^"]+)">[^<]+</a><small class="interval">(\d+)</small>', part)
    cells += re.findall(
        r'<td class="num" data-label="Voices"><a class="figure-link" href="([^"]+)">(\d+)</a>', part
    )
    assert len(cells) > 6
    for link, n in cells:
        listed = client.get(unescape(link)).content.decode()
        assert f"<strong>{n}</strong> voice" in listed, link
        assert listed.count('class="voice"') == min(30, int(n))


@pytest.mark.django_db
def test_a_manager_sees_the_orders_of_the_own_unit_only(delivered_company):
    client = delivered_company.visit("manager", unit="s1")
    page = client.get("/why/?period=all&show=orders").content.decode()
    part = page[page.index('id="why-orders"') :]
    assert "of 120 voices are joined with their order" in part
    assert "骑手七" not in part
    listed = client.get("/why/orders/?period=all&order_kind=courier&order_value=骑手七").content.decode()
    assert "No voice is like that" in listed


@pytest.mark.django_db
def test_an_order_number_of_another_unit_is_another_order(company):
    now = datetime.now(UTC)
    company.hear(
        FeedbackIn(external_id="v", text=BAD, occurred_at=now, unit=UnitIn(code="n1"), order_id="17")
    )
    orders = [
        PurchaseIn(
            external_id=f"{unit}-17", order_id="17", ordered_at=now, unit=UnitIn(code=unit), courier=unit
        )
        for unit in ("n1", "s1")
    ]
    take_records(orders, kind=KINDS["purchases"], source="pos", engine=open_engine(settings.HOME))
    client = company.visit("analyst")
    for unit, n in (("n1", 1), ("s1", 0)):
        listed = client.get(f"/why/orders/?period=all&order_kind=courier&order_value={unit}").content.decode()
        assert listed.count('class="voice"') == n


@pytest.mark.django_db
def test_without_orders_the_part_says_how_to_bring_them_in(company):
    company.hear(FeedbackIn(external_id="v", text=BAD, order_id="1"))
    client = company.visit("analyst")
    page = client.get("/why/?period=all&show=orders").content.decode()
    assert "No voice is joined with an order yet" in page
    assert "1 of 1 voices name an order" in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query",
    ["", "?order_kind=courier", "?order_kind=1;drop&order_value=x", "?order_kind=delivery&order_value=x"],
)
def test_an_order_that_nobody_can_mean_is_not_found(company, query):
    assert company.visit("analyst").get(f"/why/orders/{query}").status_code == 404


@pytest.mark.django_db
def test_the_file_holds_every_comparison(delivered_company):
    client = delivered_company.visit("analyst")
    answer = client.get("/export/why/orders/?period=all&format=csv")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert "Times as often" in lines[0]
    assert any(line.startswith("Courier,骑手七,Negative voice,") for line in lines)
