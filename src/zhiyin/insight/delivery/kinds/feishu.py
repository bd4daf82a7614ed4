"""Group robots of Feishu (飞书)."""

from __future__ import annotations

from zhiyin.insight.delivery.answers import Answer
from zhiyin.insight.delivery.kinds.kind import Kind, Limit
from zhiyin.insight.delivery.kinds.robots import (
    ask,
    check_robot_url,
    encode,
    plain_text,
    see_words,
    show_url,
    with_keyword,
)
from zhiyin.insight.delivery.letters import Address, Letter
from zhiyin.insight.delivery.outside import Outside
from zhiyin.insight.delivery.signatures import sign_for_feishu
from zhiyin.insight.delivery.texts import cut

CODE = "feishu"
MAX_BODY_BYTES = 20 * 1024
# For the JSON around the words, quotes and line ends within them, the button and the signature.
_ROOM_BYTES = 2048
_COLOURS = {0: "grey", 1: "blue", 2: "orange", 3: "red"}


def check(address: Address) -> Address:
    """The address with its hook, the secret of signing if any. Raises InvalidInput where it is none."""
    return Address(
        url=check_robot_url(address.url, part="/hook/"),
        secret=address.secret.strip(),
        keyword=address.keyword.strip(),
    )


def show(address: Address) -> str:
    """Host and the end of the hook."""
    return show_url(address.url, secret_part=address.url)


def build(letter: Letter, *, keyword: str) -> dict[str, object]:
    """The JSON of the words, within the limit of the body however much of it is escaped."""
    room = MAX_BODY_BYTES - _ROOM_BYTES
    while True:
        content = _build(letter, keyword=keyword, max_bytes=room)
        excess = len(encode(content)) - (MAX_BODY_BYTES - _ROOM_BYTES // 2)
        if excess <= 0 or room <= 0:
            return content
        room -= excess


def _build(letter: Letter, *, keyword: str, max_bytes: int) -> dict[str, object]:
    if not letter.markdown:
        text, tail = plain_text(letter, keyword=keyword)
        return {"msg_type": "text", "content": {"text": cut(text, max_bytes=max_bytes, tail=tail)}}
    markdown = cut(with_keyword(letter.markdown, keyword=keyword), max_bytes=max_bytes)
    elements: list[dict[str, object]] = [{"tag": "markdown", "content": markdown}]
    if letter.url:
        elements.append({"tag": "action", "actions": [_button(letter)]})
    title = {"tag": "plain_text", "content": letter.title}
    header = {"title": title, "template": _COLOURS.get(letter.level, "blue")}
    return {"msg_type": "interactive", "card": {"header": header, "elements": elements}}


def _button(letter: Letter) -> dict[str, object]:
    text = {"tag": "plain_text", "content": see_words(letter)}
    return {"tag": "button", "text": text, "url": letter.url, "type": "primary"}


def send(address: Address, letter: Letter, outside: Outside) -> Answer:
    """The words; pictures and files cannot be sent by such a robot, the link leads to them."""
    content = build(letter, keyword=address.keyword)
    if address.secret:
        timestamp = int(letter.at.timestamp())
        sign = sign_for_feishu(address.secret, timestamp=timestamp)
        content = {"timestamp": str(timestamp), "sign": sign, **content}
    return ask(CODE, url=address.url, content=content, outside=outside)


KIND = Kind(
    code=CODE,
    limits=(Limit(n=100, seconds=60.0), Limit(n=5, seconds=1.0)),
    check=check,
    show=show,
    send=send,
    avoids_half_hours=True,
)
