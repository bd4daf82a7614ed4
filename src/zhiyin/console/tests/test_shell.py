"""What every answer of the shell carries."""

from __future__ import annotations

import re

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from zhiyin.console.client import client_address
from zhiyin.console.views import show_failure, show_forbidden

STRICT = "script-src 'self'"
ANSWERS = ["/", "/api/", "/sign-in/", "/nowhere/", "/static/console/zhiyin.css", "/v1/nowhere"]

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ANSWERS)
def test_every_answer_carries_the_security_headers(client, path):
    response = client.get(path)
    policy = response["Content-Security-Policy"]
    assert STRICT in policy
    assert "'unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "http" not in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert re.fullmatch(r"[0-9a-f]{32}", response["X-Request-ID"])


def test_pictures_within_style_sheets_are_allowed_and_nothing_else_from_data(client):
    policy = client.get("/api/")["Content-Security-Policy"]
    assert "img-src 'self' data:" in policy
    assert policy.count("data:") == 1


@pytest.mark.parametrize("path", ["/api/", "/sign-in/", "/nowhere/"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_hold_no_inline_script_or_style_and_name_no_other_host(client, path, language):
    page = client.get(path, headers={"Accept-Language": language}).content.decode()
    assert f'<html lang="{language}">' in page
    assert "<style" not in page
    assert not re.search(r"<[^>]+\s(style|on\w+)=", page)
    assert not re.search(r'<script(?![^>]*\s(src=|type="application/json"))', page)
    assert not re.search(r"(src|href|action)=\"(https?:)?//", page)


@pytest.mark.parametrize(
    ("accept", "language"),
    [("", "zh-hans"), ("fr", "zh-hans"), ("en-GB,en;q=0.9", "en"), ("zh-TW", "zh-hans")],
)
def test_chinese_comes_first_and_english_to_who_asks(client, accept, language):
    headers = {"Accept-Language": accept} if accept else {}
    assert f'lang="{language}"' in client.get("/sign-in/", headers=headers).content.decode()


def test_the_chosen_language_stays(client):
    client.post("/language/", {"language": "en", "next": "/"})
    assert 'lang="en"' in client.get("/api/").content.decode()


@pytest.mark.parametrize(
    ("given", "kept"), [("abc-DEF_123", True), ("short", False), ("a b c d e f g h", False)]
)
def test_a_harmless_request_id_is_kept(client, given, kept):
    answer = client.get("/", headers={"X-Request-ID": given})["X-Request-ID"]
    assert (answer == given) is kept


def test_what_does_not_exist_is_said_kindly_to_people_and_briefly_to_programs(client):
    page = client.get("/nowhere/")
    assert page.status_code == 404
    assert "这里什么也没有" in page.content.decode()
    told = client.get("/v1/nowhere")
    assert (told.status_code, told["Content-Type"]) == (404, "application/problem+json")
    assert told.json()["code"] == "not_found"


def test_a_failure_shows_the_request_id_and_nothing_of_the_cause(rf):
    response = show_failure(rf.get("/"))
    assert response.status_code == 500
    assert "Traceback" not in response.content.decode()
    assert show_failure(rf.get("/v1/feedback"))["Content-Type"] == "application/problem+json"


def test_a_program_that_may_not_is_told_so(rf):
    assert show_forbidden(rf.get("/v1/x")).status_code == 403


@pytest.mark.parametrize(
    ("n_proxies", "forwarded", "address"),
    [
        (0, "203.0.113.9", "192.0.2.1"),
        (1, "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        (2, "6.6.6.6, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (1, "", "192.0.2.1"),
        (2, "203.0.113.9", "192.0.2.1"),
    ],
)
def test_only_our_own_proxies_say_where_a_visitor_is(settings, n_proxies, forwarded, address):
    settings.PROXY_COUNT = n_proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.1", headers=headers)
    assert client_address(request) == address


def test_an_unknown_host_is_refused():
    assert Client(headers={"Host": "evil.example"}).get("/").status_code == 400


def test_the_api_page_is_open_to_strangers(client):
    response = client.get(reverse("api_docs"))
    assert response.status_code == 200
    assert 'data-description="/v1/openapi.json"' in response.content.decode()


def test_files_are_served_whole_in_part_and_not_twice(client):
    path = "/static/console/zhiyin.css"
    whole = client.get(path)
    assert (whole.status_code, whole["Content-Type"]) == (200, 'text/css; charset="utf-8"')
    assert whole["Cache-Control"] == "max-age=300, public"
    part = client.get(path, headers={"Range": "bytes=0-9"})
    assert (part.status_code, part.content) == (206, whole.content[:10])
    unchanged = client.get(path, headers={"If-None-Match": whole["ETag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert client.head(path).content == b""
    assert client.post(path).status_code == 405
    assert client.get("/static/../settings.py").status_code == 404
