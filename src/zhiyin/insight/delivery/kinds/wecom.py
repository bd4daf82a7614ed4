"""Group robots of WeCom (企业微信)."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace

from zhiyin.insight.delivery.answers import Answer
from zhiyin.insight.delivery.kinds.kind import Kind, Limit
from zhiyin.insight.delivery.kinds.robots import (
    ask,
    check_robot_url,
    markdown_tail,
    plain_text,
    secret_of,
    show_url,
)
from zhiyin.insight.delivery.letters import Address, Letter
from zhiyin.insight.delivery.outside import Outside
from zhiyin.insight.delivery.texts import cut

CODE = "wecom"
MAX_TEXT_BYTES = 2048
MAX_MARKDOWN_BYTES = 4096
MAX_PICTURE_BYTES = 2 * 1024 * 1024


def check(address: Address) -> Address:
    """The address with its key. Raises InvalidInput where it is none."""
    return Address(url=check_robot_url(address.url, parameter="key"))


def show(address: Address) -> str:
    """Host and the end of the key."""
    return show_url(address.url, secret_part=secret_of(address, parameter="key"))


def build(letter: Letter) -> dict[str, object]:
    """The JSON of the words."""
    if letter.markdown:
        body = f"**{letter.title}**\n\n{letter.markdown}"
        content = cut(body, max_bytes=MAX_MARKDOWN_BYTES, tail=markdown_tail(letter))
        return {"msgtype": "markdown", "markdown": {"content": content}}
    text, tail = plain_text(letter, keyword="")
    return {"msgtype": "text", "text": {"content": cut(text, max_bytes=MAX_TEXT_BYTES, tail=tail)}}


def build_picture(picture: bytes) -> dict[str, object]:
    """The JSON of a picture; the robot wants its MD5, which protects nothing here."""
    return {
        "msgtype": "image",
        "image": {
            "base64": base64.b64encode(picture).decode(),
            "md5": hashlib.md5(picture, usedforsecurity=False).hexdigest(),
        },
    }


def send(address: Address, letter: Letter, outside: Outside) -> Answer:
    """The words, then the picture; a refused picture is told of but repeats nothing: the words are there."""
    answer = ask(CODE, url=address.url, content=build(letter), outside=outside)
    if not answer.is_taken or letter.picture is None or len(letter.picture) > MAX_PICTURE_BYTES:
        return answer
    picture = ask(CODE, url=address.url, content=build_picture(letter.picture), outside=outside)
    text = answer.text if picture.is_taken else f"{answer.text}; picture: {picture.text or picture.reason}"
    return replace(answer, text=text, n_requests=2, pause_seconds=picture.pause_seconds)


KIND = Kind(code=CODE, limits=(Limit(n=20, seconds=60.0),), check=check, show=show, send=send)
