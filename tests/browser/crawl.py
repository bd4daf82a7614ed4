"""Finds the pages of an installation by following its links, so that a new page is found by itself."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import httpx
from django.urls import Resolver404, resolve

_LINK = re.compile(r'<a\b[^>]*?\bhref="([^"#]+)')
# A page may link to thousands; the pages of interest come early.
MAX_REQUESTS = 250
MAX_LINKS_A_NAME = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A page by the name of its URL, with one address that it has here, and what it answered."""

    name: str
    path: str
    status: int
    html: str


def crawl(
    address: str, *, session: str | None, start: tuple[str, ...] = ("/",), language: str = "zh-hans"
) -> list[Found]:
    """One page for each name of a URL that links lead to from `start`, files left out.

    Of addresses with one name the first is taken; one that answers no page is tried again elsewhere.
    """
    cookies = {"django_language": language} | ({"sessionid": session} if session else {})
    found: dict[str, Found] = {}
    tried: dict[str, int] = {}
    waiting = deque(start)
    with httpx.Client(base_url=address, cookies=cookies, follow_redirects=False, timeout=30) as client:
        for _ in range(MAX_REQUESTS):
            if not waiting:
                break
            path = waiting.popleft()
            name = _name_of(path)
            if name is None or name in found or tried.get(name, 0) >= MAX_LINKS_A_NAME:
                continue
            tried[name] = tried.get(name, 0) + 1
            response = client.get(path)
            if response.is_redirect:
                waiting.append(_local(response.headers["location"], address=address, base=path))
            if not response.headers.get("content-type", "").startswith("text/html"):
                continue
            if "<html" not in response.text:  # a part, which stands in its page
                continue
            if not response.is_redirect:
                found[name] = Found(name=name, path=path, status=response.status_code, html=response.text)
            links = (
                _local(link.replace("&amp;", "&"), address=address, base=path)
                for link in _LINK.findall(response.text)
            )
            waiting.extend(link for link in links if link)
    return list(found.values())


def _local(link: str, *, address: str, base: str) -> str:
    whole = urlsplit(urljoin(address + base, link))
    if whole.netloc != urlsplit(address).netloc:
        return ""
    return whole.path + (f"?{whole.query}" if whole.query else "")


def _name_of(path: str) -> str | None:
    try:
        match = resolve(urlsplit(path).path)
    except Resolver404:
        return None
    return match.url_name or match.view_name
