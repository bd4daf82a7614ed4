"""Makes, changes, switches, deletes and tries destinations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.insight.delivery.answers import Answer, refusal
from zhiyin.insight.delivery.kinds import KINDS
from zhiyin.insight.delivery.letters import Address, Letter
from zhiyin.insight.delivery.limits import count_room, longest_window
from zhiyin.insight.delivery.outside import public_url, read_outside
from zhiyin.insight.delivery.queries import get_destination
from zhiyin.insight.delivery.recording import bury_waiting, end_destination, note_attempt
from zhiyin.insight.delivery.sealing import seal, unseal
from zhiyin.insight.models import DeliveryAttempt, Destination
from zhiyin.people.actors import Actor
from zhiyin.people.models import OrgUnit
from zhiyin.people.scope import Scope
from zhiyin.people.services.audit import record_event
from zhiyin.people.time_zones import is_time_zone

MAX_NAME = 80
LANGUAGES = ("zh", "en")
_CHANGED = (
    "name", "unit", "sealed", "shown", "language", "time_zone", "quiet_from", "quiet_until", "paused_until",
    "deleted_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a person sets. In `address`, empty `url`, `secret` and `recipients` keep what is stored."""

    name: str
    address: Address
    unit: OrgUnit | None = None
    language: str = "zh"
    time_zone: str = "Asia/Shanghai"
    quiet_from: time | None = None
    quiet_until: time | None = None


def create_destination(
    kind: str, wanted: Wanted, *, scope: Scope, by: Actor, now: datetime, account_id: int | None = None
) -> Destination:
    """The new destination, switched on.

    Raises:
        InvalidInput: a part is unusable. NotFound: the unit is not the asker's. Conflict: the name is taken.
    """
    if kind not in KINDS:
        raise InvalidInput("There is no such kind of destination.", field="kind")
    address = KINDS[kind].check(wanted.address)
    row = Destination(kind=kind, created_at=now, created_by_id=account_id)
    _fill(row, wanted, scope=scope)
    row.sealed, row.shown = seal(address), KINDS[kind].show(address)
    return _store(row, action="destination.created", by=by)


def change_destination(destination_id: int, wanted: Wanted, *, scope: Scope, by: Actor) -> Destination:
    """The destination as said. A secret stays only with the address that it was given for.

    Raises:
        NotFound, InvalidInput, Conflict: as `create_destination`.
    """
    row = get_destination(destination_id, scope=scope)
    address = _merged(wanted.address, before=unseal(bytes(row.sealed)))
    checked = KINDS[row.kind].check(address)
    _fill(row, wanted, scope=scope)
    row.sealed, row.shown = seal(checked), KINDS[row.kind].show(checked)
    row.paused_until = None
    return _store(row, action="destination.changed", by=by)


def switch_destination(
    destination_id: int, *, is_on: bool, scope: Scope, by: Actor, now: datetime
) -> Destination:
    """On or off; off, what waited for it is dead, and can be sent again.

    Raises:
        NotFound: it is not the asker's.
    """
    row = get_destination(destination_id, scope=scope)
    with transaction.atomic():
        changes = {"is_on": is_on, "off_reason": "", "n_failures": 0, "paused_until": None}
        if Destination.objects.filter(pk=row.pk).exclude(is_on=is_on).update(**changes):
            action = "destination.switched_on" if is_on else "destination.switched_off"
            record_event(action, by=by, target=("destination", row.name))
        if not is_on:
            bury_waiting(row, now=now)
    row.refresh_from_db()
    return row


def delete_destination(destination_id: int, *, scope: Scope, by: Actor, now: datetime) -> Destination:
    """Takes it from all lists; what waits for it waits until it is restored.

    Raises:
        NotFound: it is not the asker's.
    """
    row = get_destination(destination_id, scope=scope)
    row.deleted_at = now
    return _store(row, action="destination.deleted", by=by)


def restore_destination(destination_id: int, *, scope: Scope, by: Actor) -> Destination:
    """The deleted one, back again.

    Raises:
        NotFound: it is not the asker's. Conflict: another one has its name now.
    """
    row = get_destination(destination_id, scope=scope, is_deleted=True)
    row.deleted_at = None
    return _store(row, action="destination.restored", by=by)


def try_destination(destination_id: int, *, scope: Scope, by: Actor, now: datetime) -> Answer:
    """Sends a test message at once, past the queue but within the limit, and gives back the honest answer.

    Raises:
        NotFound: it is not the asker's.
    """
    row = get_destination(destination_id, scope=scope)
    kind = KINDS[row.kind]
    since = now - longest_window(kind)
    attempts = DeliveryAttempt.objects.filter(destination=row, at__gt=since).values_list("at", flat=True)
    if not count_room(kind, requested_at=list(attempts), now=now):
        return refusal("rate")
    answer = kind.send(unseal(bytes(row.sealed)), _test_letter(row, now=now), read_outside())
    with transaction.atomic():
        note_attempt(row, answer, now=now)
        if answer.reason == "gone":
            end_destination(row, reason=answer.reason, now=now)
        record_event(
            "destination.tried",
            by=by,
            target=("destination", row.name),
            outcome="done" if answer.is_taken else "failed",
        )
    return answer


def _test_letter(row: Destination, *, now: datetime) -> Letter:
    local = now.astimezone(ZoneInfo(row.time_zone))
    with translation.override("zh-hans" if row.language == "zh" else "en"):
        title = _("Test message from Zhiyin")
        text = _("“%(name)s” works. Sent at %(time)s.") % {
            "name": row.name,
            "time": f"{local:%Y-%m-%d %H:%M:%S}",
        }
    return Letter(
        reference=f"msg_test_{row.pk}_{int(now.astimezone(UTC).timestamp() * 1000)}",
        key=f"test:{row.pk}",
        title=title,
        text=text,
        markdown="",
        url=public_url(f"/settings/destinations/{row.pk}/"),
        level=1,
        language=row.language,
        created_at=now,
        at=now,
    )


def _merged(given: Address, *, before: Address) -> Address:
    if given.recipients or before.recipients:
        return Address(recipients=given.recipients or before.recipients)
    is_same = not given.url or given.url.strip() == before.url
    return Address(
        url=given.url or before.url,
        secret=given.secret or (before.secret if is_same else ""),
        keyword=given.keyword,
    )


def _fill(row: Destination, wanted: Wanted, *, scope: Scope) -> None:
    name = " ".join(wanted.name.replace("\0", "").split())
    if not name or len(name) > MAX_NAME:
        raise InvalidInput(f"Give the destination a name of 1 to {MAX_NAME} signs.", field="name")
    if not scope.allows(wanted.unit.pk if wanted.unit else None):
        raise NotFound("There is no such unit.")
    if not is_time_zone(wanted.time_zone) or wanted.language not in LANGUAGES:
        raise InvalidInput("Language or time zone is unknown.", field="time_zone")
    if (wanted.quiet_from is None) != (wanted.quiet_until is None):
        raise InvalidInput("Quiet hours need a beginning and an end.", field="quiet_until")
    row.name, row.unit, row.language = name, wanted.unit, wanted.language
    row.time_zone = wanted.time_zone
    row.quiet_from, row.quiet_until = wanted.quiet_from, wanted.quiet_until


def _store(row: Destination, *, action: str, by: Actor) -> Destination:
    try:
        with transaction.atomic():
            if row.pk is None:
                row.save()
            else:  # never the lease, which a sender may hold this moment
                row.save(update_fields=_CHANGED)
            target = ("destination", row.name)
            record_event(action, by=by, target=target, details={"kind": row.kind})
    except IntegrityError:
        raise Conflict("There is a destination of this name.", next_step="Choose another name.") from None
    return row
