"""Products that customers have, and visits: as objects and as files."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from zhiyin.listen.authors import identifier_keys
from zhiyin.listen.identifiers import read_identifier
from zhiyin.listen.items import AuthorIn, IdentityIn, UnitIn
from zhiyin.listen.records.importing import import_records
from zhiyin.listen.records.items import ProductIn, VisitIn
from zhiyin.listen.services.imports.report import ImportRequest

BOUGHT = datetime(2025, 3, 1, 4, tzinfo=UTC)
PRODUCTS = """登记编号,产品名称,型号,序列号,购买日期,保修截止日期,门店编码,手机号,车牌号,姓名
R1,空调,KF-35,sn 0001ab,2025-03-01,2031-02-28,S1,13812345678,,王小明
R2,冰箱,BCD-2,SN0002,2025-03-01,2200-01-01,S1,13812345679,,
R3,,BCD-2,SN0003,2025-03-01,2031-01-01,S1,,,
"""
VISITS = """到访编号,到店时间,门店编码,事由,用餐人数,停留分钟,会员号,车牌号
V1,2026-05-01 12:00,S1,堂食,3,45,M10086,沪A12345
V2,2026-05-01 13:00,S1,取餐,,,,沪A12345
"""


def key_of(engine, type_, value):
    [key] = identifier_keys([read_identifier(type_, value, source="pos")], vault=engine.vault)
    return key


@pytest.mark.django_db
def test_a_product_is_kept_with_its_warranty_ahead_and_its_serial_hashed(take, rows, engine):
    product = ProductIn(
        external_id="R1",
        bought_at=BOUGHT,
        product="空调",
        serial=" sn-0001 ",
        unit=UnitIn(code="S1"),
        warranty_until=datetime(2031, 2, 28, 15, 59, tzinfo=UTC),
    )
    assert [one.status for one in take("products", product, product)] == ["accepted", "accepted"]
    [(warranty, key, serial)] = rows("SELECT warranty_until, customer_key, serial_key FROM products_owned")
    assert warranty.year == 2031
    # Nobody else is named: the device's number tells whose it is.
    assert key == key_of(engine, "device", "SN-0001")
    assert len(serial) == 32


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"warranty_until": datetime(2200, 1, 1, tzinfo=UTC)}, "warranty_until", "too_far"),
        ({"bought_at": datetime(2200, 1, 1, tzinfo=UTC)}, "bought_at", "too_late"),
        ({"product": " "}, "product", "missing"),
        ({"amount": -1.0}, "amount", "negative"),
    ],
)
def test_a_product_that_cannot_be_says_why(take, change, field, code):
    given = {"external_id": "R1", "bought_at": BOUGHT, "product": "空调", "unit": UnitIn(code="S1"), **change}
    [receipt] = take("products", ProductIn(**given))
    assert (receipt.fault.field, receipt.fault.code) == (field, code)


@pytest.mark.django_db
def test_files_of_products_and_visits_are_understood_by_their_columns(store, engine, rows, tmp_path):
    for holds, text in (("products", PRODUCTS), ("visits", VISITS)):
        path = tmp_path / f"{holds}.csv"
        path.write_text(text, encoding="utf-8")
        report = import_records(path, request=ImportRequest(holds=holds, source="pos"), engine=engine)
        assert report.n_accepted == (1 if holds == "products" else 2)
    [(product, model, key)] = rows("SELECT product, model, customer_key FROM products_owned")
    assert (product, model, key) == ("空调", "KF-35", key_of(engine, "phone", "13812345678"))
    told = rows("SELECT purpose, n_people, stayed_s, customer_key FROM visits ORDER BY occurred_at")
    assert told == [
        ("堂食", 3, 2700.0, key_of(engine, "member", "M10086")),
        ("取餐", None, None, key_of(engine, "plate", "沪A12345")),
    ]


@pytest.mark.django_db
def test_what_is_known_of_a_visitor_stands_nowhere_readable(take, engine):
    who = AuthorIn(name="王小明", identities=[IdentityIn(type="phone", value="13912345678")])
    take("visits", VisitIn(external_id="V1", occurred_at=BOUGHT, unit=UnitIn(code="S1"), customer=who))
    written = b"".join(path.read_bytes() for path in engine.home.lake.rglob("*") if path.is_file())
    assert b"13912345678" not in written
    assert "王小明".encode() not in written
