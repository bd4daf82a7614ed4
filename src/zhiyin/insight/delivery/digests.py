"""Puts many waiting messages for one destination into one."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhiyin.insight.delivery.contract import OutMessage, queue_message
from zhiyin.insight.delivery.outside import public_url
from zhiyin.insight.delivery.texts import escape_markdown
from zhiyin.insight.models import Delivery, Destination

_MAX_LINES = 60


def make_digest(destination: Destination, *, parts: Sequence[Delivery], now: datetime) -> Delivery:
    """The delivery that says them all; the parts are done with it. Parts come with their `message`."""
    key = f"digest:{destination.pk}:{secrets.token_hex(8)}"
    with transaction.atomic(), translation.override("zh-hans" if destination.language == "zh" else "en"):
        message = _write(key, destination=destination, parts=parts)
        queue_message(message, destination_ids=[destination.pk], now=now)
        digest = Delivery.objects.select_related("message", "destination").get(
            message__key=key, destination=destination
        )
        Delivery.objects.filter(pk__in=[one.pk for one in parts], state=Delivery.State.WAITING).update(
            state=Delivery.State.DIGESTED, digest=digest, ended_at=now
        )
    return digest


def _write(key: str, *, destination: Destination, parts: Sequence[Delivery]) -> OutMessage:
    n = len(parts)
    ordered = sorted(parts, key=lambda one: (-one.message.level, one.queued_at))
    zone = ZoneInfo(destination.time_zone)
    plain = [f"- {_line(one, zone=zone)}" for one in ordered[:_MAX_LINES]]
    marked = [f"- {_marked(one, zone=zone)}" for one in ordered[:_MAX_LINES]]
    if n > _MAX_LINES:
        more = _("and %(n)d more; all stand in the log of the destination.") % {"n": n - _MAX_LINES}
        plain.append(f"- {more}")
        marked.append(f"- {escape_markdown(more)}")
    return OutMessage(
        key=key,
        title=ngettext("%(n)d message together", "%(n)d messages together", n) % {"n": n},
        text="\n".join(plain),
        markdown="\n".join(marked),
        path=f"/settings/destinations/{destination.pk}/",
        level=max(one.message.level for one in parts),
    )


def _line(one: Delivery, *, zone: ZoneInfo) -> str:
    return f"{one.queued_at.astimezone(zone):%m-%d %H:%M} {one.message.title}"


def _marked(one: Delivery, *, zone: ZoneInfo) -> str:
    url, title = public_url(one.message.path), escape_markdown(one.message.title)
    shown = f"[{title}]({url})" if url else title
    return f"{one.queued_at.astimezone(zone):%m-%d %H:%M} {shown}"
