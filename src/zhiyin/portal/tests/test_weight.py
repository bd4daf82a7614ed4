"""A customer's page with everything that it loads weighs less than 100 kB, and needs no script."""

from __future__ import annotations

import gzip
import re

import pytest

from zhiyin.people.actors import Actor
from zhiyin.respond.services import send_answer

MOST_BYTES = 100_000
_LOADED = re.compile(r'<(?:link|img|script|iframe|source)\b[^>]*?(?:href|src)="([^"]+)"')


def _weigh(client, path: str) -> tuple[int, str]:
    """Bytes of the page and of all that it names, as they leave without compression."""
    response = client.get(path)
    assert response.status_code == 200
    page = response.content.decode()
    total = len(response.content)
    for address in {one for one in _LOADED.findall(page) if not one.startswith("data:")}:
        assert address.startswith("/static/"), address
        loaded = client.get(address)
        assert loaded.status_code == 200
        content = loaded.content
        total += len(gzip.decompress(content) if loaded.get("Content-Encoding") == "gzip" else content)
    return total, page


@pytest.mark.parametrize("path", ["/speak/", "/track/", "/help/", "/said-and-done/", "/my-data/"])
def test_every_page_is_light(client, company, path):
    n_bytes, page = _weigh(client, path)
    assert n_bytes < MOST_BYTES
    _check(page)


def test_the_page_of_a_long_story_is_light(client, ask, company):
    asked = ask(text="很长的话" * 500)
    for n in range(10):
        asked.case.refresh_from_db()
        send_answer(asked.case, text=f"第{n}次答复" * 100, by=Actor.of(company.manager))
    n_bytes, page = _weigh(client, asked.path)
    assert n_bytes < MOST_BYTES
    _check(page)


def _check(page: str) -> None:
    assert "<script" not in page
    assert page.count("<h1") == 1
    assert page.count("<main") == 1
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    named = set(re.findall(r'<label[^>]*\bfor="([^"]+)"', page))
    fields = re.findall(r'<(?:input|textarea|select)\b(?![^>]*type="(?:hidden|radio|checkbox)")[^>]*>', page)
    assert [one for one in fields if not set(re.findall(r'\bid="([^"]+)"', one)) & named] == []
