"""The words of the statement."""

from __future__ import annotations

from decimal import Decimal

import pytest

from zhiyin.customers.value.contract import KINDS
from zhiyin.customers.value.reading import Total
from zhiyin.customers.value.statements import (
    Texts,
    get_template,
    list_templates,
    restore_template,
    save_template,
    write_statement,
)
from zhiyin.errors import InvalidInput
from zhiyin.people.actors import SYSTEM


def totals(**given):
    nothing = Total(n=0, amount=Decimal(0), points=0)
    return {kind: given.get(kind, nothing) for kind in KINDS}


SAVED = totals(savings=Total(n=3, amount=Decimal("312.50"), points=0))


def test_the_statement_says_what_was_saved_and_leaves_out_what_was_not():
    texts = Texts(
        chinese="{period}您的卡为您节省 {savings} 元\n积分 {points}",
        english="saved {savings}\n{points} points",
    )
    assert (
        write_statement(texts, totals=SAVED, language="zh", period="今年") == "今年您的卡为您节省 312.50 元"
    )
    assert write_statement(texts, totals=SAVED, language="en", period="2026") == "saved 312.50"


def test_who_received_nothing_is_told_nothing():
    texts = Texts(chinese="您好\n节省 {savings}", english="Hello\nsaved {savings}")
    assert write_statement(texts, totals=totals(), language="zh", period="今年") == ""


def test_the_words_of_the_package_tell_of_every_kind(db):
    text = write_statement(get_template().texts, totals=SAVED, language="zh", period="今年")
    assert "312.50" in text
    assert "积分" not in text


@pytest.mark.parametrize(
    "text", ["", "{secret}", "{savings", "{savings:>900000}", "{savings.real}", "{savings!r}"]
)
def test_words_that_cannot_be_filled_in_are_refused(db, text):
    with pytest.raises(InvalidInput) as caught:
        save_template(Texts(chinese="{savings}", english=text), account=None, by=SYSTEM)
    assert caught.value.field == "english"


def test_versions_are_kept_and_an_older_one_can_be_used_again(db):
    save_template(Texts(chinese="省了 {savings}", english="saved {savings}"), account=None, by=SYSTEM)
    save_template(Texts(chinese="共省 {savings}", english="in all {savings}"), account=None, by=SYSTEM)
    restore_template(1, account=None, by=SYSTEM)
    assert get_template().texts.english == "saved {savings}"
    assert [one.version for one in list_templates()] == [3, 2, 1, 0]
