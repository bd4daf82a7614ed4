"""The language model may sum up a report, from its sentences alone; what it makes up is refused."""

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from zhiyin.assist.services.endpoint import Chosen, save_language_model
from zhiyin.insight.reports.drafting import Fact, RefusedWords, check_sentences
from zhiyin.insight.reports.services import WantedReport, create_report, send_now
from zhiyin.people.actors import SYSTEM
from zhiyin.people.queries.accounts import find_account
from zhiyin.people.scope import EVERYTHING

FACTS = [
    Fact(words="上菜速度：3 人不满（75.0%），净情感 −100.0", href="/voices/?a=1"),
    Fact(words="Net sentiment −12.5 of 1,204 voices, 1.2万", href="/voices/"),
]


@pytest.mark.parametrize(
    "text",
    [
        "上菜速度有 3 人不满。[1]",
        "3 人不满，占 75.0%，净情感低到 −100.0 [1]\n共 1,204 条 [2]",
        "Net sentiment fell to -12.5 of 1204 voices. [2]",
        "1.2万 条【2】",
    ],
)
def test_what_the_report_says_is_taken_with_its_link(text):
    found = check_sentences(text, FACTS)
    assert found[0].fact.href in ("/voices/?a=1", "/voices/")
    assert all("[" not in one.words for one in found)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "上菜速度有 3 人不满。",
        "上菜速度有 3 人不满。[3]",
        "上菜速度有 4 人不满。[1]",
        "上菜速度有 3 人不满，占 75%。[1]",
        "共 1,204 条。[1]",
        "四成客户不满。[1]",
        "不满的人翻倍。[1]",
        "Half of the customers are unhappy. [2]",
        "1.2亿 条 [2]",
        "上菜速度有 3 人不满。[1]\n另有 9 人没说。[1]",
        "\n".join(["3 人不满 [1]"] * 9),
    ],
)
def test_what_the_report_does_not_say_is_refused_as_a_whole(text):
    with pytest.raises(RefusedWords):
        check_sentences(text, FACTS)


@pytest.fixture
def snapshot(company, settings):
    settings.CHROMIUM = "no-such-browser"
    settings.INNER_NETWORKS = ()
    yesterday = datetime.now(UTC) - timedelta(days=1)
    for _one in range(3):
        company.say("上菜太慢", occurred_at=yesterday)
    company.say("吃完食物中毒住院了，电话13800138000", occurred_at=yesterday)
    company.visit("owner")
    owner = find_account("owner-all")
    wanted = WantedReport(
        name="Daily brief",
        parts=["summary", "aspects", "urgent"],
        rhythm="day",
        at=time(8, 30),
        destination_ids=[],
        language="en",
    )
    now = datetime.now(UTC)
    made = create_report(wanted, owner=owner, scope=EVERYTHING, by=SYSTEM, now=now)
    return send_now(made.pk, account=owner, scope=EVERYTHING, by=SYSTEM, now=now)


@pytest.fixture
def model(company, chat_server):
    """The server that answers; it is set in this company."""
    chosen = Chosen(
        base_url=chat_server.url,
        model="small-1",
        key="",
        seconds=5,
        price_in=Decimal(0),
        price_out=Decimal(0),
        currency="CNY",
        month_limit=None,
    )
    save_language_model(chosen, by=SYSTEM)
    return chat_server


def _says(model, text):
    model.answer = {"choices": [{"message": {"content": text}}]}


@pytest.mark.django_db
def test_without_a_language_model_nothing_offers_it(company, snapshot):
    page = company.visit("owner").get(reverse("report_snapshot", args=[snapshot.pk])).content.decode()
    assert "/words/" not in page
    answer = company.visit("owner").post(reverse("report_words", args=[snapshot.pk]))
    assert "No language model is set" in answer.content.decode()


@pytest.mark.django_db
def test_the_summary_stands_above_with_a_link_a_sentence(company, snapshot, model):
    owner, address = company.visit("owner"), reverse("report_words", args=[snapshot.pk])
    assert address in owner.get(reverse("report_snapshot", args=[snapshot.pk])).content.decode()
    _says(model, "Speed hurts 3 people. [1]")
    refused = owner.post(address)
    sent = model.asked[-1][1]["messages"][1]["content"]
    assert "13800138000" not in sent
    assert "电话" not in sent  # customers' words stay here
    number = next(
        n for n in range(1, 9) if f"[{n}]" in sent and "3 people" in sent.split(f"[{n}]")[1].split("[")[0]
    )
    _says(model, f"Speed hurts <b>3 people</b>. [{number}]")
    page = owner.post(address).content.decode()
    assert "Summed up by a machine (small-1)" in page
    assert (
        "Speed hurts &lt;b&gt;3 people&lt;/b&gt;." in page.split('class="notice-text"')[1].split("</ul>")[0]
    )
    assert 'href="/' in page.split('class="notice-text"')[1].split("</ul>")[0]
    if number != 1:
        assert refused.status_code == 503


@pytest.mark.django_db
def test_a_made_up_figure_is_not_shown(company, snapshot, model):
    _says(model, "Sales fell by 37%. [1]")
    answer = company.visit("owner").post(reverse("report_words", args=[snapshot.pk]))
    page = answer.content.decode()
    assert answer.status_code == 503
    assert "37%" not in page
    assert "were refused" in page
    # The report itself stands as ever.
    assert "3 people" in page


@pytest.mark.django_db
def test_who_may_not_send_reports_asks_for_no_words(company, snapshot, model):
    address = reverse("report_words", args=[snapshot.pk])
    auditor = company.visit("auditor")
    assert auditor.post(address).status_code == 403
    assert address not in auditor.get(reverse("report_snapshot", args=[snapshot.pk])).content.decode()
    assert company.visit("manager", unit="n1").post(address).status_code == 404
