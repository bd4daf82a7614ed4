"""What the group robots of WeCom, DingTalk and Feishu have in common."""

from __future__ import annotations

import ipaddress
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

import msgspec

from zhiyin.errors import InvalidInput
from zhiyin.insight.delivery.answers import Answer, reason_of_code, refusal
from zhiyin.insight.delivery.http import Reply, post
from zhiyin.insight.delivery.letters import Address, Letter
from zhiyin.insight.delivery.outside import Outside

_TOO_MANY = 429
_SHOWN_SIGNS = 4
_SEE = {"zh": "查看详情", "en": "Open in Zhiyin"}


class _Said(msgspec.Struct):
    """The answers of all three, each with its own words for the same."""

    errcode: int | None = None
    errmsg: str = ""
    code: int | None = None
    msg: str = ""
    StatusCode: int | None = None


_decode = msgspec.json.Decoder(_Said).decode
encode = msgspec.json.Encoder().encode


def check_url(url: str) -> str:
    """The address without outer spaces.

    Raises:
        InvalidInput: it is none of http or https, or carries a user or a fragment. Plain http is for literal
        inner addresses or names that the guard decides upon when it connects.
    """
    given = url.strip()
    try:
        parts = urlsplit(given)
        is_usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_usable = False
    if not is_usable or parts.username or parts.fragment or len(given) > 1000:
        raise InvalidInput("The address is no http or https address.", field="url")
    if parts.scheme == "http" and not _may_be_inner(parts.hostname or ""):
        raise InvalidInput("The address begins with http; only https keeps the message secret.", field="url")
    return given


def _may_be_inner(host: str) -> bool:
    """Whether a host may be of the own network, where http is usual: an inner address, a short name."""
    with suppress(ValueError):
        return not ipaddress.ip_address(host).is_global
    return "." not in host or host.endswith((".local", ".internal", ".lan"))


def check_robot_url(url: str, *, parameter: str = "", part: str = "") -> str:
    """As `check_url`; the address also holds the robot's `parameter`, or the `part` of its path.

    Raises:
        InvalidInput: as there; or it was copied from another product, or not whole.
    """
    given = check_url(url)
    parts = urlsplit(given)
    has_parameter = not parameter or bool(parse_qs(parts.query).get(parameter, [""])[0])
    has_part = not part or bool(parts.path.partition(part)[2])
    if not has_parameter or not has_part:
        raise InvalidInput("The address is not one of this product's robots, or not whole.", field="url")
    return given


def show_url(url: str, *, secret_part: str) -> str:
    """Host and the last signs of what is secret."""
    return f"{urlsplit(url).hostname} · ••••{secret_part[-_SHOWN_SIGNS:]}"


def ask(kind: str, *, url: str, content: object, outside: Outside) -> Answer:
    """Send the JSON and read the answer as the robots give it."""
    reply = post(
        url,
        body=encode(content),
        headers={"Content-Type": "application/json; charset=utf-8"},
        inner_networks=outside.inner_networks,
    )
    return reply if isinstance(reply, Answer) else read_reply(kind, reply)


def read_reply(kind: str, reply: Reply) -> Answer:
    """The answer by HTTP status, then by the robot's own code."""
    said = _read_said(reply.body)
    code = next((one for one in (said.errcode, said.code, said.StatusCode) if one is not None), None)
    words = f"{code} {said.errmsg or said.msg}".strip() if code is not None else f"HTTP {reply.status}"
    pause = reply.retry_after_seconds
    if code:
        reason = reason_of_code(kind, code, text=said.errmsg or said.msg)
        return refusal(reason, words, pause_seconds=pause)
    if reply.status == _TOO_MANY:
        return refusal("rate", words, pause_seconds=pause)
    if 300 <= reply.status < 400:
        return refusal("redirect", words)
    if reply.status >= 500:
        return refusal("server", words, pause_seconds=pause)
    if not reply.is_ok:
        return refusal("refused", words)
    return Answer(text=words) if code == 0 else refusal("unreadable", words)


def with_keyword(text: str, *, keyword: str) -> str:
    """The text, with the word that the robot wants in front where it does not stand in it."""
    return text if not keyword or keyword in text else f"[{keyword}] {text}"


def plain_text(letter: Letter, *, keyword: str) -> tuple[str, str]:
    """Title and text as plain words, and the tail with the link."""
    body = f"{letter.title}\n{letter.text}" if letter.text else letter.title
    return with_keyword(body, keyword=keyword), f"\n{letter.url}" if letter.url else ""


def markdown_tail(letter: Letter) -> str:
    """The link at the end of Markdown."""
    return f"\n\n[{see_words(letter)}]({letter.url})" if letter.url else ""


def see_words(letter: Letter) -> str:
    """What the link or button to the page says."""
    return _SEE.get(letter.language, _SEE["en"])


def secret_of(address: Address, *, parameter: str) -> str:
    """The value of a parameter of the address."""
    return parse_qs(urlsplit(address.url).query).get(parameter, [""])[0]


def _read_said(body: bytes) -> _Said:
    try:
        return _decode(body)
    except msgspec.DecodeError:
        return _Said()
