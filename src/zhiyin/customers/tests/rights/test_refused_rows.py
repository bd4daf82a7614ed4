"""Of rows that imports refused, those go that a person's own identifiers prove to be theirs."""

from __future__ import annotations

import csv

import pytest

from zhiyin.customers.models import Identity
from zhiyin.customers.rights.holders import Person
from zhiyin.customers.rights.refused_rows import erase_refused_rows

pytestmark = pytest.mark.django_db
ADDRESS = "深圳市南山区科技路1号"
THEIRS = [
    ("138 1234 5678", "味道不错"),
    ("+86 138-1234-5678", "x"),
    ("", "请打我电话13812345678谢谢"),
    ("", "0086 13812345678"),
    ("Wang.Fang@Example.com", "x"),
]
OTHERS = [
    ("13900001111", f"王芳女士家，{ADDRESS}"),
    ("", "单号9138123456780"),
    ("a.wang.fang@example.com", "x"),
    ("wang.fang@example.com.cn", "x"),
]


@pytest.fixture
def rows_after(home):
    """What stays of rows once the person is erased."""

    def run(rows, *, person):
        file = home.home.files / "rejected" / "import-1.csv"
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("w", encoding="utf-8-sig", newline="") as target:
            csv.writer(target).writerows([("phone", "text"), *rows])
        n_gone = erase_refused_rows(Person(keys=person.keys, feedback_ids=(), customers=(person.customer,)))
        with file.open(encoding="utf-8-sig", newline="") as source:
            left = [tuple(row) for row in csv.reader(source)][1:]
        assert n_gone == len(rows) - len(left)
        return left

    return run


def test_rows_with_an_identifier_go_however_it_is_written(rows_after, wang) -> None:
    assert rows_after([*THEIRS, *OTHERS], person=wang) == OTHERS


def test_a_name_and_an_address_that_were_told_prove_no_row(rows_after, know) -> None:
    claimant = know(("member", "M-778899"), name="王芳女士家", address=ADDRESS)

    assert rows_after(OTHERS, person=claimant) == OTHERS


def test_a_number_that_many_share_proves_no_row(rows_after, wang) -> None:
    Identity.objects.filter(key=wang.keys[0]).update(is_shared=True)

    assert rows_after(THEIRS, person=wang) == THEIRS[:4]
