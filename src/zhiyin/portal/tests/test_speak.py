"""Speaking without an account."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from zhiyin.errors import Unavailable
from zhiyin.listen.api import open_lake
from zhiyin.listen.queries import FeedbackFilter, list_feedback
from zhiyin.people.models import RoleGrant
from zhiyin.people.scope import EVERYTHING
from zhiyin.portal.models import SpeakLink, Submission
from zhiyin.respond.models import Case
from zhiyin.respond.queries import read_contact

TEXT = "牛肉面很香，但是等了四十分钟。"


def _voices():
    return list_feedback(open_lake(), scope=EVERYTHING, wanted=FeedbackFilter()).items


@pytest.mark.parametrize(
    ("language", "title"), [("zh-CN", "您想对我们说什么？"), ("en", "What would you like to tell us?")]
)
def test_the_form_speaks_the_visitors_language_in_the_companys_name(link, language, title):
    page = Client(headers={"accept-language": language}).get(f"/speak/{link.code}/").content.decode()
    assert f"<title>{title} · 听穗茶</title>" in page
    assert "南京路店" in page


def test_the_language_link_changes_the_language_and_keeps_the_till(client, link):
    page = client.get(f"/speak/{link.code}/?at=till-2").content.decode()
    wanted = re.search(r'href="(\?[^"]*language=en)"', page)[1].replace("&amp;", "&")
    assert "at=till-2" in wanted
    response = client.get(f"/speak/{link.code}/{wanted}")
    assert 'lang="en"' in response.content.decode()
    assert 'lang="en"' in client.get(f"/speak/{link.code}/").content.decode()


def test_what_is_said_becomes_a_voice_of_the_unit(client, link, fill, process):
    response = client.post(f"/speak/{link.code}/?at=till-2", fill(client, text=TEXT, stars="4"))
    assert "谢谢您，我们听到了" in response.content.decode()
    assert process() == 1
    (voice,) = _voices()
    assert (voice.channel, voice.source, voice.touchpoint) == ("portal", "portal", "till-2")
    assert (voice.unit_id, voice.stars, voice.text) == (link.unit_id, 4.0, TEXT)
    assert not Case.objects.exists()


def test_the_page_of_the_whole_company_needs_no_link(client, company, link, fill, process):
    assert client.post("/speak/", fill(client, path="/speak/", text=TEXT)).status_code == 200
    assert process() == 1
    assert _voices()[0].unit_id == company.root.pk


def test_stars_alone_are_a_voice(client, link, fill, process):
    client.post(f"/speak/{link.code}/", fill(client, text="", stars="2"))
    assert process() == 1
    assert (_voices()[0].stars, _voices()[0].text) == (2.0, "")


def test_sending_twice_gives_one_voice_one_case_and_the_same_link(client, link, fill, process):
    data = fill(client, wants_answer="on")
    tokens = [
        re.search(r"/track/([\w-]{22})/", client.post(f"/speak/{link.code}/", data).content.decode())[1]
        for _ in range(2)
    ]
    assert tokens[0] == tokens[1]
    assert Case.objects.count() == 1
    process()
    assert len(_voices()) == 1
    link.refresh_from_db()
    assert link.n_voices == 1
    assert link.last_voice_at is not None


def test_an_answer_that_is_wished_opens_a_case_with_the_contact(ask, company, process):
    asked = ask()
    case = asked.case
    assert case.number in asked.page
    assert f"http://testserver/track/{asked.token}/" in asked.page
    assert (case.unit_id, case.owner_id) == (company.store.pk, company.manager.pk)
    contact = read_contact(case)
    assert (contact.name, contact.phone) == ("王女士", "13812345678")
    assert "13812345678" not in case.title
    process()
    assert case.feedback_id == _voices()[0].feedback_id


def test_an_urgent_voice_is_due_sooner(ask):
    calm = ask(text="茶有点凉")
    urgent = ask(text="吃完拉肚子去医院了，怀疑食物中毒", phone="13900001111")
    assert urgent.case.urgency == 3
    assert urgent.case.due_at < calm.case.due_at


def test_without_anybody_to_own_it_the_voice_is_kept_and_the_page_is_honest(client, link, fill, process):
    RoleGrant.objects.all().delete()
    page = client.post(f"/speak/{link.code}/", fill(client, wants_answer="on")).content.decode()
    assert "暂时没有能专门负责的同事" in page
    assert process() == 1


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"text": " ", "stars": ""}, "请写几个字，或点选星级。"),
        ({"text": "", "stars": "4", "wants_answer": "on"}, "请写下希望我们答复的事。"),
        ({"text": "字" * 5001}, "最多 5,000 字，现在是 5,001 字，请精简一下。"),
        ({"phone": "abc"}, "这不像手机号，只填数字就行。"),
        ({"leave_empty": "http://spam.example"}, "这一栏请留空。"),
    ],
)
def test_a_mistake_is_told_and_the_input_stays(client, link, fill, process, wrong, message):
    data = fill(client, text="留着的话", name="小李") | wrong
    response = client.post(f"/speak/{link.code}/", data)
    page = response.content.decode()
    assert response.status_code == 422
    assert message in page
    assert "<title>出错了：" in page
    assert 'value="小李"' in page
    assert data["text"].strip() in page
    assert data["form_id"] in page
    assert process() == 0


def test_a_link_that_is_off_or_unknown_leads_to_a_plain_page(client, link):
    SpeakLink.objects.update(is_active=False)
    for path in (f"/speak/{link.code}/", "/speak/nothere/"):
        response = client.get(path)
        assert response.status_code == 404
        assert "没有找到这个页面" in response.content.decode()
        assert "portal.css" in response.content.decode()


def test_a_code_may_be_typed_in_capitals(client, link):
    assert client.get(f"/speak/{link.code.upper()}/").status_code == 200


def test_a_unit_that_was_merged_hears_through_its_printed_codes(client, link, fill, process, company):
    company.store.merged_into = company.other
    company.store.is_active = False
    company.store.save()
    client.post(f"/speak/{link.code}/", fill(client))
    process()
    assert _voices()[0].unit_id == company.other.pk


@pytest.mark.parametrize("place", ["<script>", "a b", "x" * 33, "=1+1", ""])
def test_a_place_that_is_none_is_not_kept(client, link, fill, process, place):
    client.post(f"/speak/{link.code}/?at={place}", fill(client))
    process()
    assert _voices()[0].touchpoint is None


def test_a_form_id_that_is_none_of_ours_gets_another(client, link, fill, process):
    for text in ("第一句", "第二句"):
        client.post(f"/speak/{link.code}/", fill(client, text=text) | {"form_id": "../x"})
    assert process() == 2


def test_control_characters_and_odd_signs_do_no_harm(client, link, fill, process):
    data = fill(client, text="好\x00吃\u202e😀\x07", wants_answer="on")
    assert client.post(f"/speak/{link.code}/", data).status_code == 422  # Django's fields refuse a NUL
    assert client.post(f"/speak/{link.code}/", data | {"text": "好\u202e吃😀\x07"}).status_code == 200
    process()
    assert _voices()[0].text == "好\u202e吃😀"


def test_neither_token_nor_form_id_nor_phone_is_stored_in_clear(ask, link):
    asked = ask()
    for submission in Submission.objects.all():
        kept = submission.key.encode() + bytes(submission.receipt)
        assert asked.token.encode() not in kept
    form_ids = re.findall(r"[0-9a-f]{32}", " ".join(Submission.objects.values_list("key", flat=True)))
    assert len(form_ids) == 2  # the 64 signs of one keyed hash, cut in two: no id of a form


def test_when_the_log_does_not_answer_the_words_come_back(client, link, fill, monkeypatch, home):
    data = fill(client)
    home.log.close()
    response = client.post(f"/speak/{link.code}/", data)
    assert response.status_code == 503
    page = response.content.decode()
    assert "是我们的问题" in page
    assert data["text"] in page
    assert data["form_id"] in page
    assert Unavailable.code == "unavailable"
