"""The pages of visits: planning, moving, every step, the planner and the technicians."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from zhiyin.respond.models import Technician, Visit
from zhiyin.respond.visits.kinds import VisitState


def _local(moment) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


def test_a_visit_is_planned_and_goes_its_way_on_the_pages(shop, make_case, hire, enter, tomorrow) -> None:
    case, who, browser = make_case(), hire(), enter(shop.agent)
    page, plan = reverse("case", args=[case.number]), reverse("visit_plan", args=[case.number])
    assert "No visit is planned." in browser.get(page).content.decode()
    assert "张伟" in browser.get(plan).content.decode()
    typed = {"technician": str(who.pk), "visit_start": _local(tomorrow), "visit_minutes": "120"}
    assert browser.post(plan, {**typed, "device": "FRIDGE", "serial": "SN-77"}).status_code == 302
    again = browser.post(plan, {**typed, "device": "OVEN"})
    assert again.status_code == 422
    assert "The technician is taken then" in again.content.decode()
    assert "OVEN" in again.content.decode()  # what was typed stays
    visit = Visit.objects.get()
    assert "SN-77" not in str(bytes(visit.serial_sealed))
    shown = browser.get(page).content.decode()
    for word in ("FRIDGE", "SN-77", "13900001111", "On the way"):
        assert word in shown
    where = [case.number, visit.pk]
    assert browser.post(reverse("visit_delay", args=where), {"visit_delay": "3"}).status_code == 422
    assert browser.post(reverse("visit_delay", args=where), {"visit_delay": "20"}).status_code == 302
    assert "20 minutes later" in browser.get(page).content.decode()
    for step in ("set-out", "arrive", "begin"):
        assert browser.post(reverse("visit_step", args=where), {"step": step}).status_code == 302
    assert browser.post(reverse("visit_step", args=where), {"step": "arrive"}).status_code == 409
    assert browser.post(reverse("visit_step", args=where), {"step": "dance"}).status_code == 404
    done = {"visit_result": "solved", "visit_note": "NEW SEAL"}
    assert browser.post(reverse("visit_finish", args=where), {"visit_result": "?"}).status_code == 422
    assert browser.post(reverse("visit_finish", args=where), done).status_code == 302
    ended = browser.get(page).content.decode()
    assert "NEW SEAL" in ended
    assert "Full service time" in ended
    assert browser.post(reverse("visit_back", args=where)).status_code == 302
    assert Visit.objects.get().stands is VisitState.ARRIVED


def test_moving_cancelling_and_parts_have_their_way_back(
    shop, make_case, hire, book, enter, tomorrow
) -> None:
    case, who, browser = make_case(), hire(), enter(shop.agent)
    visit = book(case, who)
    where, later = [case.number, visit.pk], tomorrow + timedelta(hours=4)
    typed = {"technician": str(who.pk), "visit_start": _local(later), "visit_minutes": "60"}
    assert browser.get(reverse("visit_move", args=where)).status_code == 200
    assert browser.post(reverse("visit_move", args=where), typed).status_code == 302
    assert Visit.objects.get().slot_start == later
    assert browser.post(reverse("visit_unmove", args=where)).status_code == 302
    assert Visit.objects.get().slot_start == tomorrow
    part = {"part_name": "SEAL", "part_number": "A-1", "part_n": "2"}
    assert browser.post(reverse("visit_part_add", args=where), part).status_code == 302
    row = Visit.objects.get().parts.get()
    change = reverse("visit_part", args=[*where, row.pk])
    assert browser.post(change, {"part_state": "arrived"}).status_code == 302
    assert "2 × SEAL" in browser.get(reverse("case", args=[case.number])).content.decode()
    assert browser.post(change, {"part_state": "none"}).status_code == 302
    assert not Visit.objects.get().parts.exists()
    assert browser.post(reverse("visit_step", args=where), {"step": "cancel"}).status_code == 302
    assert browser.post(reverse("visit_restore", args=where)).status_code == 302
    assert Visit.objects.get().stands is VisitState.PLANNED


def test_the_planner_shows_the_week_and_others_see_nothing(
    shop, make_case, hire, book, enter, tomorrow
) -> None:
    url, browser = reverse("visits"), enter(shop.agent)
    assert "Nobody goes to customers yet" in browser.get(url).content.decode()
    case = make_case(title="FRIDGE IS WARM")
    visit = book(case, hire())
    day = timezone.localdate(tomorrow).isoformat()
    page = browser.get(f"{url}?day={day}").content.decode()
    assert "FRIDGE IS WARM" in page
    assert "Move" in page
    assert browser.get(f"{url}?day=2026-99-99&page=9&technician=x").status_code == 200
    calendar = browser.get(reverse("visit_calendar", args=[visit.pk]))
    assert b"BEGIN:VEVENT" in calendar.content
    assert b"13900001111" not in calendar.content
    far = enter(shop.stranger)
    assert "FRIDGE IS WARM" not in far.get(f"{url}?day={day}").content.decode()
    assert far.get(reverse("visit_calendar", args=[visit.pk])).status_code == 404
    for name in ("visit_plan", "visit_move"):
        where = [case.number] if name == "visit_plan" else [case.number, visit.pk]
        assert far.get(reverse(name, args=where)).status_code == 404
    assert enter(shop.auditor).get(reverse("visit_plan", args=[case.number])).status_code == 403
    looked = enter(shop.auditor).get(reverse("case", args=[case.number])).content.decode()
    assert "13900001111" not in looked
    assert "Cancel the visit" not in looked


def test_the_planner_asks_as_often_for_many_as_for_few(
    shop, make_case, hire, book, enter, tomorrow, django_assert_max_num_queries
) -> None:
    for n in range(5):
        book(make_case(), hire(f"师傅{n}"))
    browser = enter(shop.agent)
    with django_assert_max_num_queries(16):
        page = browser.get(f"{reverse('visits')}?day={timezone.localdate(tomorrow).isoformat()}")
    assert page.content.count(b"data-row>") == 5


def test_technicians_are_added_and_changed_by_form(shop, enter) -> None:
    browser, url = enter(shop.owner), reverse("technicians")
    assert "Nobody yet" in browser.get(url).content.decode()
    typed = {"name": "李强", "units": "north\nn1", "skills": "fridge", "phone": "13800001111"}
    typed |= {"account": "agent", "is_active": "on"}
    assert browser.post(url, typed).status_code == 302
    who = Technician.objects.get()
    assert (who.account, who.units.count()) == (shop.agent, 2)
    assert browser.post(url, {**typed, "name": "王"}).status_code == 422  # the account is taken
    assert browser.post(url, {**typed, "units": "nowhere"}).status_code == 422
    one = reverse("technician", args=[who.pk])
    assert "13800001111" in browser.get(one).content.decode()
    assert browser.post(one, {**typed, "is_active": ""}).status_code == 302
    assert not Technician.objects.get().is_active
    assert enter(shop.agent).get(url).status_code == 403
