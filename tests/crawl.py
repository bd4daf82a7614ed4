"""Finds the pages of an installation by following its links, so that a new page is found by itself."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from urllib.parse import urljoin, urlsplit

import httpx
from django.test import Client
from django.urls import Resolver404, resolve

_LINK = re.compile(r'<a\b[^>]*?\bhref="([^"#]+)')
# A page may link to thousands; one address a name is enough, but some answer a part or a file.
MAX_REQUESTS = 250
MAX_TRIES_A_NAME = 3
_HOST = "http://localhost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back; `location` where it sends elsewhere."""

    status: int
    kind: str
    location: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A page by the name of its URL, with one address that it has here, and what it answered."""

    name: str
    path: str
    status: int
    html: str


Get = Callable[[str], Answer]


def crawl(get: Get, *, start: tuple[str, ...] = ("/",)) -> list[Found]:
    """One page for each name of a URL that links lead to from `start`; files and parts are left out."""
    found: dict[str, Found] = {}
    n_tries: dict[str, int] = {}
    waiting = deque(start)
    for _ in range(MAX_REQUESTS):
        path, name = _next(waiting, known=found, n_tries=n_tries)
        if name is None:
            break
        answer = get(path)
        if answer.location:
            waiting.append(_local(answer.location, base=path))
        elif answer.kind.startswith("text/html") and "<html" in answer.text:
            found[name] = Found(name=name, path=path, status=answer.status, html=answer.text)
            waiting.extend(_local(unescape(link), base=path) for link in _LINK.findall(answer.text))
    return list(found.values())


def through_server(
    address: str, *, session: str | None, language: str = "zh-hans"
) -> tuple[httpx.Client, Get]:
    """A client to close, and how it asks a real server."""
    cookies = {"django_language": language} | ({"sessionid": session} if session else {})
    client = httpx.Client(base_url=address, cookies=cookies, timeout=30)

    def get(path: str) -> Answer:
        answer = client.get(path)
        kind, location = (answer.headers.get(name, "") for name in ("content-type", "location"))
        return Answer(status=answer.status_code, kind=kind, location=location, text=answer.text)

    return client, get


def through_test_client(client: Client) -> Get:
    """How Django's own client asks."""

    def get(path: str) -> Answer:
        answer = client.get(path)
        kind, location = (answer.headers.get(name, "") for name in ("Content-Type", "Location"))
        text = "" if answer.streaming else answer.content.decode(errors="replace")
        return Answer(status=answer.status_code, kind=kind, location=location, text=text)

    return get


def _next(waiting: deque[str], *, known: dict[str, Found], n_tries: dict[str, int]) -> tuple[str, str | None]:
    while waiting:
        path = waiting.popleft()
        name = _name_of(path)
        if name is not None and name not in known and n_tries.get(name, 0) < MAX_TRIES_A_NAME:
            n_tries[name] = n_tries.get(name, 0) + 1
            return path, name
    return "", None


def _local(link: str, *, base: str) -> str:
    whole = urlsplit(urljoin(_HOST + base, link))
    is_ours = whole.netloc == urlsplit(_HOST).netloc
    return whole.path + (f"?{whole.query}" if whole.query else "") if is_ours else ""


def _name_of(path: str) -> str | None:
    if not path:
        return None
    try:
        match = resolve(urlsplit(path).path)
    except Resolver404:
        return None
    return match.url_name or match.view_name
