"""The next words of a customer about a matter that is under way go into its case, and open no second one."""

from __future__ import annotations

import threading

import pytest
from django.db import connections
from django.test import Client

from zhiyin.people.actors import Actor
from zhiyin.people.scope import EVERYTHING
from zhiyin.portal.models import AddedWords, Submission
from zhiyin.portal.services.speak_links import create_link
from zhiyin.respond.flow.background import run_flow
from zhiyin.respond.flow.grouping import group_case, measure_exposure, open_group
from zhiyin.respond.flow.matters import key_of_phone
from zhiyin.respond.flow.services import Matter, open_or_join_case
from zhiyin.respond.models import Case, CasePerson, CaseStatus, CaseVoice
from zhiyin.respond.queries import find_case_by_phone, list_feedback_ids, read_contact
from zhiyin.respond.services import CUSTOMER, close_case, send_answer
from zhiyin.respond.services.erasing import erase_from_cases

PHONE = "13812345678"
SLOW, STILL_SLOW, RUDE = "上菜太慢，等了四十分钟", "上菜还是太慢，又等了半个小时", "店员态度很差，爱理不理"


@pytest.fixture
def say(client, link, fill):
    """Sends a form of its own with a wish for an answer; returns the page."""

    def send(text, *, path=f"/speak/{link.code}/", browser=client, **changes):
        data = fill(browser, path=path, text=text, wants_answer="on", **({"phone": PHONE} | changes))
        return browser.post(path, data).content.decode()

    return send


def test_the_same_matter_of_the_same_customer_goes_into_the_case(client, ask, say):
    asked = ask(text=SLOW)
    page = say(STILL_SLOW)
    case = Case.objects.get()
    assert case.pk == asked.case.pk
    assert len(list_feedback_ids(case)) == 2
    assert "已补充到您之前反映的那件事里" in page
    shown = client.get(asked.path).content.decode()
    assert STILL_SLOW in shown
    assert "您补充了内容" in shown


def test_number_and_link_are_not_shown_to_whoever_types_a_phone_number(ask, say, english):
    asked = ask(text=SLOW)
    for page in (say(STILL_SLOW), say(STILL_SLOW, browser=english)):
        assert asked.case.number not in page
        assert asked.token not in page
        assert "/track/" in page
    assert "We added it to the matter that you told us of before" in page


def test_sent_again_it_says_the_same_and_changes_nothing(client, ask, link, fill):
    asked = ask(text=SLOW)
    data = fill(client, text=STILL_SLOW, wants_answer="on", phone=PHONE)
    first = client.post(f"/speak/{link.code}/", data).content.decode()
    again = client.post(f"/speak/{link.code}/", data).content.decode()
    Submission.objects.all().delete()  # a week later
    late = client.post(f"/speak/{link.code}/", data).content.decode()
    for page in (first, again, late):
        assert "已补充到您之前反映的那件事里" in page
        assert asked.case.number not in page
    assert CaseVoice.objects.count() == 2
    assert AddedWords.objects.count() == 1


def test_another_matter_another_number_another_store_open_cases_of_their_own(ask, say, company):
    ask(text=SLOW)
    other = create_link(company.other.pk, scope=EVERYTHING)
    say(RUDE)
    say(SLOW, phone="13900001111")
    say(SLOW, path=f"/speak/{other.code}/")
    say(SLOW, phone="")
    assert Case.objects.count() == 5
    assert not AddedWords.objects.exists()


def test_what_had_its_answer_is_taken_up_again_and_what_is_long_over_is_not(ask, say, company):
    by = Actor.of(company.manager)
    asked = ask(text=SLOW)
    send_answer(asked.case, text="好的", by=by)
    say(STILL_SLOW)
    case = Case.objects.get()
    assert (case.stands, case.n_reopened, case.owner) == (CaseStatus.REOPENED, 1, company.manager)
    close_case(case, reason="完成", by=by)
    Case.objects.update(closed_at=case.opened_at.replace(year=2020))
    run_flow(lambda: False)
    assert not CasePerson.objects.exists()
    say(SLOW)
    assert Case.objects.count() == 2


def test_more_urgent_words_make_the_case_more_urgent(ask, say):
    asked = ask(text="茶有点凉")
    say("我喝了茶，茶里有玻璃，嘴巴被划破流血了，正在医院")
    case = Case.objects.get()
    assert asked.case.urgency < case.urgency == 3
    assert case.due_at < asked.case.due_at


def test_a_contact_is_kept_where_the_case_has_none_and_no_key_stays_when_it_is_erased(say, company):
    matter = Matter(customer=None, unit_id=company.store.pk, person=key_of_phone(PHONE))
    words = {"feedback_id": "01900000-0000-7000-8000-000000000001", "title": "慢", "by": CUSTOMER}
    case = open_or_join_case(**words, matter=matter, scope=EVERYTHING).case
    assert read_contact(case).is_empty
    say(STILL_SLOW, name="王女士")
    case.refresh_from_db()
    assert (read_contact(case).phone, read_contact(case).name) == (PHONE, "王女士")
    assert find_case_by_phone(number=case.number, last_four=PHONE[-4:]) == case
    erase_from_cases([case.feedback_id])
    assert not CasePerson.objects.exists()


def test_a_case_in_a_group_complaint_stays_there(ask, say, company):
    asked, other = ask(text=SLOW), ask(text=SLOW, phone="13900001111")
    by = Actor.of(company.manager)
    parent = open_group([asked.case, other.case], title="上菜慢", by=by, scope=EVERYTHING)
    for case in (asked.case, other.case):
        group_case(case, under=parent, by=by)
    say(STILL_SLOW)
    assert Case.objects.get(pk=asked.case.pk).parent_id == parent.pk
    assert (measure_exposure(parent).n_cases, measure_exposure(parent).n_voices) == (2, 3)


@pytest.mark.django_db(transaction=True)
def test_voices_of_one_matter_that_come_at_the_same_moment_open_one_case(client, link, fill, company):
    forms = [fill(client, text=text, wants_answer="on", phone=PHONE) for text in (SLOW, STILL_SLOW) * 3]
    barrier, statuses = threading.Barrier(len(forms)), []

    def send(data):
        try:
            barrier.wait(30)
            statuses.append(Client().post(f"/speak/{link.code}/", data).status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send, args=(data,)) for data in forms]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert statuses == [200] * len(forms)
    case = Case.objects.get()
    assert len(list_feedback_ids(case)) == len(forms)
    assert AddedWords.objects.filter(case=case).count() == len(forms) - 1
