"""Signatures, cuts, limits, quiet hours, plans, guards: the rules without a server."""

import ipaddress
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiyin.insight.delivery.answers import find_reason, reason_of_code, reasons
from zhiyin.insight.delivery.guard import InnerAddress, choose_address, may_reach, read_networks
from zhiyin.insight.delivery.kinds import KINDS
from zhiyin.insight.delivery.limits import count_room, quiet_end
from zhiyin.insight.delivery.markdown import to_html
from zhiyin.insight.delivery.planning import Waiting, plan
from zhiyin.insight.delivery.retries import next_attempt
from zhiyin.insight.delivery.signatures import (
    is_webhook_secret,
    make_webhook_secret,
    sign_for_dingtalk,
    sign_for_feishu,
    sign_webhook,
)
from zhiyin.insight.delivery.texts import cut, escape_markdown

NOON = datetime(2026, 5, 20, 4, tzinfo=UTC)
SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")


def test_signatures_equal_the_published_vectors():
    assert (
        sign_for_dingtalk("SECtest", timestamp_ms=1599360473000)
        == "9uMBwWNha8Pcr4QQCL9YQitwL0E0g2JIxycWz23gAkE%3D"
    )
    assert sign_for_feishu("demo", timestamp=1599360473) == "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8="
    assert (
        sign_webhook(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            reference="msg_p5jXN8AQM9LWM0D4loKWxJek",
            timestamp=1614265330,
            body='{"test": 2432232314}',
        )
        == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


def test_a_made_secret_is_one_of_standard_webhooks():
    assert is_webhook_secret(make_webhook_secret())
    assert not is_webhook_secret("whsec_short")
    assert not is_webhook_secret("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")


@given(text=st.text(max_size=200), tail=st.text(max_size=40), most=st.integers(0, 300))
def test_a_cut_text_is_never_longer_than_allowed_and_keeps_the_link_whole(text, tail, most):
    text, tail = (one.encode(errors="ignore").decode() for one in (text, tail))
    shown = cut(text, max_bytes=most, tail=tail)
    assert len(shown.encode()) <= most
    if len(f"…{tail}".encode()) < most:
        assert shown.endswith(tail)


def test_a_cut_falls_at_the_end_of_a_sentence():
    assert (
        cut("上菜慢。态度好。味道不错，下次再来。", max_bytes=40, tail="\nhttp://x")
        == "上菜慢。态度好。…\nhttp://x"
    )


@given(levels=st.lists(st.integers(0, 3), max_size=60), room=st.integers(0, 25), digested=st.booleans())
def test_a_plan_never_exceeds_the_room_and_names_nothing_twice(levels, room, digested):
    waiting = [
        Waiting(id=i, level=level, queued_at=NOON + timedelta(seconds=i), is_whole=i % 7 == 0)
        for i, level in enumerate(levels)
    ]
    made = plan(waiting, room=room, is_digested=digested)
    assert len(made.alone) + bool(made.together) <= room
    assert len(set(made.alone) | set(made.together)) == len(made.alone) + len(made.together)
    assert not {one.id for one in waiting if one.level == 3 or one.is_whole} & set(made.together)
    if room >= len(waiting):
        assert set(made.alone) == {one.id for one in waiting}


def test_room_is_what_the_tightest_limit_leaves():
    feishu = KINDS["feishu"]
    times = [NOON - timedelta(milliseconds=200 * i) for i in range(4)]
    assert count_room(feishu, requested_at=times, now=NOON) == 1
    times = [NOON - timedelta(seconds=2 + i / 10) for i in range(98)]
    assert count_room(feishu, requested_at=times, now=NOON) == 2


def quiet(now, *, start=time(22), end=time(8), zone=SHANGHAI):
    return quiet_end(quiet_from=start, quiet_until=end, zone=zone, now=now)


def test_quiet_hours_run_over_midnight():
    assert quiet(datetime(2026, 5, 20, 13, 59, tzinfo=UTC)) is None
    eight = datetime(2026, 5, 21, 0, tzinfo=UTC)
    assert quiet(datetime(2026, 5, 20, 14, 0, tzinfo=UTC)) == eight
    assert quiet(datetime(2026, 5, 20, 23, 59, tzinfo=UTC)) == eight
    assert quiet(eight) is None


def test_quiet_hours_follow_the_clocks_of_their_zone():
    before = datetime(2026, 3, 28, 22, tzinfo=UTC)  # 23:00; at 2:00 the clocks go to 3:00
    assert quiet(before, zone=BERLIN) == datetime(2026, 3, 29, 6, tzinfo=UTC)
    into_the_gap = quiet(before, end=time(2, 30), zone=BERLIN)
    assert datetime(2026, 3, 29, 1, tzinfo=UTC) <= into_the_gap <= datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_equal_or_missing_ends_mean_no_quiet_hours():
    assert quiet(NOON, start=time(8), end=time(8)) is None
    assert quiet_end(quiet_from=None, quiet_until=None, zone=SHANGHAI, now=NOON) is None


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
        "224.0.0.1", "::1", "::", "fe80::1", "fd00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1",
        "2002:7f00:1::", "2002:0a01:0203::",
    ],
)  # fmt: skip
def test_inner_addresses_are_not_reached(address):
    assert not may_reach(ipaddress.ip_address(address), allowed=())


def test_public_and_allowed_addresses_are_reached():
    assert may_reach(ipaddress.ip_address("1.1.1.1"), allowed=())
    assert may_reach(ipaddress.ip_address("2606:4700::1111"), allowed=())
    allowed = read_networks(["10.2.0.0/16"])
    assert may_reach(ipaddress.ip_address("10.2.3.4"), allowed=allowed)
    assert may_reach(ipaddress.ip_address("::ffff:10.2.3.4"), allowed=allowed)
    assert not may_reach(ipaddress.ip_address("10.3.3.4"), allowed=allowed)


def test_a_name_that_leads_inside_is_refused():
    with pytest.raises(InnerAddress):
        choose_address("localhost", port=443, allowed=())


def test_retries_follow_the_schedule_with_a_little_chance():
    schedule = (5.0, 300.0)
    at = [next_attempt(now=NOON, n_attempts=2, schedule=schedule, share=share) for share in (0.0, 1.0)]
    assert at == [NOON + timedelta(seconds=300), NOON + timedelta(seconds=360)]
    assert next_attempt(now=NOON, n_attempts=3, schedule=schedule, share=0) is None
    late = next_attempt(now=NOON, n_attempts=1, schedule=schedule, share=0, least_seconds=900)
    assert late == NOON + timedelta(seconds=900)


def test_every_code_of_the_products_has_a_reason_that_is_explained():
    assert find_reason(reason_of_code("dingtalk", 130101, text="send too fast")).pause_seconds == 600
    assert reason_of_code("feishu", 19021, text="sign match fail") == "signature"
    assert reason_of_code("feishu", 11232, text="frequency limited") == "busy"
    assert reason_of_code("dingtalk", 310000, text="keywords not in content") == "keyword"
    assert reason_of_code("wecom", 424242, text="?") == "unknown"
    for reason in reasons().values():
        assert reason.zh.endswith("。")
        assert reason.en.endswith(".")


def test_markdown_in_mail_shows_customers_words_as_they_stand():
    words = escape_markdown("<script>alert(1)</script> **138****1234** [x](https://evil.example)")
    shown = to_html(f"- {words}", is_markdown=True)
    assert "<script>" not in shown
    assert "<a " not in shown
    assert "<strong>" not in shown
    assert "**138****1234**" in shown
    assert to_html("**n**\n\n[上](https://x.example/?a=1&b=2)", is_markdown=True) == (
        '<p><strong>n</strong></p>\n<p><a href="https://x.example/?a=1&amp;b=2">上</a></p>'
    )
    assert '<a href="javascript' not in to_html("[x](javascript:alert(1))", is_markdown=True)
