"""Chooses the days that the words for staff need: the first of a customer, the last, and those of matters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.conf import settings

from zhiyin.customers.profile.index.finding import EPOCH, OTHERS, fresh_days, within_units, write_runs
from zhiyin.customers.profile.index.storing import ISSUE, read_index
from zhiyin.engine import open_engine
from zhiyin.people.scope import Scope

# A few more than one, for the index may still know facts that are corrected, copies or spam.
_N_FIRST, _N_LAST, _N_LAST_SAID = 5, 5, 20
_N_MATTERS, _N_OF_MATTER = 20, 2
_SAME = 2
_START = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class _Fact:
    moment: int
    id: str
    day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """The contacts about one matter that the index knows; `is_read` if the days of the newest are chosen."""

    ids: frozenset[str]
    last_at: datetime
    is_read: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """SQL of the days of each table, and the matters by their `issue_key`."""

    said: str
    met: str
    bought: str
    matters: Mapping[str, Matter]


def choose(keys: Sequence[str], *, scope: Scope, since: datetime) -> Chosen | None:
    """The days on which the first and last facts lie, and all voices from `since` on.

    None where the index is not ready: then everything is to be read.
    """
    fresh = {table: fresh_days(table) for table in ("feedback", "contacts", "purchases")}
    said_on, met_on, bought_on = fresh["feedback"], fresh["contacts"], fresh["purchases"]
    if said_on is None or met_on is None or bought_on is None:
        return None
    facts, about = _list_facts(keys, scope=scope)
    said = sorted(fact for kind, some in facts.items() if kind not in OTHERS for fact in some)
    met, bought = sorted(facts.get("contacts", [])), sorted(facts.get("purchases", []))
    border = round((since - _START) / _MICROSECOND)
    lately = [fact for fact in said if fact.moment >= border]
    repeated = sorted((some for some in about.values() if len(some) >= _SAME), key=max, reverse=True)
    read = [fact for some in repeated[:_N_MATTERS] for fact in sorted(some)[-_N_OF_MATTER:]]
    return Chosen(
        said=write_runs(said_on | _days([*said[:_N_FIRST], *said[-_N_LAST_SAID:], *lately])),
        met=write_runs(met_on | _days([*met[:_N_FIRST], *met[-_N_LAST:], *read])),
        bought=write_runs(bought_on | _days([*bought[:_N_FIRST], *bought[-_N_LAST:]])),
        matters={issue: _matter(some, read=read) for issue, some in about.items()},
    )


def _list_facts(
    keys: Sequence[str], *, scope: Scope
) -> tuple[dict[str, list[_Fact]], dict[str, list[_Fact]]]:
    """All facts of the keys, by their kind; and the contacts, by their matter."""
    condition, units = within_units(scope)
    query = f"SELECT kind, moment, id, day FROM facts WHERE key = ?{condition}"  # noqa: S608 - own parts
    facts: dict[str, list[_Fact]] = {}
    about: dict[str, list[_Fact]] = {}
    with read_index(open_engine(settings.HOME).home) as index:
        for key in keys:
            for kind, moment, id_, day in index.execute(query, [key, *units]):
                fact = _Fact(moment=moment, id=id_, day=day)
                if kind.startswith(ISSUE):
                    about.setdefault(kind.removeprefix(ISSUE), []).append(fact)
                else:
                    facts.setdefault(kind, []).append(fact)
    return facts, about


def _days(facts: Sequence[_Fact]) -> set[date]:
    return {EPOCH + timedelta(days=fact.day) for fact in facts}


def _matter(some: Sequence[_Fact], *, read: Sequence[_Fact]) -> Matter:
    last = max(some)
    return Matter(
        ids=frozenset(fact.id for fact in some),
        last_at=_START + last.moment * _MICROSECOND,
        is_read=last in read,
    )
