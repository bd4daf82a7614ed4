"""Knowledge on the page of a case: suggested, used, counted, kept; the answer checked."""

from __future__ import annotations

import pytest
from django.urls import reverse

from zhiyin.knowledge.models import Article, ArticleUse, MissedSearch
from zhiyin.knowledge.services import Words, publish_version, review_version, write_article
from zhiyin.people.actors import SYSTEM, Actor
from zhiyin.respond.services import reopen_case, save_answer_draft, send_answer
from zhiyin.respond.services.customer import confirm_solved

TEXT = "上菜超过四十分钟，我们送您一份甜品，请出示这张小票。"


@pytest.fixture
def article(shop):
    version = write_article(
        Words(title="上菜太慢怎么补偿", text=TEXT), owner=shop.owner, by=Actor.of(shop.owner)
    )
    review_version(version, reviewer=shop.manager, by=shop.by_manager)
    publish_version(version, by=shop.by_manager)
    return Article.objects.get()


def test_the_case_is_answered_by_what_we_know(shop, make_case, enter, article):
    case = make_case()
    page = enter(shop.agent).get(reverse("case_knowledge", args=[case.number])).content.decode()
    assert "上菜太慢怎么补偿" in page


def test_a_used_article_is_counted_and_stands_in_the_draft_without_script(shop, make_case, enter, article):
    case, agent = make_case(), enter(shop.agent)
    sent = agent.post(reverse("case_use_article", args=[case.number]), {"article": article.pk, "q": "上菜慢"})
    assert sent.url.endswith("#answer")
    assert TEXT in agent.get(reverse("case", args=[case.number])).content.decode()
    assert ArticleUse.objects.get().case_id == case.pk


def test_what_the_customer_says_counts_for_the_articles_used(shop, make_case, enter, article):
    case = make_case()
    enter(shop.agent).post(reverse("case_use_article", args=[case.number]), {"article": article.pk})
    answered = send_answer(case, text=TEXT, by=shop.by_agent)
    solved = confirm_solved(answered)
    assert ArticleUse.objects.get().is_solved is True
    reopen_case(solved, by=shop.by_agent)
    assert ArticleUse.objects.get().is_solved is False


def test_a_search_in_vain_from_a_case_is_kept(shop, make_case, enter):
    case = make_case()
    enter(shop.agent).get(reverse("case_knowledge", args=[case.number]), {"q": "宠物可以进店吗"})
    assert MissedSearch.objects.get().words == "宠物可以进店吗"


def test_the_answer_is_checked_as_it_stands(shop, make_case, enter):
    case = make_case()
    page = enter(shop.agent).post(
        reverse("case_check", args=[case.number]), {"answer": "我们会尽快处理，麻烦您改一下评价。"}
    )
    shown = page.content.decode()
    assert "尽快处理" in shown
    assert "not allowed" in shown


def test_an_answer_that_asks_to_change_a_review_is_not_sent_and_not_lost(shop, make_case, enter):
    case = make_case()
    text = "钱今天退您，麻烦您把差评删掉。"
    sent = enter(shop.agent).post(reverse("case_answer", args=[case.number]), {"answer": text})
    assert sent.status_code == 422
    assert text in sent.content.decode()
    assert "Take the words out" in sent.content.decode()
    assert not case.answers.filter(sent_at__isnull=False).exists()


def test_the_draft_is_checked_when_the_page_opens(shop, make_case, enter):
    case = make_case()
    save_answer_draft(case, text="这不是我们的责任。", by=shop.by_agent)
    page = enter(shop.agent).get(reverse("case_knowledge", args=[case.number])).content.decode()
    assert "Shifting blame" in page


def test_a_sent_answer_becomes_a_draft_in_one_click_without_private_data(shop, make_case, enter):
    case = make_case()
    send_answer(case, text="请打 13812345678 找我，明天 18:00 前都在。", by=shop.by_agent)
    answer = case.answers.get()
    sent = enter(shop.agent).post(reverse("case_keep_answer", args=[case.number]), {"answer": answer.pk})
    article = Article.objects.get()
    assert sent.url == reverse("edit_article", args=[article.pk])
    assert article.published is None
    assert article.unit_id == case.unit_id
    assert "13812345678" not in article.versions.get().text


def test_an_answer_of_another_case_is_not_kept(shop, make_case, enter):
    case, other = make_case(), make_case()
    send_answer(other, text=TEXT, by=SYSTEM)
    given = {"answer": other.answers.get().pk}
    sent = enter(shop.agent).post(reverse("case_keep_answer", args=[case.number]), given)
    assert sent.status_code == 404


def test_a_case_of_another_unit_shows_nothing(shop, make_case, enter, article):
    case = make_case()
    stranger = enter(shop.stranger)
    assert stranger.get(reverse("case_knowledge", args=[case.number])).status_code == 404
    assert stranger.post(reverse("case_check", args=[case.number]), {"answer": "好"}).status_code == 404
