"""Customers find answers by themselves, and only those written for them."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from zhiyin.knowledge.models import Article, MissedSearch
from zhiyin.knowledge.services import Words, publish_version, review_version, withdraw_article, write_article
from zhiyin.people.actors import SYSTEM
from zhiyin.people.roles import Role
from zhiyin.people.services.accounts import create_account, grant_role


@pytest.fixture
def write(db, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    writer = create_account("writer", password="correct horse battery staple")
    grant_role(writer, role=Role.OWNER, unit=None)

    def make(title: str, text: str, audience: str = "public") -> Article:
        version = write_article(Words(title=title, text=text), owner=writer, by=SYSTEM, audience=audience)
        review_version(version, reviewer=writer, by=SYSTEM)
        publish_version(version, by=SYSTEM)
        return Article.objects.get(pk=version.article_id)

    return make


def test_an_answer_is_found_and_read_without_an_account(write):
    article = write("发票怎么开", "打开小程序，点“我的订单”，再点 **开发票**。")
    client = Client()
    assert "发票怎么开" in client.get(reverse("portal_help")).content.decode()
    assert "发票怎么开" in client.get(reverse("portal_help"), {"q": "开发票"}).content.decode()
    page = client.get(reverse("portal_answer", args=[article.pk]))
    assert "<strong>开发票</strong>" in page.content.decode()
    assert len(page.content) < 100_000


def test_the_portal_leads_to_answers_once_there_are_any(write):
    link = f'href="{reverse("portal_help")}"'
    assert link not in Client().get(reverse("my_data")).content.decode()
    write("发票怎么开", "打开小程序。")
    assert link in Client().get(reverse("my_data")).content.decode()


def test_what_is_for_colleagues_or_withdrawn_is_not_there(write):
    staff, gone = write("内部办法", "退款上限两百元。", audience="staff"), write("旧活动", "满一百减二十。")
    withdraw_article(gone, by=SYSTEM)
    client = Client()
    answers = [client.get(reverse("portal_answer", args=[pk])) for pk in (staff.pk, gone.pk, 10_000)]
    assert [one.status_code for one in answers] == [404, 404, 404]
    assert "内部办法" not in client.get(reverse("portal_help")).content.decode()
    assert "内部办法" not in client.get(reverse("portal_help"), {"q": "退款上限"}).content.decode()


def test_a_search_in_vain_is_noted_without_private_data(write):
    page = Client().get(reverse("portal_help"), {"q": "充电宝在哪还 13812345678"}).content.decode()
    assert reverse("portal_speak") in page
    miss = MissedSearch.objects.get()
    assert miss.is_public
    assert "13812345678" not in miss.words
    assert "13812345678" not in miss.folded
