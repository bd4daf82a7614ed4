"""What to send to one destination now."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef

from zhiyin.insight.delivery.contract import NOW_LEVEL
from zhiyin.insight.delivery.digests import make_digest
from zhiyin.insight.delivery.kinds import KINDS
from zhiyin.insight.delivery.letters import Letter
from zhiyin.insight.delivery.limits import after_half_hour, count_room, longest_window, quiet_end
from zhiyin.insight.delivery.planning import Waiting, plan
from zhiyin.insight.delivery.stored import make_letter
from zhiyin.insight.models import Delivery, DeliveryAttempt, Destination, MessageFile

_MOST = 1_000


def make_batch(
    destination: Destination, *, now: datetime, chance: random.Random
) -> tuple[list[Delivery], list[Letter]]:
    """The deliveries to send now with their letters, in order; a digest among them is made here."""
    due = _keep_quiet(destination, _list_due(destination, now=now), now=now, chance=chance)
    if not due:
        return [], []
    kind = KINDS[destination.kind]
    since = now - longest_window(kind)
    attempts = DeliveryAttempt.objects.filter(destination=destination, at__gt=since)
    requested_at = list(attempts.values_list("at", flat=True))
    planned = plan(
        [_waiting(one) for one in due],
        room=count_room(kind, requested_at=requested_at, now=now),
        is_digested=kind.is_digested,
    )
    by_id = {one.pk: one for one in due}
    chosen = [by_id[pk] for pk in planned.alone]
    if planned.together:
        parts = [by_id[pk] for pk in planned.together]
        chosen.append(make_digest(destination, parts=parts, now=now))
    return chosen, [make_letter(one, language=destination.language, now=now) for one in chosen]


def _list_due(destination: Destination, *, now: datetime) -> list[Delivery]:
    files = MessageFile.objects.filter(message_id=OuterRef("message_id"))
    due = Delivery.objects.filter(destination=destination, state=Delivery.State.WAITING, due_at__lte=now)
    found = due.select_related("message", "destination").annotate(has_files=Exists(files))
    return list(found.order_by("-message__level", "queued_at")[:_MOST])


def _keep_quiet(
    destination: Destination, due: Sequence[Delivery], *, now: datetime, chance: random.Random
) -> list[Delivery]:
    """What may go now; the rest is put off to the end of the quiet hours, or past a crowded minute."""
    until = quiet_end(
        quiet_from=destination.quiet_from,
        quiet_until=destination.quiet_until,
        zone=ZoneInfo(destination.time_zone),
        now=now,
    )
    later = until or after_half_hour(KINDS[destination.kind], now=now, share=chance.random())
    if later <= now:
        return list(due)
    ids = [one.pk for one in due if one.message.level < NOW_LEVEL]
    changes = {"due_at": later} | ({"was_quiet": True} if until else {})
    Delivery.objects.filter(pk__in=ids).update(**changes)
    return [one for one in due if one.message.level >= NOW_LEVEL]


def _waiting(one: Delivery) -> Waiting:
    has_files: bool = getattr(one, "has_files", False)
    return Waiting(
        id=one.pk,
        level=one.message.level,
        queued_at=one.queued_at,
        is_whole=has_files or one.message.key.startswith("digest:"),
        was_quiet=one.was_quiet,
    )
