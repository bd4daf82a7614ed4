"""Sends one-time codes: mail by the installation's mail server, messages by a gateway of its choice."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime

import msgspec
from django.conf import settings
from django.utils.translation import gettext as _

from zhiyin.console.templatetags.shell import page_language
from zhiyin.errors import Unavailable
from zhiyin.insight.delivery.answers import Answer
from zhiyin.insight.delivery.http import post
from zhiyin.insight.delivery.kinds import mail
from zhiyin.insight.delivery.letters import Address, Letter
from zhiyin.insight.delivery.outside import read_outside
from zhiyin.insight.delivery.signatures import sign_webhook
from zhiyin.portal.queries.sender import company_name


def open_ways() -> list[str]:
    """The kinds of addresses that codes can be sent to here: `email`, `phone`, both or none."""
    ways = [("phone", bool(settings.SMS_URL)), ("email", bool(settings.SMTP_HOST))]
    return [kind for kind, is_open in ways if is_open]


def send_code(code: str, *, kind: str, address: str, now: datetime) -> None:
    """Hand the code in for delivery.

    Raises:
        Unavailable: mail server or gateway did not take it.
    """
    send = _SENDERS[kind]
    text = _("%(code)s is your code for %(company)s. It holds for 10 minutes. Tell it to nobody.") % {
        "code": code,
        "company": company_name() or "Zhiyin",
    }
    if not send(address, text, now):
        raise Unavailable("The code could not be sent.", next_step="Try again in a few minutes.")


def _send_mail(address: str, text: str, now: datetime) -> bool:
    letter = Letter(
        reference=_reference(address, now),
        key="rights-code",
        title=_("Your code"),
        text=text,
        markdown="",
        url="",
        level=1,
        language=page_language(),
        created_at=now,
        at=now,
    )
    return mail.send(Address(recipients=(address,)), letter, read_outside()).is_taken


def _send_message(address: str, text: str, now: datetime) -> bool:
    """One POST `{"to", "text", "kind"}` to the gateway, signed as Standard Webhooks where a secret is set."""
    body = msgspec.json.encode({"to": address, "text": text, "kind": "code"})
    reference, timestamp = _reference(address, now), int(now.timestamp())
    headers = {
        "Content-Type": "application/json",
        "webhook-id": reference,
        "webhook-timestamp": str(timestamp),
    }
    if settings.SMS_SECRET:
        headers["webhook-signature"] = sign_webhook(
            settings.SMS_SECRET, reference=reference, timestamp=timestamp, body=body.decode()
        )
    reply = post(settings.SMS_URL, body=body, headers=headers, inner_networks=read_outside().inner_networks)
    return not isinstance(reply, Answer) and reply.is_ok


def _reference(address: str, now: datetime) -> str:
    return f"code_{hashlib.sha256(f'{address}{now.isoformat()}'.encode()).hexdigest()[:24]}"


_SENDERS: dict[str, Callable[[str, str, datetime], bool]] = {"phone": _send_message, "email": _send_mail}
