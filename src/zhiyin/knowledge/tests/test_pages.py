"""The pages of articles: searching, writing, reviewing, gaps, files, the check."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from zhiyin.knowledge.finders import find_titles
from zhiyin.knowledge.leaving import object_to_articles
from zhiyin.knowledge.models import Article, ArticleVersion, MissedSearch, State
from zhiyin.knowledge.services import note_miss

TEXT = "打开小程序，点“我的订单”，再点“开发票”。十分钟后发到邮箱。"


def given(company, **more):
    return {
        "title": "发票怎么开",
        "text": TEXT,
        "audience": "staff",
        "unit": "",
        "owner": company.owner.pk,
        "review_on": "2099-01-01",
        **more,
    }


def test_an_article_is_written_reviewed_by_another_and_found(company, enter):
    owner, analyst = enter(company.owner), enter(company.analyst)
    sent = owner.post(reverse("new_article"), given(company))
    article = Article.objects.get()
    assert sent.url == reverse("article", args=[article.pk])
    own = owner.post(reverse("review_article", args=[article.pk]), {"version": 1, "then": "publish"})
    assert own.status_code == 409
    assert "Ask a colleague" in own.content.decode()
    assert (
        "发票怎么开"
        not in owner.get(reverse("articles"), {"q": "发票"}).content.decode().split("article-list")[1]
    )
    analyst.post(reverse("review_article", args=[article.pk]), {"version": 1, "then": "publish"})
    assert (
        "发票怎么开"
        in owner.get(reverse("articles"), {"q": "发票"}).content.decode().split("article-list")[1]
    )


def test_the_published_words_stay_until_the_next_are_reviewed(company, enter, publish):
    article = publish("发票怎么开", TEXT)
    analyst, frontline = enter(company.analyst), enter(company.frontline)
    analyst.post(
        reverse("edit_article", args=[article.pk]),
        given(company, text="新的说法", seen=1, review_on=article.review_on.isoformat()),
    )
    page = reverse("article", args=[article.pk])
    assert "新的说法" not in frontline.get(page).content.decode()
    enter(company.owner).post(reverse("review_article", args=[article.pk]), {"version": 2, "then": "publish"})
    assert "新的说法" in frontline.get(page).content.decode()
    assert ArticleVersion.objects.get(number=1).state == State.REPLACED


def test_two_who_write_at_once_notice_and_lose_nothing(company, enter, publish):
    article = publish("发票怎么开", TEXT)
    owner, edit = enter(company.owner), reverse("edit_article", args=[article.pk])
    day = article.review_on.isoformat()
    owner.post(edit, given(company, text="第一个人的话", seen=1, review_on=day))
    late = owner.post(edit, given(company, text="第二个人的话", seen=1, review_on=day))
    assert late.status_code == 409
    assert "第二个人的话" in late.content.decode()
    assert article.versions.count() == 2


def test_an_article_of_another_store_is_not_there(company, enter, publish):
    article = publish("北店停车", "北店门口可以停车。", unit_id=company.north.pk)
    page = reverse("article", args=[article.pk])
    assert enter(company.frontline).get(page).status_code == 404
    assert enter(company.agent).get(page).status_code == 200


def test_an_agent_edits_articles_of_the_own_store_alone(company, enter, publish):
    ours, theirs = publish("北店停车", TEXT, unit_id=company.north.pk), publish("发票怎么开", TEXT)
    agent = enter(company.agent)
    assert agent.get(reverse("edit_article", args=[ours.pk])).status_code == 200
    assert agent.get(reverse("edit_article", args=[theirs.pk])).status_code == 404
    assert agent.post(reverse("withdraw_article", args=[theirs.pk])).status_code == 404


def test_an_article_that_still_holds_is_not_due_any_more(company, enter, publish):
    article = publish("发票怎么开", TEXT)
    Article.objects.update(review_on=timezone.localdate())
    owner = enter(company.owner)
    assert "Still right" in owner.get(reverse("article", args=[article.pk])).content.decode()
    owner.post(reverse("confirm_article", args=[article.pk]))
    assert Article.objects.get().review_on > timezone.localdate()
    assert "Still right" not in owner.get(reverse("article", args=[article.pk])).content.decode()


def test_withdrawing_can_be_taken_back(company, enter, publish):
    article = publish("发票怎么开", TEXT)
    owner, withdraw = enter(company.owner), reverse("withdraw_article", args=[article.pk])
    owner.post(withdraw)
    assert enter(company.frontline).get(reverse("article", args=[article.pk])).status_code == 404
    owner.post(f"{withdraw}?again=1")
    assert enter(company.frontline).get(reverse("article", args=[article.pk])).status_code == 200


def test_a_search_that_finds_nothing_becomes_a_gap_once_however_it_was_typed(company, enter):
    agent = enter(company.agent)
    for words in ("宠物可", "宠物可以进", "宠物可以进店吗 13812345678"):
        agent.get(reverse("articles"), {"q": words}, headers={"HX-Request": "true", "HX-Target": "articles"})
    miss = MissedSearch.objects.get()
    assert miss.words.startswith("宠物可以进店吗")
    assert "13812345678" not in miss.words
    assert "宠物可以进店吗" in agent.get(reverse("article_gaps")).content.decode()


def test_searches_of_other_units_are_for_those_who_see_the_whole_company(company, enter):
    note_miss("内部事项", account=company.analyst)
    note_miss("客户问的", is_public=True)
    gaps = reverse("article_gaps")
    agent, owner = enter(company.agent), enter(company.owner)
    assert "内部事项" not in agent.get(gaps).content.decode()
    assert "客户问的" in agent.get(gaps).content.decode()
    assert "内部事项" in owner.get(gaps).content.decode()
    agent.post(reverse("dismiss_gap"), {"folded": "内部事项"})
    assert MissedSearch.objects.get(words="内部事项").handled_at is None


def test_gaps_leave_as_a_table(company, enter):
    note_miss("宠物可以进店吗")
    sent = enter(company.owner).get(reverse("export_article_gaps"), {"format": "csv"})
    assert sent["X-Row-Count"] == "1"
    assert "宠物可以进店吗,1,0,0" in b"".join(sent.streaming_content).decode()


def test_a_gap_is_answered_by_the_article_that_was_begun_from_it(company, enter):
    note_miss("宠物可以进店吗")
    owner = enter(company.owner)
    owner.post(
        f"{reverse('new_article')}?title=宠物可以进店吗",
        given(company, title="宠物可以进店吗", text="可以，请牵好。"),
    )
    assert MissedSearch.objects.get().article == Article.objects.get()
    assert "宠物" not in owner.get(reverse("article_gaps")).content.decode()


def test_a_gap_that_needs_no_article_goes_and_comes_back(company, enter):
    note_miss("随便搜搜")
    owner = enter(company.owner)
    owner.post(reverse("dismiss_gap"), {"folded": "随便搜搜"})
    assert "随便搜搜" not in owner.get(reverse("article_gaps")).content.decode().split("<main")[1]
    owner.post(f"{reverse('dismiss_gap')}?again=1&folded=随便搜搜")
    assert MissedSearch.objects.get().handled_at is None


def test_articles_leave_and_come_back_as_markdown(company, enter, publish):
    article = publish("发票怎么开", TEXT, asked_as="开票\n报销", product="小程序")
    owner = enter(company.owner)
    sent = owner.get(reverse("export_articles"))
    assert sent["X-Row-Count"] == "1"
    with zipfile.ZipFile(io.BytesIO(sent.content)) as archive:
        (name,) = archive.namelist()
        text = archive.read(name).decode()
    changed = text.replace("十分钟", "五分钟")
    owner.post(reverse("move_articles"), {"files": SimpleUploadedFile("a.md", changed.encode())})
    draft = article.versions.get(number=2)
    assert (draft.state, draft.product, draft.asked_as) == (State.DRAFT, "小程序", "开票\n报销")
    assert "五分钟" in draft.text
    for again in (changed, changed.replace("五分钟", "三分钟")):
        owner.post(reverse("move_articles"), {"files": SimpleUploadedFile("a.md", again.encode())})
    assert article.versions.count() == 3
    assert Article.objects.count() == 1


def test_a_file_for_another_unit_is_refused_by_its_name(company, enter):
    text = "---\ntitle: 停车\nunit: S1\n---\n可以停车。"
    sent = enter(company.agent).post(
        reverse("move_articles"), {"files": SimpleUploadedFile("south.md", text.encode())}
    )
    assert sent.status_code == 422
    assert "south.md" in sent.content.decode()
    assert not Article.objects.exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.md", b"\xff\xfe\x00"),
        ("a.md", b"# only a title"),
        ("a.zip", b"no zip"),
        ("a.md", b"---\n[\n---\nx"),
    ],
)
def test_files_that_cannot_be_read_leave_nothing_behind(company, enter, name, content):
    files = [SimpleUploadedFile("good.md", "# 好\n\n内容".encode()), SimpleUploadedFile(name, content)]
    sent = enter(company.owner).post(reverse("move_articles"), {"files": files})
    assert sent.status_code == 422
    assert not Article.objects.exists()


def test_html_and_scripts_in_an_article_stand_as_written(company, enter, publish):
    article = publish(
        "注意", "<script>alert(1)</script> [点](javascript:alert(1)) ![x](https://a.example/x.png)"
    )
    shown = enter(company.owner).get(reverse("article", args=[article.pk])).content.decode()
    main = shown.split('article-text">')[1].split("</section>")[0]
    assert "<script" not in main
    assert 'href="javascript' not in main
    assert "<img" not in main


def test_a_public_article_must_not_ask_for_reviews_to_be_changed(company, enter):
    owner = enter(company.owner)
    owner.post(
        reverse("new_article"), given(company, text="麻烦您改一下评价，返五元红包。", audience="public")
    )
    article = Article.objects.get()
    sent = enter(company.analyst).post(reverse("review_article", args=[article.pk]), {"version": 1})
    assert sent.status_code == 409
    assert "改一下评价" in sent.content.decode()


def test_the_check_marks_words_and_offers_better_ones(company, enter):
    sent = enter(company.frontline).post(
        reverse("check_text"),
        {"text": "我们会尽快处理。", "question": "什么时候退款？"},
        headers={"HX-Request": "true", "HX-Target": "checked"},
    )
    page = sent.content.decode()
    assert "<html" not in page
    assert '<mark class="plain-mark plain-warning">' in page
    assert "Question not answered" in page


def test_whoever_answers_for_articles_gives_them_away_before_leaving(company, enter, publish):
    publish("发票怎么开", TEXT)
    objection = object_to_articles(company.owner)
    assert "1 article" in objection.text
    assert "发票怎么开" in enter(company.owner).get(objection.url).content.decode()
    assert object_to_articles(company.agent) is None


def test_the_palette_finds_titles(company, enter, publish):
    publish("发票怎么开", TEXT)
    publish("北店停车", TEXT, unit_id=company.north.pk)
    request = RequestFactory().get("/")
    request.user = company.frontline
    assert [one.name for one in find_titles(request, "发票")] == ["发票怎么开"]
    assert list(find_titles(request, "北店")) == []
