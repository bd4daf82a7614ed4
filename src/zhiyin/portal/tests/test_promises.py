"""What every page of a customer promises: light, plain, private, indexed by nobody."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from zhiyin.config.logs import JsonFormatter
from zhiyin.people.actors import Actor
from zhiyin.people.models import AuditEvent
from zhiyin.portal.models import AddedWords, PortalTry, Submission
from zhiyin.respond.services import send_answer

LIMIT = 100_000
# The other language's link, names, and the answer.
_CHINESE_ANYWHERE = {"简体中文", "听穗茶", "南京路店", "陈晓", "好的"}


def _strict(client: Client) -> Client:
    return Client(enforce_csrf_checks=True, headers={"accept-language": client.language})


@pytest.fixture
def pages(ask, link, company, fill):
    """Every page of the portal in one language, by name."""

    def walk(client: Client) -> dict[str, object]:
        asked = ask()
        pages = {"case": client.get(asked.path)}
        send_answer(asked.case, text="好的", by=Actor.of(company.manager))
        data = fill(client, wants_answer="on", phone="13800138000")
        return pages | {
            "speak": client.get(f"/speak/{link.code}/"),
            "speak company": client.get("/speak/"),
            "speak error": client.post(f"/speak/{link.code}/", data | {"text": ""}),
            "thanks": client.post(f"/speak/{link.code}/", data),
            "find": client.get("/track/"),
            "find error": client.post("/track/", {"number": "K2611-000001", "digits": "1111"}),
            "case answered": client.get(asked.path),
            "not found": client.get("/track/nothing/"),
            "expired": _strict(client).post("/speak/", {"text": "x"}),
        }

    return walk


@pytest.fixture(params=["zh-CN", "en"])
def visitor(request):
    client = Client(headers={"accept-language": request.param})
    client.language = request.param
    return client


def test_pages_are_light_plain_and_private(visitor, pages):
    css = Path(finders.find("portal/portal.css")).stat().st_size
    assert css < 15_000
    for name, response in pages(visitor).items():
        page = response.content.decode()
        assert len(response.content) + css < LIMIT, name
        assert "<script" not in page, name
        assert re.search(r"<style|\sstyle=|\son\w+=", page) is None, name
        loaded = re.findall(r'<(?:link|img)[^>]+(?:href|src)="([^"]+)"', page)
        assert loaded == ["data:,", "/static/portal/portal.css"], name
        assert "no-store" in response["Cache-Control"], name
        assert response["Referrer-Policy"] == "no-referrer", name
        assert response["X-Robots-Tag"] == "noindex, nofollow", name
        assert f'lang="{"zh-hans" if visitor.language == "zh-CN" else "en"}"' in page, name
        assert page.count("<h1") == 1, name


def test_english_pages_hold_no_chinese_but_names_and_words(pages):
    client = Client(headers={"accept-language": "en"})
    client.language = "en"
    for name, response in pages(client).items():
        text = re.sub(
            r"(?s)<(blockquote|textarea).*?</\1>|简体中文|听穗茶|南京路店|陈晓|好的",
            "",
            response.content.decode(),
        )
        assert re.findall("[\u4e00-\u9fff]+", text) == [], name


def test_every_field_has_a_label_and_every_hint_exists(visitor, pages):
    for name, response in pages(visitor).items():
        page = response.content.decode()
        ids = re.findall(r'\sid="([^"]+)"', page)
        assert len(ids) == len(set(ids)), name
        assert set(re.findall(r'\sfor="([^"]+)"', page)) <= set(ids), name
        for described in re.findall(r'aria-(?:describedby|labelledby)="([^"]+)"', page):
            assert set(described.split()) <= set(ids), (name, described)
        for target in re.findall(r'href="#([^"]+)"', page):
            assert target in ids, (name, target)


def test_a_token_is_neither_logged_nor_stored_in_clear(client, ask, caplog):
    caplog.set_level(logging.DEBUG)
    asked = ask()
    client.get(asked.path)
    client.post(asked.path, {"do": "solved"})
    client.get(f"/track/{asked.token}x/")
    client.post("/track/", {"number": asked.case.number, "digits": "0000"})
    lines = "\n".join(JsonFormatter().format(record) for record in caplog.records)
    assert "/track/" in lines or "track/<str:token>/" in lines
    rows = [
        str(vars(row))
        for model in (AuditEvent, Submission, PortalTry, AddedWords)
        for row in model.objects.all()
    ]
    for text in (lines, *rows):
        assert asked.token not in text
        assert "13812345678" not in text
