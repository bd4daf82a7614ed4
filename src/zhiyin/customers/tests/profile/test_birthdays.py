from datetime import timedelta

import pytest
from django.utils import timezone

from zhiyin.customers.identifiers.sealing import seal_traits
from zhiyin.customers.models import Restriction
from zhiyin.customers.profile.birthdays import read_birthday


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *((text, (5, 17)) for text in ("1990-05-17", "19900517", "1990/5/17", "1990年5月17日", "--05-17")),
        *((text, (5, 17)) for text in ("05-17", "5月17日", "1990-05-17T00:00:00Z", " 2001.5.17 ")),
        *((text, (5, None)) for text in ("05", "5月", "1990-05", "1990年5月")),
        ("1992-02-29", (2, 29)),
        *((text, None) for text in ("", "1990", "35", "无", "5/17/1990", "1990-13-40", "00-00")),
    ],
)
def test_a_birthday_is_read_from_what_sources_write(text, expected):
    found = read_birthday(text)
    assert (found and (found.month, found.day)) == expected


def told(company, identity, name, value):
    vault = company.engine.vault
    identity.traits_sealed = seal_traits({name: value}, key=identity.key, vault=vault)
    identity.save()


def texts(company, identity, role, unit=None):
    client, address = company.visit(role, unit=unit), f"/customers/{identity.customer}/"
    words = [word.text for word in client.get(f"{address}words/").context["words"]]
    return words, client.get(f"{address}portrait/").content.decode()


def test_a_birthday_is_told_without_its_year_to_who_may_know(company):
    li = company.identity("13800001111", company.north)
    soon = timezone.localtime(company.now).date() + timedelta(days=3)
    told(company, li, "生日", f"1988-{soon:%m-%d}")
    day = f"{soon.day} {soon:%b}"
    words, drawn = texts(company, li, "agent", unit=company.north)
    assert words == [f"Birthday in 3 days, on {day}"]
    assert f"<dd>{day}</dd>" in drawn
    assert "1988" not in drawn
    words, drawn = texts(company, li, "analyst")
    assert (words, "Birthday" in drawn) == ([], False)
    Restriction.objects.create(key=li.key, kind="deceased", made_at=company.now)
    assert texts(company, li, "agent", unit=company.north)[0] == []


def test_of_a_month_nobody_is_reminded(company):
    li = company.identity("13800001111", company.north)
    told(company, li, "birthday", f"{timezone.localtime(company.now).month}月")
    words, drawn = texts(company, li, "owner")
    assert words == []
    assert f"<dd>{timezone.localtime(company.now):%B}</dd>" in drawn
