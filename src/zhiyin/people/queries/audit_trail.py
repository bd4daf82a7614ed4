"""Reads the audit trail: filtered, page by page, with the names of who acted and on what."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from django.db.models import Exists, OuterRef, Q, QuerySet

from zhiyin.people.models import Account, ApiKey, AuditEvent, OrgUnit, RoleGrant
from zhiyin.people.pages import Page
from zhiyin.people.scope import Scope

PAGE_SIZE = 50
_BATCH = 500
# What the ids among the details stand for.
_DETAIL_KINDS: Mapping[str, str] = {
    "unit": "unit",
    "parent": "unit",
    "parent_id": "unit",
    "parent_id_before": "unit",
    "merged_into_id": "unit",
    "merged_into_id_before": "unit",
    "owner": "account",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Which events are wanted: by accounts `actors` (ids; None for anybody), about `target` (kind and id, an
    empty id means any). `since` is included, `until` is not.
    """

    actors: frozenset[str] | None = None
    target: tuple[str, str] = ("", "")
    actions: frozenset[str] = frozenset()
    outcome: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedEvent:
    """An event with the names that its ids have today; empty where the thing has none here.

    `detail_names` are those of the units, or of the account, that its details name, by id.
    """

    event: AuditEvent
    actor_name: str = ""
    target_name: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    detail_names: Mapping[str, str] = field(default_factory=dict)


def search_events(wanted: AuditFilter, *, scope: Scope, number: int = 1) -> Page[NamedEvent]:
    """A page of the events that may be seen, the newest first. Five queries at most."""
    events = select_events(wanted, scope=scope)
    start = (number - 1) * PAGE_SIZE
    rows = name_events(list(events[start : start + PAGE_SIZE]))
    return Page(rows=rows, number=number, n_rows=events.count(), size=PAGE_SIZE)


def select_events(wanted: AuditFilter, *, scope: Scope) -> QuerySet[AuditEvent]:
    """The events that fit and may be seen, the newest first."""
    events = AuditEvent.objects.filter(_within(scope))
    if wanted.actors is not None:
        events = events.filter(actor_kind="account", actor_id__in=wanted.actors)
    if wanted.target[0]:
        events = events.filter(target_kind=wanted.target[0])
    if wanted.target[1]:
        events = events.filter(target_id=wanted.target[1])
    if wanted.actions:
        events = events.filter(action__in=wanted.actions)
    if wanted.outcome:
        events = events.filter(outcome=wanted.outcome)
    if wanted.since:
        events = events.filter(at__gte=wanted.since)
    if wanted.until:
        events = events.filter(at__lt=wanted.until)
    return events.order_by("-sequence")


def stream_events(wanted: AuditFilter, *, scope: Scope) -> Iterator[NamedEvent]:
    """Every event that fits and may be seen, the newest first, a few hundred at a time."""
    events = select_events(wanted, scope=scope).iterator(_BATCH)
    while batch := list(islice(events, _BATCH)):
        yield from name_events(batch)


def list_history(kind: str, thing_id: int, *, limit: int = 20) -> list[NamedEvent]:
    """The last events that befell one thing, the newest first; the caller has checked that it may be seen."""
    wanted = AuditFilter(target=(kind, str(thing_id)))
    return name_events(list(select_events(wanted, scope=Scope(unit_ids=None))[:limit]))


def list_sign_ins(account: Account, *, limit: int = 8) -> list[AuditEvent]:
    """When and from where the account signed in lately, and where it was refused."""
    events = AuditEvent.objects.filter(
        target_kind="account",
        target_id=str(account.pk),
        action__in=["session.opened", "session.refused"],
    )
    return list(events.order_by("-sequence")[:limit])


def list_actions() -> list[str]:
    """The actions that the trail knows, by name."""
    return list(AuditEvent.objects.order_by("action").values_list("action", flat=True).distinct())


def name_events(events: Sequence[AuditEvent]) -> list[NamedEvent]:
    """The events with names, in their order. One query a kind of thing."""
    told: list[dict[str, str]] = [json.loads(event.details) for event in events]
    sides = [(event.actor_kind, event.actor_id) for event in events]
    sides += [(event.target_kind, event.target_id) for event in events]
    things = [
        [(_DETAIL_KINDS[key], value) for key, value in details.items() if key in _DETAIL_KINDS]
        for details in told
    ]
    names = _names([*sides, *(thing for of_event in things for thing in of_event)])
    return [
        NamedEvent(
            event=event,
            actor_name=names.get((event.actor_kind, event.actor_id), ""),
            target_name=names.get((event.target_kind, event.target_id), ""),
            details=details,
            detail_names={thing[1]: names[thing] for thing in of_event if thing in names},
        )
        for event, details, of_event in zip(events, told, things, strict=True)
    ]


def _names(sides: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    wanted: dict[str, set[int]] = {"account": set(), "unit": set(), "key": set()}
    for kind, thing_id in sides:
        if kind in wanted and thing_id.isdigit():
            wanted[kind].add(int(thing_id))
    names: dict[tuple[str, str], str] = {}
    for account in Account.objects.filter(pk__in=wanted["account"]) if wanted["account"] else ():
        names["account", str(account.pk)] = str(account)
    if wanted["unit"]:
        for pk, name in OrgUnit.objects.filter(pk__in=wanted["unit"]).values_list("pk", "name"):
            names["unit", str(pk)] = name
    if wanted["key"]:
        for pk, name in ApiKey.objects.filter(pk__in=wanted["key"]).values_list("pk", "name"):
            names["key", str(pk)] = name
    return names


def _within(scope: Scope) -> Q:
    """What the auditor of some units may read: events of their units, and of people who belong there alone.

    Who also has a role elsewhere, or everywhere, acts in matters that this auditor may not know; events
    about things of other kinds are shown by who did them.
    """
    if scope.unit_ids is None:
        return Q()
    units = [str(pk) for pk in scope.unit_ids]
    people = [str(pk) for pk in _people_within(scope.unit_ids)]
    is_target = Q(target_kind="unit", target_id__in=units) | Q(target_kind="account", target_id__in=people)
    is_actor = Q(actor_kind="account", actor_id__in=people) & ~Q(target_kind__in=["unit", "account", "key"])
    return is_target | is_actor


def _people_within(unit_ids: frozenset[int]) -> list[int]:
    elsewhere = RoleGrant.objects.filter(account=OuterRef("pk")).filter(
        Q(unit__isnull=True) | ~Q(unit__in=unit_ids)
    )
    accounts = Account.objects.filter(~Exists(elsewhere), grants__unit__in=unit_ids).distinct()
    return list(accounts.values_list("pk", flat=True))
