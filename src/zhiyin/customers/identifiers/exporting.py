"""Identifiers of many customers for a file: to who may see them, for a reason, capped, and in the trail."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from zhiyin.customers.identifiers.masking import mask_identifier
from zhiyin.customers.identifiers.queries import in_scope
from zhiyin.customers.identifiers.sealing import open_identity
from zhiyin.customers.identifiers.services import check_reason
from zhiyin.customers.models import Identity
from zhiyin.engine import open_engine
from zhiyin.errors import Conflict, InvalidInput
from zhiyin.people.actors import Actor
from zhiyin.people.models import AuditEvent
from zhiyin.people.scope import Scope
from zhiyin.people.services.audit import Happening, record_events

MOST_AT_ONCE = 2_000
MOST_A_DAY = 5_000
"""Customers whose identifiers leave in clear, in one file, and in a day by one account."""

EXPORTED = "identifiers.exported"
ALL_TYPES = (
    *("phone", "email", "member", "customer", "wechat_unionid", "wechat_openid"),
    *("platform_user", "plate", "name_address"),
)
_OF_CHANNEL: Mapping[str, tuple[str, ...]] = {
    "phone": ("phone",),
    "sms": ("phone",),
    "mail": ("email",),
    "wechat": ("wechat_unionid", "wechat_openid"),
    "app": ("member", "customer"),
    "letter": ("name_address",),
}
_MAINLAND = re.compile(r"\+86(1[0-9]{10})", re.ASCII)
_A_QUERY = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifierWish:
    """Which identifiers, whether in clear or covered, and why. An empty channel wants all types."""

    is_clear: bool
    reason: str
    channel: str = ""

    @property
    def types(self) -> tuple[str, ...]:
        """No more than the channel needs."""
        return _OF_CHANNEL.get(self.channel, ALL_TYPES)


def export_identifiers(
    customers: Sequence[UUID],
    *,
    wish: IdentifierWish,
    by: Actor,
    scope: Scope,
    about: tuple[str, object],
    at: datetime | None = None,
) -> dict[UUID, list[str]]:
    """A text a type of `wish.types` for each customer, several identifiers parted by "; ".

    Whoever calls has checked `Permission.CUSTOMERS_REVEAL`; `scope` is that permission's. The trail is told
    how many, of what (`about`) and why before anything is opened, and of each customer that they were
    among them. Identifiers that many share are left out.

    Raises:
        InvalidInput: no reason that says something, or too many at once. Conflict: too many today.
    """
    reason = check_reason(wish.reason)
    if len(customers) > MOST_AT_ONCE:
        raise InvalidInput(
            f"Identifiers of at most {MOST_AT_ONCE} customers leave in one file.",
            next_step="Narrow the segment, or export pseudonyms.",
            field="customers",
        )
    with transaction.atomic():
        _record(customers, wish=wish, reason=reason, by=by, about=about, at=at)
        if wish.is_clear and _n_of_day(by, at=at or timezone.now()) > MOST_A_DAY:
            raise Conflict(
                f"Identifiers of at most {MOST_A_DAY} customers leave in clear in a day.",
                next_step="Go on tomorrow, or export them covered.",
            )
    return _read(customers, wish=wish, scope=scope)


def _record(
    customers: Sequence[UUID],
    *,
    wish: IdentifierWish,
    reason: str,
    by: Actor,
    about: tuple[str, object],
    at: datetime | None,
) -> None:
    shown = "clear" if wish.is_clear else "covered"
    told: dict[str, object] = {"rows": len(customers), "shown": shown, "reason": reason}
    told["types"] = " ".join(wish.types)
    whole = Happening(action=EXPORTED, target=about, details=told)
    each = [
        Happening(
            action="identifier.exported", target=("customer", one), details={"shown": shown, "reason": reason}
        )
        for one in customers
    ]
    record_events([whole, *each], by=by, at=at)


def _n_of_day(by: Actor, *, at: datetime) -> int:
    """Customers whose identifiers the actor took in clear since midnight, what was just recorded too."""
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = AuditEvent.objects.filter(
        actor_kind=by.kind, actor_id=by.id, action=EXPORTED, at__gte=midnight
    ).values_list("details", flat=True)
    told = [json.loads(one) for one in rows]
    return sum(int(one["rows"]) for one in told if one["shown"] == "clear")


def _read(customers: Sequence[UUID], *, wish: IdentifierWish, scope: Scope) -> dict[UUID, list[str]]:
    vault = open_engine(settings.HOME).vault
    place = {type_: number for number, type_ in enumerate(wish.types)}
    found: dict[UUID, list[list[str]]] = {one: [[] for _ in place] for one in customers}
    for start in range(0, len(customers), _A_QUERY):
        some = customers[start : start + _A_QUERY]
        rows = Identity.objects.filter(customer__in=some, type__in=wish.types, is_shared=False)
        for identity in in_scope(rows, scope=scope).order_by("-last_seen_at", "-pk"):
            value = open_identity(identity, vault=vault)
            shown = _plain(value) if wish.is_clear else mask_identifier(identity.type, value)
            texts = found[identity.customer][place[identity.type]]
            if shown not in texts:
                texts.append(shown)
    return {customer: ["; ".join(texts) for texts in columns] for customer, columns in found.items()}


def _plain(value: str) -> str:
    """As people dial and write it: a mainland number without its country, parts of an address in a line."""
    mainland = _MAINLAND.fullmatch(value)
    return mainland[1] if mainland else " ".join(value.replace("\0", " ").split())
