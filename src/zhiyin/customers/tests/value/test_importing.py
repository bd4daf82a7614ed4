"""Files of value entries."""

from __future__ import annotations

from decimal import Decimal

import pytest

from zhiyin.customers.linking.queries import find_by_identifier, keys_of
from zhiyin.customers.value.importing import import_values, list_refused
from zhiyin.customers.value.reading import list_lines
from zhiyin.errors import InvalidInput
from zhiyin.people.scope import EVERYTHING, Scope

TABLE = """会员号,时间,类型,金额,积分,门店编号,备注
60000007,2026-03-05 10:00,节省,¥12.50,,S1,会员价
60000007,2026-03-06 10:00,积分,,"1,840",S1,
60000007,2026-03-06 10:00,积分,,"1,840",S1,
60000007,昨天,节省,1,,S1,
60000007,2026-03-07 10:00,礼物,1,,S1,
,2026-03-07 10:00,节省,1,,S1,
"""


@pytest.fixture
def load(engine, stores, tmp_path):
    def run(text, *, scope=EVERYTHING):
        path = tmp_path / "values.csv"
        path.write_text(text)
        return import_values(
            path, name="values.csv", source="crm", engine=engine, scope=scope, by="account:1"
        )

    return run


def test_a_file_is_taken_in_by_its_headings_and_bad_rows_are_told(engine, load):
    found = load(TABLE)
    assert (found.n_accepted, found.n_refused) == (3, 3)
    told = list(list_refused(found, language="en"))
    assert [(line, field) for line, field, _reason in told] == [
        (5, "occurred_at"),
        (6, "kind"),
        (7, "customer"),
    ]
    lines = list_lines(engine, keys=keys_of(find_by_identifier("member", "60000007")), scope=EVERYTHING)
    assert sum((one.amount for one in lines if one.amount), Decimal(0)) == Decimal("12.50")
    assert sum(one.points or 0 for one in lines) == 3680


def test_the_same_file_again_adds_nothing(load):
    load(TABLE)
    again = load(TABLE)
    assert (again.n_accepted, again.n_unchanged) == (0, 3)


def test_a_store_takes_in_its_own_rows_alone(load, stores):
    assert load(TABLE, scope=Scope(unit_ids=frozenset({stores[1]}))).n_accepted == 0


def test_a_file_without_customers_is_refused_as_a_whole(load):
    with pytest.raises(InvalidInput):
        load("时间,类型,金额\n2026-03-05,节省,1\n")


def test_the_page_takes_a_file_in(visit, stores, tmp_path):
    browser = visit("owner")
    path = tmp_path / "values.csv"
    path.write_text(TABLE)
    with path.open("rb") as file:
        answer = browser.post("/customers/value/import/", {"file": file, "source": "crm"})
    assert answer.status_code == 200
    assert "Entered: <strong>3</strong>" in answer.content.decode()
    assert browser.post("/customers/value/import/", {"source": "crm"}).status_code == 422
