"""Made-up cases in bulk: a company of 300 shops, a twentieth of the cases open, the rest ended long ago."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
N_REGIONS, N_STORES = 12, 288
OPEN_SHARE = 0.05
MADE_SINGLY = 20_000
_A_PIECE = 2_000
_DAYS = 730
_TITLES = ("上菜太慢", "宽带断网三天", "退款没有到账", "空调漏水", "发票开错了", "送货晚了两天")
_OPEN = ("open", "working", "waiting", "held", "answered", "reopened")
_ENDED = ("solved", "closed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """Who works where: one account for everything, one a region, one a store."""

    owner: Any
    managers: Sequence[Any]
    agents: Sequence[Any]
    stores: Sequence[Any]

    @property
    def accounts(self) -> Sequence[Any]:
        """All of them, the owner first."""
        return [self.owner, *self.managers, *self.agents]


def make_company() -> Company:
    """Units and accounts, through the doors."""
    from zhiyin.people.roles import Role
    from zhiyin.people.services.accounts import create_account, grant_role
    from zhiyin.people.services.units import create_unit, ensure_root

    def hire(name: str, *, role: Role, unit: Any = None) -> Any:
        account = create_account(name)
        grant_role(account, role=role, unit=unit)
        return account

    root = ensure_root()
    regions = [create_unit(f"R{i}", name=f"大区 {i}", kind="region", parent=root) for i in range(N_REGIONS)]
    stores = [
        create_unit(f"S{i}", name=f"门店 {i}", kind="store", parent=regions[i % N_REGIONS])
        for i in range(N_STORES)
    ]
    return Company(
        owner=hire("owner", role=Role.OWNER),
        managers=[hire(f"manager-{i}", role=Role.MANAGER, unit=unit) for i, unit in enumerate(regions)],
        agents=[hire(f"agent-{i}", role=Role.AGENT, unit=unit) for i, unit in enumerate(stores)],
        stores=stores,
    )


def make_cases(company: Company, *, n: int) -> None:
    """About `n` cases with the voice that each began with and their steps.

    Some thousands are made one by one, the rest are copies of these by the database: same times, owners
    and titles, numbers of their own. Only the first ones have a link that opens.
    """
    from zhiyin.respond.models import Case, CaseEvent, CaseVoice

    chance, n_made = random.Random(7), min(n, MADE_SINGLY)
    numbers = iter(range(n_made))
    while piece := list(islice(numbers, _A_PIECE)):
        cases = Case.objects.bulk_create(_case(number, company, chance=chance) for number in piece)
        CaseVoice.objects.bulk_create(
            CaseVoice(case=case, feedback_id=case.feedback_id, added_at=case.opened_at) for case in cases
        )
        CaseEvent.objects.bulk_create(_events(cases))
    n_ids = Case.objects.latest("pk").pk
    for round_ in range(1, n // n_made):
        _copy_all(round_, n_ids=n_ids)


def make_waiting_voices(lake: Any, *, n: int, days: int) -> None:
    """`n` voices of the last days until today, none with an answer; most of their channels want one."""
    import numpy as np
    import pyarrow as pa

    from benchmarks.dashboard_facts import make_voices
    from zhiyin.listen.services.channels import ensure_built_in_channels

    ensure_built_in_channels()
    today = datetime.now(UTC).date()
    some = [
        make_voices(np.random.default_rng((5, back)), day=today - timedelta(days=back), n=max(1, n // days))
        for back in range(days - 1, -1, -1)
    ]
    lake.append("feedback", pa.concat_tables(some))


def _copy_all(round_: int, *, n_ids: int) -> None:
    """The first cases once more, in three statements."""
    from django.db import connection

    from zhiyin.respond.models import Case, CaseEvent, CaseVoice

    is_sqlite = connection.vendor == "sqlite"
    number, shift = f"number || '-{round_}'", round_ * n_ids
    as_bytes = f"CAST({number} AS BLOB)" if is_sqlite else f"convert_to({number}, 'UTF8')"
    voice = f"substr(feedback_id, 1, 30) || '{round_:06d}'"
    fresh = {"id": f"id + {shift}", "number": number, "token_hash": as_bytes, "feedback_id": voice}
    _copy(Case, where=f"id <= {n_ids}", fresh=fresh)
    ids = {"case_id": f"case_id + {shift}", "feedback_id": voice}
    _copy(CaseVoice, where=f"case_id <= {n_ids}", fresh={"id": f"id + {shift}", **ids})
    new_id = "lower(hex(randomblob(16)))" if is_sqlite else "gen_random_uuid()"
    _copy(CaseEvent, where=f"case_id <= {n_ids}", fresh={"id": new_id, **ids})


def _copy(model: Any, *, where: str, fresh: Mapping[str, str]) -> None:
    from django.db import connection

    table = model._meta.db_table
    columns = [field.column for field in model._meta.concrete_fields]
    values = ", ".join(fresh.get(column, f'"{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} WHERE {where}")


def _case(number: int, company: Company, *, chance: random.Random) -> Any:
    from zhiyin.respond.models import Case
    from zhiyin.respond.sealing import make_token

    place = chance.randrange(N_STORES)
    is_open = chance.random() < OPEN_SHARE
    opened_at = NOW - timedelta(days=chance.random() * (14 if is_open else _DAYS) + (0 if is_open else 7))
    status = chance.choice(_OPEN if is_open else _ENDED)
    name = f"K{opened_at:%y%m}-{number:08d}"
    token = make_token(number=name)
    answered = None if status in ("open", "working") else opened_at + timedelta(hours=20)
    return Case(
        number=name,
        title=f"{chance.choice(_TITLES)} {number % 9973}",
        unit=company.stores[place],
        owner=company.agents[place],
        status=status,
        urgency=min(3, int(chance.expovariate(1.5))),
        due_at=opened_at + timedelta(hours=24 + 120 * chance.random()),
        opened_at=opened_at,
        answered_at=answered,
        closed_at=None if is_open else opened_at + timedelta(days=2),
        n_transfers=min(9, int(chance.expovariate(1.2))),
        feedback_id=str(uuid.UUID(int=chance.getrandbits(128), version=4)),
        token_hash=token.hash,
        token_sealed=token.sealed,
        channel=chance.choice(("meituan", "wechat", "hotline")),
    )


def _events(cases: Iterable[Any]) -> Iterator[Any]:
    """Opened, begun and, where it is ended, closed: as little as a story has, a few million in all."""
    for case in cases:
        yield _event(case, "opened", at=case.opened_at, status="open")
        if case.status != "open":
            yield _event(case, "started", at=case.opened_at + timedelta(hours=1), status="working")
        if case.closed_at is not None:
            yield _event(case, "closed", at=case.closed_at, status=case.status)


def _event(case: Any, kind: str, *, at: datetime, status: str) -> Any:
    import uuid_utils

    from zhiyin.respond.models import CaseEvent

    return CaseEvent(
        id=uuid.UUID(bytes=uuid_utils.uuid7().bytes),
        case=case,
        kind=kind,
        at=at,
        actor_kind="account",
        actor_id=case.owner_id,
        feedback_id=case.feedback_id,
        unit_id=case.unit_id,
        status_to=status,
        owner_to_id=case.owner_id,
        due_at=case.due_at,
        urgency=case.urgency,
        n_transfers=0,
        n_reopened=0,
        is_stored=True,
    )
