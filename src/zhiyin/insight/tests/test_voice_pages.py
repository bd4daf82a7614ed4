"""The list of voices and the page of one, as browsers get them."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from django.template import engines

from zhiyin.insight import voice_panels
from zhiyin.insight.voice_panels import Mark, VoiceAction, VoiceMarks, VoicePanel, register
from zhiyin.listen.items import AuthorIn, IdentityIn, RatingIn, ReplyIn, TurnIn
from zhiyin.people.models import AuditEvent
from zhiyin.people.permissions import Permission

PHONE = "13812345678"
AUTHOR = AuthorIn(name="陈思远", identities=[IdentityIn(type="phone", value=PHONE)])


def words(response):
    """What stands on the page, without markup."""
    text = re.sub(r"<(script|style|head).*?</\1>", " ", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def ids(response):
    return re.findall(r'id="v-([0-9a-f-]{36})"', response.content.decode())


def test_the_list_shows_the_newest_first_with_opinions_underlined(company):
    first, second = company.say("菜好吃但是上菜慢", rating=RatingIn(value=2)), company.say("环境很好")
    page = company.visit("owner").get("/voices/")
    assert page.status_code == 200
    assert ids(page) == [second, first]
    assert '<mark class="opinion opinion-negative"' in page.content.decode()
    assert "2 of 5 stars" in page.content.decode()
    assert "北京一店" in words(page)


def test_filters_of_the_address_narrow_the_list_and_stand_there_as_chips(company):
    slow, _ = company.say("上菜慢"), company.say("味道很好")
    page = company.visit("owner").get("/voices/?aspect=service_serving_speed&polarity=negative&q=上菜")
    assert ids(page) == [slow]
    assert "Serving and delivery speed" in words(page)
    chips = re.findall(r'<a class="chip" href="([^"]+)"', page.content.decode())
    assert len(chips) == 3
    assert all("period" not in url for url in chips)
    assert '<mark class="hit">上菜</mark>' in page.content.decode()


def test_a_page_without_matches_says_what_to_do(company):
    company.say("上菜慢")
    page = company.visit("owner").get("/voices/?q=没有这样的话")
    assert "No voice is like that" in words(page)
    assert "Remove all filters" in words(page)


def test_htmx_gets_the_list_alone(company):
    company.say()
    headers = {"HX-Request": "true", "HX-Target": "voice-list"}
    part = company.visit("owner").get("/voices/", headers=headers).content.decode()
    assert part.lstrip().startswith('<div id="voice-list"')
    assert "<html" not in part


def test_the_filters_are_a_page_of_their_own_and_offer_what_is_there(company):
    company.say(channel="chat", product="奶茶")
    page = company.visit("owner").get("/voices/filters/?channel=chat&signal=leaving")
    text = page.content.decode()
    assert re.search(r'name="channel" value="chat" checked', text)
    assert re.search(r'name="product" value="奶茶"', text)
    assert re.search(r'name="signal" value="leaving" checked', text), "what is chosen stays to be unchosen"
    assert re.search(r'<form id="voice-filters"[^>]*method="get" action="/voices/"', text)


def test_long_words_are_cut_at_a_sentence_and_all_there(company):
    company.say("这家店的服务让人失望，等了很久都没有人来。" * 20)
    text = company.visit("owner").get("/voices/").content.decode()
    assert '<details class="verbatim words">' in text
    assert "".join(re.sub(r"<[^>]+>", "", text).split()).count("等了很久都没有人来") == 20


@pytest.fixture
def two_stores(company):
    return company.say("北京上菜慢", author=AUTHOR), company.say("广州上菜慢", store="s1", author=AUTHOR)


@pytest.mark.parametrize("role", ["manager", "agent", "frontline"])
def test_a_store_never_sees_or_finds_the_voice_of_another(company, two_stores, role):
    own, other = two_stores
    client = company.visit(role, unit="n1")
    for address in (
        "/voices/",
        "/voices/?q=上菜",
        "/voices/?unit=s1",
        "/voices/?all=1&period=all",
        "/voices/?q=广州",
    ):
        page = client.get(address)
        assert other not in page.content.decode()
        assert "广州上菜慢" not in words(page)
    assert client.get(f"/voices/{own}/").status_code == 200
    assert client.get(f"/voices/{other}/").status_code == 404
    assert client.get(f"/voices/{other}/author/").status_code == 404
    mates = client.get(f"/voices/{own}/author/")
    assert "Nothing else was heard" in words(mates), "the author's voice in another store stays there"
    filters = client.get("/voices/filters/?period=all").content.decode()
    assert 'class="filter-n">2<' not in filters, "counts are those of the store"


def test_the_customer_of_a_voice_is_known_by_other_voices_only(company, two_stores):
    page = company.visit("owner").get(f"/voices/{two_stores[0]}/author/")
    assert "2 voices in all" in words(page)
    assert two_stores[1] in page.content.decode()
    assert PHONE not in page.content.decode()
    assert "陈思远" not in page.content.decode()
    stranger = company.say("没说是谁")
    assert "did not say who spoke" in words(company.visit("owner").get(f"/voices/{stranger}/author/"))


@pytest.mark.parametrize("feedback_id", ["x", "0190" * 9, "00000000-0000-0000-0000-000000000000", "export2"])
def test_what_is_no_voice_is_not_found(company, feedback_id):
    assert company.visit("owner").get(f"/voices/{feedback_id}/").status_code == 404


def test_a_voice_shows_what_it_means_and_why(company):
    voice = company.say(
        "菜好吃但是上菜慢，等了四十分钟",
        reply=ReplyIn(text="抱歉让您久等"),
        rating=RatingIn(value=2),
        touchpoint="in_store",
    )
    text = words(company.visit("owner").get(f"/voices/{voice}/"))
    for wanted in (
        *("Taste", "Serving and delivery speed", "belongs to", "Certainty", "抱歉让您久等", "北京一店"),
        *("waited 40 min", "timely", "in store", "2 / 5", "restaurant@"),
    ):
        assert wanted in text, wanted


def test_an_edited_voice_shows_what_became_of_it(company):
    company.say("上菜慢", external_id="a", rating=RatingIn(value=1))
    voice = company.say("上菜很慢", external_id="a", rating=RatingIn(value=4))
    page = company.visit("owner").get(f"/voices/{voice}/").content.decode()
    assert "上菜<ins>很</ins>慢" in page
    assert page.index("1 of 5 stars") < page.index("4 of 5 stars", page.index("1 of 5 stars"))


def test_a_conversation_is_shown_turn_by_turn(company):
    turns = [
        TurnIn(speaker="staff", text=f"请问是{PHONE}吗", start_seconds=1),
        TurnIn(speaker="customer", text="上菜慢", start_seconds=3),
    ]
    voice = company.say("", turns=turns, author=AUTHOR)
    page = company.visit("owner").get(f"/voices/{voice}/").content.decode()
    assert page.count('<li class="turn turn-') == 2
    assert PHONE not in page
    assert '<mark class="opinion opinion-negative"' in page


def test_voices_lead_to_their_neighbours_in_the_list_they_were_opened_from(company):
    old, other, new = company.say("上菜慢1"), company.say("味道很好"), company.say("上菜慢2")
    client = company.visit("owner")
    page = client.get(f"/voices/{old}/?q=上菜&period=7d").content.decode()
    way = re.findall(r'rel="(prev|next)" href="/voices/([0-9a-f-]+)/\?([^"]+)"', page)
    assert [(rel, voice) for rel, voice, _ in way] == [("prev", new)]
    assert "q=%E4%B8%8A%E8%8F%9C" in way[0][2]
    assert f"/voices/{other}/" in client.get(f"/voices/{old}/").content.decode()


def test_original_words_are_shown_for_a_reason_to_who_may_and_never_cached(company):
    voice = company.say(f"打我电话{PHONE}，上菜慢")
    address = f"/voices/{voice}/original/"
    agent = company.visit("agent", unit="n1")
    assert PHONE not in agent.get(f"/voices/{voice}/").content.decode()
    refused = agent.post(address, {"reason": ""})
    assert (refused.status_code, PHONE in refused.content.decode()) == (422, False)
    shown = agent.post(address, {"reason": "给客户回电话"})
    assert PHONE in shown.content.decode()
    assert (shown.status_code, shown["Cache-Control"]) == (200, "no-store")
    assert agent.get(address).url == f"/voices/{voice}/"  # an address that stands in the browser
    [event] = AuditEvent.objects.filter(action="verbatim.revealed")
    assert (event.target_id, "给客户回电话" in event.details) == (voice, True)


@pytest.mark.parametrize(("role", "unit", "status"), [("analyst", None, 403), ("agent", "s1", 404)])
def test_original_words_stay_hidden_from_others(company, role, unit, status):
    voice = company.say(f"打我电话{PHONE}")
    client = company.visit(role, unit=unit)
    assert client.post(f"/voices/{voice}/original/", {"reason": "给客户回电话"}).status_code == status
    assert not AuditEvent.objects.filter(action="verbatim.revealed").exists()


@dataclass
class _Promise:
    text: str

    def __str__(self):
        return self.text


@pytest.fixture
def additions(monkeypatch):
    monkeypatch.setattr(voice_panels, "_added", {})
    template = engines["django"].from_string("<p>{{ words }} {{ detail.feedback.text }}</p>")
    monkeypatch.setattr(
        voice_panels, "render_to_string", lambda name, context, request: template.render(context, request)
    )
    register(
        VoicePanel(
            name="cases",
            template="any.html",
            permission=Permission.CASES_READ,
            build=lambda request, detail: {"words": "Case 7 of"},
        ),
        VoiceAction(
            name="ring",
            label=_Promise("Ring"),
            icon="phone",
            url_name="voice_original",
            permission=Permission.CASES_WORK,
        ),
        VoiceMarks(
            name="marks",
            permission=Permission.CASES_READ,
            build=lambda request, found: {one: [Mark(label="Case 7")] for one in found},
        ),
    )


def test_rooms_above_add_panels_actions_and_marks_for_who_may(company, additions):
    voice = company.say("上菜慢")
    manager, frontline = company.visit("manager", unit="n1"), company.visit("frontline", unit="n1")
    assert "Case 7 of 上菜慢" in words(manager.get(f"/voices/{voice}/"))
    assert "Ring" in words(manager.get(f"/voices/{voice}/"))
    assert "Case 7" in words(manager.get("/voices/"))
    assert f'formaction="/voices/{voice}/original/"' in manager.get("/voices/").content.decode()
    for address in ("/voices/", f"/voices/{voice}/"):
        page = words(frontline.get(address))
        assert "Case 7" not in page
        assert "Ring" not in page


def test_the_list_asks_the_database_as_often_for_many_as_for_few(company, django_assert_max_num_queries):
    for _ in range(12):
        company.say()
    client = company.visit("manager", unit="n1")
    client.get("/voices/")
    with django_assert_max_num_queries(25):
        client.get("/voices/?period=all")


def test_a_conversation_shows_what_happened_at_its_turns_and_how_it_went(company):
    lines = (
        "客户:外卖没送到，都一个小时了",
        "客服:请问您遇到什么问题",
        "客户:我说了外卖没送到",
        "客服:对不起，明天上午给您回电",
    )
    turns = [
        TurnIn(
            speaker="customer" if line[:2] == "客户" else "staff",
            text=line[3:],
            start_seconds=20.0 * place,
            end_seconds=20.0 * place + 6,
        )
        for place, line in enumerate(lines)
    ]
    page = company.visit("owner").get(f"/voices/{company.say('', turns=turns)}/").content.decode()
    notes = re.findall(r'<span class="turn-note turn-note-(\w+)">([^<·]+)', page)
    assert [(tone, name.strip()) for tone, name in notes] == [
        ("bad", "Asked again"),
        ("bad", "Told again"),
        ("good", "Promise"),
    ]
    assert "14 s of silence" in page
    assert 'href="#turn-1"' in page
    assert page.count('<rect class="talk-') == 2
    assert "<strong>50.0%</strong>" in page
    assert re.search(r'<a class="verbatim" href="#turn-4">明天上午给您回电</a>', page)
