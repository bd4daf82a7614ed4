"""Group robots of DingTalk (钉钉)."""

from __future__ import annotations

from zhiyin.insight.delivery.answers import Answer
from zhiyin.insight.delivery.kinds.kind import Kind, Limit
from zhiyin.insight.delivery.kinds.robots import (
    ask,
    check_robot_url,
    markdown_tail,
    plain_text,
    secret_of,
    show_url,
    with_keyword,
)
from zhiyin.insight.delivery.letters import Address, Letter
from zhiyin.insight.delivery.outside import Outside
from zhiyin.insight.delivery.signatures import sign_for_dingtalk
from zhiyin.insight.delivery.texts import cut

CODE = "dingtalk"
# The product's documents name 20,000 bytes for a body; this leaves room for the JSON around.
MAX_BYTES = 18_000


def check(address: Address) -> Address:
    """The address with its token, the secret of signing if any. Raises InvalidInput where it is none."""
    return Address(
        url=check_robot_url(address.url, parameter="access_token"),
        secret=address.secret.strip(),
        keyword=address.keyword.strip(),
    )


def show(address: Address) -> str:
    """Host and the end of the token."""
    return show_url(address.url, secret_part=secret_of(address, parameter="access_token"))


def build(letter: Letter, *, keyword: str) -> dict[str, object]:
    """The JSON of the words."""
    if letter.markdown:
        body = with_keyword(f"### {letter.title}\n\n{letter.markdown}", keyword=keyword)
        text = cut(body, max_bytes=MAX_BYTES, tail=markdown_tail(letter))
        return {"msgtype": "markdown", "markdown": {"title": letter.title, "text": text}}
    body, tail = plain_text(letter, keyword=keyword)
    return {"msgtype": "text", "text": {"content": cut(body, max_bytes=MAX_BYTES, tail=tail)}}


def send(address: Address, letter: Letter, outside: Outside) -> Answer:
    """The words; pictures and files cannot be sent by such a robot, the link leads to them."""
    url = address.url
    if address.secret:
        timestamp_ms = int(letter.at.timestamp() * 1000)
        sign = sign_for_dingtalk(address.secret, timestamp_ms=timestamp_ms)
        url = f"{url}&timestamp={timestamp_ms}&sign={sign}"
    return ask(CODE, url=url, content=build(letter, keyword=address.keyword), outside=outside)


KIND = Kind(code=CODE, limits=(Limit(n=20, seconds=60.0),), check=check, show=show, send=send)
