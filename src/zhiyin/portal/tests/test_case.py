"""The customer's page of a case."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from zhiyin.listen.items import FeedbackIn, UnitIn
from zhiyin.listen.services.intake import Intake
from zhiyin.people.actors import SYSTEM, Actor
from zhiyin.people.roles import Role
from zhiyin.people.services.accounts import create_account, grant_role
from zhiyin.portal.models import CaseRating
from zhiyin.respond.models import Case, CaseNote, CaseStatus
from zhiyin.respond.queries import list_feedback_ids, read_token
from zhiyin.respond.services import (
    add_note,
    add_voice,
    close_case,
    open_case,
    reopen_case,
    send_answer,
    start_work,
    transfer_case,
    undo,
)


@pytest.fixture
def staff(company):
    return Actor.of(company.manager)


@pytest.fixture
def answered(ask, staff):
    asked = ask()
    case = start_work(asked.case, by=staff)
    add_note(case, text="内部：这位顾客上周也来过", by=staff)
    send_answer(case, text="对不起让您久等了，\n我们给您重做一碗。", by=staff)
    return asked


def _do(client, asked, action, **data):
    response = client.post(asked.path, {"do": action, **data})
    asked.case.refresh_from_db()
    return response


def _page(client, asked):
    response = client.get(asked.path)
    assert response.status_code == 200
    return response.content.decode()


def test_a_fresh_case_shows_words_owner_story_and_what_comes_next(client, ask):
    page = _page(client, ask())
    assert "牛肉面很香" in page
    assert "13812345678" not in page
    assert "我们收到了，由南京路店的陈晓负责。" in page
    assert re.search(r"最晚 \d+月\d+日（.+）\d\d:\d\d 前，我们会在这里答复您。", page)
    assert 'aria-current="step"' in page


def test_what_a_colleague_takes_up_again_is_not_said_to_be_the_customers_doing(client, ask, staff):
    asked = ask()
    close_case(asked.case, reason="重复", by=staff)
    reopen_case(Case.objects.get(), by=staff)
    page = _page(client, asked)
    assert "我们重新开始处理。" in page
    assert "您表示还没解决" not in page


def test_a_sign_in_name_is_nobodys_business(client, ask, company):
    manager = company.manager
    manager.display_name = "Chen-Signin"  # what an account is called that was made without a name
    manager.save()
    page = _page(client, ask())
    assert "chen-signin" not in page.casefold()
    assert "南京路店的同事" in page


def test_the_page_speaks_english_too(english, ask):
    page = _page(english, ask())
    assert "We received it. It went to 陈晓 at 南京路店." in page
    assert re.search(r"We answer here by \w{3} \d+ \w{3} \d\d:\d\d at the latest\.", page)
    assert re.search(r"[\u3002\uff0c]", re.sub(r"(?s)<blockquote.*?</blockquote>", "", page)) is None


def test_nothing_internal_and_nobody_elses_words_are_shown(client, answered, company, home):
    stranger = Intake(home.log, home.vault).receive(
        [FeedbackIn(external_id="x", text="别人的话：我叫赵六", unit=UnitIn(code="s1"))],
        source="shop",
        connector="test",
        connector_version="1",
    )[0]
    add_voice(answered.case, feedback_id=stranger.id, by=SYSTEM)
    page = _page(client, answered)
    for secret in ("内部", "上周也来过", "赵六", "chen-signin", "boss-signin", "王女士", stranger.id):
        assert secret not in page
    assert "我们给您重做一碗" in page
    assert CaseNote.objects.exists()


def test_an_owner_without_a_display_name_is_a_colleague_of_the_unit(client, ask, company):
    company.manager.display_name = ""
    company.manager.save()
    page = _page(client, ask())
    assert "南京路店的同事" in page
    assert "chen-signin" not in page


def test_a_case_that_a_colleague_opened_shows_the_voice_it_began_with(client, company, home, process, staff):
    receipt = Intake(home.log, home.vault).receive(
        [FeedbackIn(external_id="x", text="等了一小时，电话13812345678", unit=UnitIn(code="s1"))],
        source="shop",
        connector="test",
        connector_version="1",
    )[0]
    case = open_case(feedback_id=receipt.id, unit_id=company.store.pk, title="等太久", by=staff)
    path = f"/track/{read_token(case)}/"
    assert "马上就会显示在这里" in client.get(path).content.decode()
    process()
    page = client.get(path).content.decode()
    assert "等了一小时，电话***********" in page
    assert "等太久" not in page


def test_the_answer_comes_with_the_question_whether_it_is_solved(client, answered):
    page = _page(client, answered)
    assert "问题解决了吗？" in page
    assert "对不起让您久等了，<br>我们给您重做一碗。" in page
    assert "最晚" not in page


def test_solved_ends_it_and_asks_for_stars_once(client, answered):
    response = _do(client, answered, "solved")
    assert response.status_code == 303
    page = client.get(response["Location"]).content.decode()
    assert answered.case.stands is CaseStatus.SOLVED
    assert "谢谢您，我们也很高兴。" in page
    assert "处理得够快吗？" in page
    assert _do(client, answered, "rate", solved="5", speed="3", attitude="").status_code == 303
    rating = CaseRating.objects.get()
    assert (rating.solved, rating.speed, rating.attitude) == (5, 3, None)
    assert "处理得够快吗？" not in _page(client, answered)


@pytest.mark.parametrize("stars", [{}, {"speed": "6"}, {"speed": "x"}])
def test_stars_must_be_one_to_five(client, answered, stars):
    _do(client, answered, "solved")
    response = _do(client, answered, "rate", **stars)
    assert response.status_code == 422
    assert "请点选星级。" in response.content.decode()
    assert not CaseRating.objects.exists()


def test_not_solved_reopens_it_with_the_same_owner_and_what_is_missing(client, answered, company):
    response = _do(client, answered, "unsolved", words="还没收到新的一碗")
    case = answered.case
    assert response.status_code == 303
    assert case.stands is CaseStatus.REOPENED
    assert (case.owner_id, case.n_reopened) == (company.manager.pk, 1)
    page = client.get(response["Location"]).content.decode()
    assert "仍由南京路店的陈晓负责" in page
    assert "还没收到新的一碗" in page


def test_pressing_not_solved_twice_reopens_it_once(client, answered):
    for _ in range(2):
        assert _do(client, answered, "unsolved", words="没解决").status_code == 303
    assert answered.case.n_reopened == 1
    assert _page(client, answered).count("没解决</p>") == 1


def test_solved_can_still_turn_out_unsolved(client, answered):
    _do(client, answered, "solved")
    assert "其实还没解决" in _page(client, answered)
    _do(client, answered, "unsolved")
    assert answered.case.stands is CaseStatus.REOPENED


def test_words_are_added_once_as_a_voice_of_the_case(client, ask, process, lake_rows):
    asked = ask()
    form_id = re.search(r'name="form_id" value="(\w{32})"', _page(client, asked))[1]
    for _ in range(2):
        response = _do(client, asked, "add", words="补充：是二号桌，电话13812345678", form_id=form_id)
        assert response.status_code == 303
    page = _page(client, asked)
    assert page.count("是二号桌") == 1
    assert "13812345678" not in page
    assert "您补充了内容。" in page
    process()
    ids = {row[0] for row in lake_rows("SELECT feedback_id FROM feedback WHERE channel = 'portal'")}
    assert ids == set(list_feedback_ids(asked.case))


def test_added_words_that_are_missing_or_too_long_come_back(client, ask):
    asked = ask()
    response = _do(client, asked, "add", words="")
    assert response.status_code == 422
    assert "请写几个字。" in response.content.decode()
    long = _do(client, asked, "add", words="字" * 5001)
    assert long.status_code == 422
    assert "字" * 5001 in long.content.decode()


def test_withdrawing_closes_it_in_the_customers_name_and_can_be_taken_back(client, ask):
    asked = ask()
    _do(client, asked, "withdraw")
    assert asked.case.stands is CaseStatus.CLOSED
    page = _page(client, asked)
    assert "您已表示不需要处理了。" in page
    assert "已撤回" in page
    assert "我们关闭了这件事" not in page
    assert "您觉得我们做得怎么样？" not in page
    assert CaseNote.objects.get().text == "客户表示不需要处理了。"
    _do(client, asked, "unsolved")
    assert asked.case.stands is CaseStatus.REOPENED


def test_what_staff_closed_is_told_as_such_and_asks_if_it_is_solved(client, answered, staff):
    answered.case.refresh_from_db()
    close_case(answered.case, by=staff)
    page = _page(client, answered)
    assert "这件事已关闭。对您来说，问题解决了吗？" in page
    _do(client, answered, "solved")
    assert answered.case.stands is CaseStatus.SOLVED


def test_a_hand_over_tells_the_new_name_and_not_the_summary(client, ask, company, staff):
    asked = ask()
    other = create_account("wu-signin", password="correct horse battery staple")
    other.display_name = "吴敏"
    other.save()
    grant_role(other, role=Role.AGENT, unit=company.store)
    transferred = transfer_case(asked.case, to=other, summary="交接：脾气急", by=staff)
    page = _page(client, asked)
    assert "已转给南京路店的吴敏负责。" in page
    assert "脾气急" not in page
    undo(transferred, by=staff)
    assert "吴敏" not in _page(client, asked)


def test_a_late_answer_is_owned_up_to(client, ask):
    asked = ask()
    Case.objects.update(due_at=timezone.now() - timezone.timedelta(hours=1))
    assert "我们晚了。很抱歉" in _page(client, asked)


def test_times_stand_in_the_zone_of_the_unit(client, ask, company):
    asked = ask()
    Case.objects.update(due_at=timezone.datetime(2099, 3, 1, 20, 0, tzinfo=timezone.get_fixed_timezone(0)))
    assert "2099年3月2日 04:00" in _page(client, asked)
    company.store.time_zone = "Europe/London"
    company.store.save()
    assert "2099年3月1日 20:00" in _page(client, asked)


def test_a_wrong_link_is_a_plain_page_without_a_hint(client, ask):
    asked = ask()
    wrong = client.get("/track/AAAAAAAAAAAAAAAAAAAAAA/")
    longer = client.get(f"/track/{asked.token}x/")
    assert (wrong.status_code, longer.status_code) == (404, 404)
    assert asked.case.number not in wrong.content.decode() + longer.content.decode()
    assert "portal.css" in wrong.content.decode()


def test_an_unknown_action_changes_nothing(client, ask):
    asked = ask()
    assert _do(client, asked, "delete").status_code == 200
    assert asked.case.stands is CaseStatus.OPEN


def test_a_form_without_the_cookie_is_answered_kindly_and_keeps_the_words(ask, link):
    strict = Client(enforce_csrf_checks=True)
    path = ask().path
    response = strict.post(path, {"do": "add", "words": "别弄丢这句话"})
    page = response.content.decode()
    assert response.status_code == 403
    assert "请再提交一次" in page
    assert "别弄丢这句话" in page
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
    again = {"do": "add", "words": "别弄丢这句话", "csrfmiddlewaretoken": token}
    # A page without referrer makes the browser send this origin with its own forms.
    assert strict.post(path, again, headers={"origin": "null"}).status_code == 303
    assert strict.post(path, again, headers={"origin": "https://evil.example"}).status_code == 403
    assert (
        strict.post(path, again | {"csrfmiddlewaretoken": "x" * 64}, headers={"origin": "null"}).status_code
        == 403
    )
