"""How long facts are kept, by what they are for; what is due is counted first, then erased."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import msgspec
from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from zhiyin.customers.models import HeldKey, RightsRequest
from zhiyin.customers.rights.dated import read_rules
from zhiyin.customers.rights.erasing import order_voices_erasure
from zhiyin.engine import Engine, open_engine
from zhiyin.engine.erasures import read_erasures
from zhiyin.listen.pipeline.worker import Chore
from zhiyin.people.services.audit import record_event

_SECONDS = 3600.0
_VOICES_AT_ONCE = 5_000
# The lake's tables of each purpose, with the column that names the person.
TABLES = {
    "purchases": ("purchases", "customer_key"),
    "contacts": ("contacts", "customer_key"),
    "visits": ("visits", "customer_key"),
    "events": ("customer_events", "customer_key"),
}
PURPOSES = ("voices", *TABLES, "requests")
_WHY = "retention"


class RetentionRules(msgspec.Struct, frozen=True, kw_only=True):
    """Days for which each is kept; 0: until somebody asks."""

    voices: int = 0
    purchases: int = 0
    contacts: int = 0
    visits: int = 0
    events: int = 0
    requests: int = 1095


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What of a purpose is older than it may be, as of now. `n_held` of it a legal hold keeps."""

    purpose: str
    days: int
    n_due: int
    n_held: int = 0


def read_retention(*, on: date) -> RetentionRules:
    """The table that holds on the day."""
    return read_rules("retention", RetentionRules, on=on)


def count_due(rules: RetentionRules, *, now: datetime) -> list[Due]:
    """What these rules would erase now; nothing is changed."""
    engine = open_engine(settings.HOME)
    found = []
    for purpose in PURPOSES:
        days = getattr(rules, purpose)
        n_due, n_held = _count(engine, purpose, before=_day(now, days)) if days else (0, 0)
        found.append(Due(purpose=purpose, days=days, n_due=n_due, n_held=n_held))
    return found


def erase_due(*, now: datetime) -> dict[str, int]:
    """Erase what the rules in force say is due; voices by the ledger, a part at a time. How many of each."""
    engine, rules = open_engine(settings.HOME), read_retention(on=timezone.localdate(now))
    erased = {}
    for purpose in PURPOSES:
        days = getattr(rules, purpose)
        if days and (n_rows := _erase(engine, purpose, before=_day(now, days))):
            erased[purpose] = n_rows
            record_event("retention.erased", details={"purpose": purpose, "n": n_rows, "days": days})
    return erased


def make_retention_chore() -> Chore:
    """Retention as the worker does it, once an hour."""

    def run(_should_stop: Callable[[], bool]) -> object:
        return erase_due(now=timezone.now())

    return Chore(name="retention", every_seconds=_SECONDS, run=run)


def _day(now: datetime, days: int) -> date:
    return timezone.localdate(now) - timedelta(days=days)


def _count(engine: Engine, purpose: str, *, before: date) -> tuple[int, int]:
    if purpose == "requests":
        return _old_requests(before).count(), 0
    table, column = ("feedback", "author_key") if purpose == "voices" else TABLES[purpose]
    if table not in engine.lake.tables():
        return 0, 0
    with engine.lake.connect(table) as connection:
        row = connection.execute(
            f"SELECT count(*) FILTER (WHERE NOT {column} IN (SELECT unnest($held)) OR {column} IS NULL),"  # noqa: S608
            f" count(*) FILTER (WHERE {column} IN (SELECT unnest($held))) FROM {table} WHERE day < $day"
            + (" AND is_current" if purpose == "voices" else ""),
            {"held": _held(), "day": before},
        ).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)


def _erase(engine: Engine, purpose: str, *, before: date) -> int:
    if purpose == "requests":
        return int(_old_requests(before).delete()[0])
    if purpose == "voices":
        return _erase_voices(engine, before=before)
    table, column = TABLES[purpose]
    if table not in engine.lake.tables():
        return 0
    listed = ", ".join(f"'{bytes.fromhex(key).hex()}'" for key in _held())
    but_held = f" AND ({column} IS NULL OR NOT {column} IN ({listed}))" if listed else ""
    n_rows = engine.lake.delete(table, where=f"day < DATE '{before.isoformat()}'{but_held}")
    if n_rows:
        engine.lake.vacuum(table, keep_hours=0)
    return n_rows


def _erase_voices(engine: Engine, *, before: date) -> int:
    """Puts them into the ledger; those that wait there already are not put in again."""
    if "feedback" not in engine.lake.tables():
        return 0
    with engine.lake.connect("feedback") as connection:
        rows = connection.execute(
            "SELECT DISTINCT feedback_id FROM feedback WHERE day < $day"
            " AND (author_key IS NULL OR NOT author_key IN (SELECT unnest($held)))"
            " ORDER BY 1 LIMIT $most",
            {"held": _held(), "day": before, "most": _VOICES_AT_ONCE},
        ).fetchall()
    ids = {feedback_id for (feedback_id,) in rows}
    if ids:  # read only where there is something to do: the ledger grows for ever
        for erasure in read_erasures(engine.home):
            if erasure.why == _WHY:
                ids -= set(erasure.feedback_ids)
    if ids:
        order_voices_erasure(ids, why=_WHY)
    return len(ids)


def _held() -> list[str]:
    held = HeldKey.objects.filter(hold__lifted_at__isnull=True).values_list("key", flat=True)
    return sorted(set(held))


def _old_requests(before: date) -> QuerySet[RightsRequest]:
    return RightsRequest.objects.filter(ended_at__date__lt=before)
