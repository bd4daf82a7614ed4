"""Hands an answer to the company's own program, signed as Standard Webhooks 1.0.0 asks."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from zhiyin.errors import NotFound, ZhiyinError
from zhiyin.insight.delivery.answers import Answer, refusal
from zhiyin.insight.delivery.kinds.webhook import post_signed
from zhiyin.insight.delivery.outside import Outside
from zhiyin.insight.delivery.sealing import unseal
from zhiyin.listen.api import open_lake
from zhiyin.listen.queries import get_feedback
from zhiyin.people.scope import EVERYTHING
from zhiyin.respond.models import OutgoingAnswer
from zhiyin.respond.outbox.targets import find_destination, find_item

_TYPE = "zhiyin.answer"


def send(answer: OutgoingAnswer, *, outside: Outside, now: datetime) -> Answer:
    """One signed try. `webhook-id` is the answer's key at every try: the program posts it once."""
    destination = find_destination(answer.channel)
    if destination is None:
        return refusal("switched_off")
    try:
        address = unseal(bytes(destination.sealed))
    except ZhiyinError:
        return refusal("sealed")
    return post_signed(address, body=build(answer), reference=answer.key, at=now, outside=outside)


def build(answer: OutgoingAnswer) -> bytes:
    """The body, the same at every try; `external_id` is what the source calls the customer's words."""
    data = {
        "key": answer.key,
        "channel": answer.channel,
        "feedback_id": answer.feedback_id,
        **_origin(answer.feedback_id),
        "unit": answer.unit.code if answer.unit else None,
        "text": answer.text,
    }
    moment = answer.made_at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    told = {"type": _TYPE, "timestamp": moment, "data": data}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def _origin(feedback_id: str) -> dict[str, str | None]:
    try:
        detail = get_feedback(open_lake(), feedback_id=feedback_id, scope=EVERYTHING)
    except NotFound:
        return {"source": None, "external_id": None}
    item = find_item(detail)
    return {"source": detail.feedback.source, "external_id": item.external_id if item else None}
