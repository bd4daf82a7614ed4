from __future__ import annotations

from urllib.parse import quote

import pytest


@pytest.fixture
def client(company):
    company.say("服务很好")
    company.say("上菜太慢")
    company.say("店里的fuwu卡不能用")
    return company.visit("owner")


def read(client, search, **more):
    extra = "".join(f"&{name}={value}" for name, value in more.items())
    return client.get(f"/voices/?period=all&q={quote(search)}{extra}").content.decode()


def test_letters_are_read_as_pinyin_and_the_page_says_so(client):
    html = read(client, "fuwu")
    assert "“fuwu” was searched for as 服务 too." in html
    assert "<strong>2</strong> voices" in html
    assert "<strong>1</strong> voice" in read(client, '"fuwu"')


def test_the_page_shows_how_to_search_with_examples_that_work(client):
    html = read(client, "慢")
    assert "How to search" in html
    assert quote('"上菜慢"', safe="") in html or "%22" in html
    assert "<strong>1</strong> voice" in html


def test_either_or_and_without_are_understood_on_the_page(client):
    assert "<strong>2</strong> voices" in read(client, "服务 OR 上菜")
    assert "<strong>1</strong> voice" in read(client, "(服务 或 上菜) -慢")


def test_the_exact_number_can_be_asked_for_alone(client):
    part = client.get(
        f"/voices/?period=all&q={quote('慢')}&count=exact",
        headers={"hx-request": "true", "hx-target": "voices-count"},
    ).content.decode()
    assert part.startswith('<p class="voices-count" id="voices-count"')
