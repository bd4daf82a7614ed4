"""The pages of call-backs: on a case, in the lists, and as files."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from zhiyin.respond.callbacks.kinds import CallBackState
from zhiyin.respond.models import CallBack
from zhiyin.respond.services import Contact


def _local(hours: float) -> str:
    return timezone.localtime(timezone.now() + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M")


def test_a_call_is_promised_made_and_told_on_the_page_of_the_case(shop, make_case, enter) -> None:
    case, browser = make_case(contact=Contact(phone="13812345678")), enter(shop.agent)
    page, plan = reverse("case", args=[case.number]), reverse("call_back_plan", args=[case.number])
    assert "No call is promised." in browser.get(page).content.decode()
    typed = {"call_at": _local(3), "call_window": "30", "call_zone": "Asia/Shanghai", "call_topic": "REFUND"}
    wrong = browser.post(plan, {**typed, "call_at": _local(-3)})
    assert wrong.status_code == 422
    assert "Choose a time to come." in wrong.content.decode()
    assert "REFUND" in wrong.content.decode()  # what was typed stays
    assert browser.post(plan, typed).status_code == 302
    planned = CallBack.objects.get()
    shown = browser.get(page).content.decode()
    assert "REFUND" in shown
    assert "I called" in shown
    record = reverse("call_back_record", args=[case.number, planned.pk])
    assert browser.post(record, {"call_outcome": "sang"}).status_code == 422
    assert browser.post(record, {"call_outcome": "reached", "call_mood": "7"}).status_code == 422
    done = {"call_outcome": "reached", "call_mood": "4", "call_note": "NOTED WORDS"}
    assert browser.post(record, done).status_code == 302
    assert browser.post(record, done).status_code == 409
    assert "NOTED WORDS" in browser.get(page).content.decode()


def test_a_clock_has_the_name_that_people_call_it_by(shop, make_case, promise, enter) -> None:
    case = make_case()
    promise(case, zone="America/New_York", topic="FAR AWAY")
    promise(case, promised_at=timezone.now() + timedelta(hours=4), topic="NEAR")
    browser = enter(shop.agent)
    page = browser.get(reverse("case", args=[case.number])).content.decode()
    rows = browser.get(f"{reverse('call_backs')}?view=mine").content.decode()
    panel = page[page.index('id="call-backs-title"') :].split("<details", 1)[0]
    assert "New York" in panel
    assert "New York" in rows
    assert "Beijing" not in rows  # it is the reader's own clock
    for code in ("America/New_York", "Asia/Shanghai"):
        assert code not in rows
        assert code not in panel


def test_moving_and_cancelling_offer_the_way_back(shop, make_case, promise, enter) -> None:
    case, browser = make_case(), enter(shop.agent)
    planned = promise(case)
    move = reverse("call_back_move", args=[case.number, planned.pk])
    assert browser.post(move, {"call_at": _local(6)}).status_code == 302
    page = browser.get(reverse("case", args=[case.number])).content.decode()
    start = page.index(f"{move}?to=")
    back = page[start : page.index('"', start)].replace("&amp;", "&")
    assert browser.post(back).status_code == 302
    assert CallBack.objects.get().promised_at == planned.promised_at
    assert browser.post(reverse("call_back_cancel", args=[case.number, planned.pk])).status_code == 302
    assert browser.post(reverse("call_back_restore", args=[case.number, planned.pk])).status_code == 302
    assert CallBack.objects.get().stands is CallBackState.PLANNED


def test_warnings_are_told_and_forbid_nothing(shop, make_case, promise, enter) -> None:
    case = make_case()
    promise(case)
    page = enter(shop.agent).get(reverse("case", args=[case.number])).content.decode()
    assert "left no phone number" in page


def test_lists_show_what_the_visitor_may_see_and_nothing_else(
    shop, make_case, promise, let_pass, enter
) -> None:
    case = make_case()
    late = promise(case, topic="LATE ONE")
    let_pass(late)
    promise(make_case(), promised_at=timezone.now() + timedelta(days=3), topic="COMING ONE")
    browser, url = enter(shop.agent), reverse("call_backs")
    assert "LATE ONE" in browser.get(f"{url}?view=late").content.decode()
    coming = browser.get(f"{url}?view=coming").content.decode()
    assert "COMING ONE" in coming
    assert "LATE ONE" not in coming
    mine = browser.get(f"{url}?view=mine").content.decode()
    assert "COMING ONE" in mine
    assert "LATE ONE" in mine
    assert browser.get(f"{url}?view=ended&page=9").status_code == 200
    calendar = browser.get(reverse("call_backs_calendar"))
    assert calendar["Content-Type"].startswith("text/calendar")
    assert calendar.content.count(b"BEGIN:VEVENT") == 2
    far = enter(shop.stranger)
    assert "LATE ONE" not in far.get(f"{url}?view=late").content.decode()
    assert far.get(reverse("call_back_calendar", args=[late.pk])).status_code == 404
    wrong_case = reverse("call_back_cancel", args=[case.number, late.pk])
    assert far.post(wrong_case).status_code == 404
    assert enter(shop.auditor).post(wrong_case).status_code == 403
    looked = enter(shop.auditor).get(reverse("case", args=[case.number])).content.decode()
    assert "LATE ONE" in looked
    assert "Promise a call" not in looked


def test_the_list_asks_as_often_for_many_as_for_few(
    shop, make_case, promise, enter, django_assert_max_num_queries
) -> None:
    for hours in range(1, 8):
        promise(make_case(), promised_at=timezone.now() + timedelta(days=2, hours=hours))
    browser = enter(shop.agent)
    with django_assert_max_num_queries(16):
        assert browser.get(f"{reverse('call_backs')}?view=coming").content.count(b"data-row>") == 7


def test_the_list_is_exported(shop, make_case, promise, enter) -> None:
    promise(make_case(), topic="EXPORTED")
    answer = enter(shop.manager).get(f"{reverse('call_backs_export')}?view=today&format=csv")
    rows = b"".join(answer.streaming_content)
    other = enter(shop.manager).get(f"{reverse('call_backs_export')}?view=coming&format=csv")
    assert b"EXPORTED" in rows + b"".join(other.streaming_content)
