"""Whoever tries too often waits; whoever is right does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from zhiyin.portal.errors import TooManyTries
from zhiyin.portal.models import PortalTry
from zhiyin.portal.services.throttle import Limit, charge, finding, forgive, network_of, opening, speaking

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LIMIT = [Limit(kind="k", value="v", most=3, window=timedelta(hours=1))]


@pytest.mark.django_db
def test_the_try_after_the_last_one_is_refused_until_the_window_ends():
    for _ in range(3):
        charge(LIMIT, now=NOW)
    with pytest.raises(TooManyTries) as refused:
        charge(LIMIT, now=NOW + timedelta(minutes=10))
    assert refused.value.wait_seconds == 50 * 60
    charge(LIMIT, now=NOW + timedelta(hours=1))


@pytest.mark.django_db
def test_a_try_that_was_right_is_given_back():
    for _ in range(20):
        charge(LIMIT, now=NOW)
        forgive(LIMIT, now=NOW)


@pytest.mark.django_db
def test_what_is_counted_cannot_be_read_back_and_is_dropped_in_time():
    charge(finding(number="2611012345", address="203.0.113.7"), now=NOW)
    assert not PortalTry.objects.filter(key__contains="203").filter(key__contains="2611012345").exists()
    assert all(len(one.key) == 64 for one in PortalTry.objects.all())
    charge(LIMIT, now=NOW + timedelta(days=2))
    assert PortalTry.objects.count() == 1


@pytest.mark.django_db
def test_visitors_whose_address_is_unknown_do_not_share_a_limit():
    for _ in range(200):
        charge(opening(address=""), now=NOW)
    assert [limit.kind for limit in speaking(link="x", address="")] == ["speak-link"]


@pytest.mark.django_db
def test_a_food_court_behind_one_address_can_speak():
    for _ in range(100):
        charge(speaking(link="abc", address="203.0.113.7"), now=NOW)


def test_a_household_of_ipv6_counts_as_one():
    assert network_of("2001:db8:1:2:3:4:5:6") == network_of("2001:db8:1:2::1")
    assert network_of("2001:db8:1:3::1") != network_of("2001:db8:1:2::1")
    assert network_of("odd") == "odd"


def test_the_form_says_when_one_may_speak_again(client, link, fill):
    data = fill(client)
    limits = speaking(link=link.code, address="127.0.0.1")
    for _ in range(min(limit.most for limit in limits)):
        charge(limits, now=datetime.now(UTC))
    response = client.post(f"/speak/{link.code}/", data)
    assert response.status_code == 429
    assert 3500 < int(response["Retry-After"]) <= 3600
    page = response.content.decode()
    assert "请过 60 分钟" in page
    assert "portal.css" in page


def test_four_digits_cannot_be_guessed(client, ask):
    case = ask().case
    statuses = [
        client.post("/track/", {"number": case.number, "digits": f"{n:04}"}).status_code for n in range(8)
    ]
    assert statuses == [422] * 6 + [429] * 2
    # Another place is not shut out by that, until the number's day is used up.
    right = {"number": case.number, "digits": "5678"}
    assert client.post("/track/", right, REMOTE_ADDR="198.51.100.1").status_code == 303
    assert client.post("/track/", right).status_code == 429


def test_many_places_together_have_thirty_tries_a_day_for_a_number(client, ask):
    case = ask().case
    statuses = [
        client.post(
            "/track/", {"number": case.number, "digits": "0000"}, REMOTE_ADDR=f"198.51.100.{n}"
        ).status_code
        for n in range(32)
    ]
    assert statuses.count(422) == 30
    assert statuses[-1] == 429


def test_a_number_counts_as_one_however_it_is_typed(client, ask):
    number = ask().case.number
    for typed in (number, number.lower(), number.replace("-", ""), f" {number} ", number, number):
        assert client.post("/track/", {"number": typed, "digits": "0000"}).status_code == 422
    assert client.post("/track/", {"number": number.replace("-", " "), "digits": "0000"}).status_code == 429


def test_wrong_links_are_limited_and_right_ones_still_open(client, ask):
    asked = ask()
    for n in range(60):
        assert client.get(f"/track/{n:022}/").status_code == 404
    assert client.get("/track/xxxxxxxxxxxxxxxxxxxxxx/").status_code == 429
    assert client.get(asked.path).status_code == 200
