"""Webhooks as Standard Webhooks 1.0.0 asks for."""

from __future__ import annotations

from datetime import UTC, datetime

from zhiyin.errors import InvalidInput
from zhiyin.insight.delivery.answers import Answer, refusal
from zhiyin.insight.delivery.http import Reply, post
from zhiyin.insight.delivery.kinds.kind import Kind, Limit
from zhiyin.insight.delivery.kinds.robots import check_url, encode, show_url
from zhiyin.insight.delivery.letters import Address, Letter
from zhiyin.insight.delivery.outside import Outside
from zhiyin.insight.delivery.signatures import is_webhook_secret, make_webhook_secret, sign_webhook
from zhiyin.insight.delivery.texts import cut

CODE = "webhook"
MAX_TEXT_BYTES = 12_000
SECONDS = 20.0
RETRY_SECONDS = (5.0, 300.0, 1800.0, 7200.0, 18000.0, 36000.0, 50400.0, 72000.0, 86400.0)
_GONE, _TOO_MANY = 410, 429
_TYPE = "zhiyin.message"


def check(address: Address) -> Address:
    """The address and its secret; an empty one is made. Raises InvalidInput where one is unusable."""
    secret = address.secret.strip()
    if secret and not is_webhook_secret(secret):
        raise InvalidInput("A secret is whsec_ and base64 of 24 to 64 bytes.", field="secret")
    return Address(url=check_url(address.url), secret=secret or make_webhook_secret())


def show(address: Address) -> str:
    """Host and the end of the address."""
    return show_url(address.url, secret_part=address.url)


def build(letter: Letter) -> bytes:
    """The body, below 20 kB; no files, the link leads to them. It is the same at every attempt."""
    data = {
        "key": letter.key,
        "level": letter.level,
        "title": letter.title,
        "text": cut(letter.text, max_bytes=MAX_TEXT_BYTES),
        "url": letter.url,
    }
    moment = letter.created_at.astimezone(UTC).isoformat(timespec="seconds")
    return encode({"type": _TYPE, "timestamp": moment.replace("+00:00", "Z"), "data": data})


def send(address: Address, letter: Letter, outside: Outside) -> Answer:
    """One signed attempt; `webhook-id` is the letter's reference."""
    return post_signed(address, body=build(letter), reference=letter.reference, at=letter.at, outside=outside)


def post_signed(address: Address, *, body: bytes, reference: str, at: datetime, outside: Outside) -> Answer:
    """One signed attempt with any body in JSON. `reference` is the same at every attempt; `at` is this one's
    time, which the signature holds.
    """
    timestamp = int(at.timestamp())
    signature = sign_webhook(address.secret, reference=reference, timestamp=timestamp, body=body.decode())
    headers = {
        "Content-Type": "application/json",
        "webhook-id": reference,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature,
    }
    reply = post(
        address.url, body=body, headers=headers, inner_networks=outside.inner_networks, seconds=SECONDS
    )
    return reply if isinstance(reply, Answer) else read_reply(reply)


def read_reply(reply: Reply) -> Answer:
    """Only 2xx is a yes; 410 ends it; a named time to wait is obeyed."""
    words, pause = f"HTTP {reply.status}", reply.retry_after_seconds
    if reply.is_ok:
        return Answer(text=words)
    if reply.status == _GONE:
        return refusal("gone", words)
    if reply.status == _TOO_MANY:
        return refusal("rate", words, pause_seconds=pause)
    if 300 <= reply.status < 400:
        return refusal("redirect", words)
    return refusal("server" if reply.status >= 500 else "refused", words, pause_seconds=pause)


KIND = Kind(
    code=CODE,
    limits=(Limit(n=300, seconds=60.0),),
    check=check,
    show=show,
    send=send,
    retry_seconds=RETRY_SECONDS,
    is_digested=False,
)
