"""The customer's page says for every step what happens next, until when and by whom."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from zhiyin.people.actors import Actor
from zhiyin.people.scope import EVERYTHING
from zhiyin.respond.flow.services import ask_customer, hold_case, merge_case
from zhiyin.respond.models import CallBack, Case, CaseStatus, CaseVoice
from zhiyin.respond.services import start_work
from zhiyin.respond.visits.progress import cancel_visit, set_out
from zhiyin.respond.visits.services import Booking, plan_visit
from zhiyin.respond.visits.technicians import TechnicianWords, save_technician


@pytest.fixture
def staff(company):
    return Actor.of(company.manager)


def _page(client, asked):
    response = client.get(asked.path)
    assert response.status_code == 200
    return response.content.decode()


def _story(page):
    """The lines of the story, the latest first."""
    return re.findall(r"<li><p>([^<]+)</p>", page[page.index('class="story"') :])


def _do(client, asked, action, **data):
    response = client.post(asked.path, {"do": action, **data})
    asked.case.refresh_from_db()
    return response


def test_a_question_is_shown_with_a_form_and_the_answer_brings_it_back_to_us(client, ask, staff):
    asked = ask()
    ask_customer(asked.case, question="请问您坐在<b>几号桌</b>？", by=staff)
    page = _page(client, asked)
    assert "请问您坐在&lt;b&gt;几号桌&lt;/b&gt;？" in page
    assert "您一回答，南京路店的陈晓就继续处理" in page
    assert "补充一点" not in page
    form_id = re.search(r'name="form_id" value="(\w{32})"', page)[1]
    assert _do(client, asked, "reply", words="", form_id=form_id).status_code == 422
    response = _do(client, asked, "reply", words="二号桌", form_id=form_id)
    assert asked.case.stands is CaseStatus.WORKING
    page = client.get(response["Location"]).content.decode()
    assert "谢谢您的回答" in page
    assert page.count("二号桌") == 1
    assert "我们想问您" not in page


def test_a_rest_tells_until_when_and_our_words_but_not_the_reason(client, ask, staff):
    asked = ask()
    until = timezone.now() + timedelta(days=3)
    hold_case(asked.case, until=until, reason="内部：等总部批", told="我们在等一个配件。", by=staff)
    page = _page(client, asked)
    assert "我们在等一个配件。" in page
    assert "总部批" not in page
    assert re.search(r"最晚 \d+月\d+日（.+）\d\d:\d\d，我们会继续处理。", page)


def test_haste_is_asked_for_once_an_hour(client, ask):
    asked = ask()
    assert "催一下" in _page(client, asked)
    assert _do(client, asked, "urge")["Location"].endswith("done=urge")
    assert asked.case.n_urged == 1
    assert 'value="urge"' not in _page(client, asked)
    again = _do(client, asked, "urge")
    assert asked.case.n_urged == 1
    assert "一小时内已经催过" in client.get(again["Location"]).content.decode()


def test_a_call_is_agreed_at_an_hour_that_is_offered_and_can_be_called_off(client, ask):
    asked = ask()
    slots = re.findall(r'<option value="([^"]+)"', _page(client, asked))
    assert len(slots) > 20
    wrong = _do(client, asked, "call", slot="2020-01-01T10:00+08:00", words="想说的话")
    assert wrong.status_code == 422
    assert 'value="想说的话"' in wrong.content.decode()
    for _ in range(2):  # sent twice, it is agreed once
        _do(client, asked, "call", slot=slots[0], words="关于退款")
    planned = CallBack.objects.get()
    assert planned.promised_at == datetime.fromisoformat(slots[0])
    page = _page(client, asked)
    assert "陈晓会给您打电话。" in page
    assert "<option" not in page
    _do(client, asked, "call_off", call=str(planned.pk))
    page = _page(client, asked)
    assert "会给您打电话。" not in page
    assert "已取消。" in page  # nobody waits for a call that does not come
    assert 'value="call_off"' not in page
    assert {"约好了电话。", "电话取消了。"} <= set(_story(page))
    CallBack.objects.update(promised_at=timezone.now() - timedelta(hours=3), until_at=timezone.now())
    assert "已取消。" not in _page(client, asked)


def test_each_step_of_a_visit_is_told_and_one_that_is_called_off_does_not_vanish(client, ask, staff, company):
    asked = ask()
    words = TechnicianWords(name="邓强", public_name="邓师傅", units=[company.store])
    who = save_technician(words, by=staff, scope=EVERYTHING)
    booking = Booking(
        technician=who, slot_start=timezone.now() + timedelta(hours=5), zone="Asia/Shanghai", minutes=60
    )
    visit = plan_visit(asked.case, booking=booking, by=staff)
    _do(client, asked, "suits", visit=str(visit.pk))
    set_out(visit, by=staff)
    page = _page(client, asked)
    assert _story(page)[:3] == ["南京路店的邓师傅出发了。", "您确认了上门时间。", "约好了时间。"]
    cancel_visit(visit, by=staff)
    page = _page(client, asked)
    assert "已取消。" in page
    assert _story(page)[0] == "上门取消了。"
    assert "打给您" not in page


def test_without_a_number_no_call_is_offered(client, link, fill):
    page = client.post(f"/speak/{link.code}/", fill(client, wants_answer="on")).content.decode()
    token = re.search(r"/track/([\w-]{22})/", page)[1]
    assert "请给我打电话" not in client.get(f"/track/{token}/").content.decode()


def test_a_case_that_was_merged_leads_its_customer_to_the_other(client, ask, staff):
    first, second = ask(text="第一件事，上菜太慢"), ask(text="第二件事，店员态度很差")
    merge_case(first.case, into=second.case, by=staff)
    response = client.get(first.path)
    assert response.status_code == 302
    assert response["Location"] == f"{second.path}?done=joined"
    assert CaseVoice.objects.filter(case=second.case).count() == 2


def test_a_case_merged_into_somebody_elses_shows_nothing_of_theirs(client, ask, staff):
    first, second = ask(text="第一件事，太慢"), ask(text="别人的秘密，太慢", phone="13900001111")
    merge_case(first.case, into=second.case, by=staff)
    page = _page(client, first)
    assert "这件事已和另一件事一起处理" in page
    assert "别人的秘密" not in page
    assert second.case.number not in page
    assert 'value="solved"' not in page


@pytest.mark.parametrize("do", ["urge", "call", "call_off", "suits", "reply"])
def test_what_a_closed_case_cannot_take_is_answered_kindly(client, ask, do):
    asked = ask()
    _do(client, asked, "withdraw")
    response = _do(client, asked, do, slot="x", call="9" * 30, visit="1", words="还有一句", form_id="a" * 32)
    assert response.status_code in (303, 404, 422)
    assert "portal.css" in (response.content.decode() or "portal.css")
    assert asked.case.stands is CaseStatus.CLOSED


def test_every_status_has_a_sentence_for_what_comes_next(client, english, ask, staff):
    asked = ask()
    start_work(asked.case, by=staff)
    for status in CaseStatus:
        ended = timezone.now() if status in (CaseStatus.SOLVED, CaseStatus.CLOSED) else None
        Case.objects.filter(pk=asked.case.pk).update(status=status.value, closed_at=ended, held_until=None)
        for browser in (client, english):
            page = browser.get(asked.path).content.decode()
            lead = re.search(r"</h1>(.*?)<ol", page, re.S)[1]
            assert re.search(r"<p>[^<]{6,}</p>", lead), status
            assert "%(" not in page
