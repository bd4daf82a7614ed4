"""Tables of rules that hold from a day on; without any, those that the package brings."""

from __future__ import annotations

from datetime import date, datetime
from importlib.resources import files
from typing import TypeVar

import msgspec
from django.db import transaction

from zhiyin.customers.models import DatedRules
from zhiyin.errors import InvalidInput
from zhiyin.people.actors import Actor
from zhiyin.people.services.audit import record_event

_R = TypeVar("_R", bound=msgspec.Struct)


def read_rules(kind: str, shape: type[_R], *, on: date) -> _R:
    """The rules of the kind that hold on the day. One query."""
    row = DatedRules.objects.filter(kind=kind, from_day__lte=on).order_by("-from_day", "-pk").first()
    return msgspec.convert(row.config, shape) if row else shipped_rules(kind, shape)


def shipped_rules(kind: str, shape: type[_R]) -> _R:
    """What the package brings."""
    text = files("zhiyin.customers.rights").joinpath(f"data/{kind}.toml").read_bytes()
    return msgspec.toml.decode(text, type=shape)


def list_versions(kind: str) -> list[DatedRules]:
    """What was and will be in force, the newest first."""
    return list(DatedRules.objects.filter(kind=kind).select_related("made_by").order_by("-from_day", "-pk"))


def set_rules(
    kind: str,
    rules: msgspec.Struct,
    *,
    from_day: date,
    by: Actor,
    now: datetime,
    account_id: int | None = None,
) -> DatedRules:
    """Let these rules hold from a day on; what held before stays to be read.

    Raises:
        InvalidInput: the day lies before today, when decisions have already been made.
    """
    if from_day < now.date():
        raise InvalidInput("Rules cannot begin to hold in the past.", field="from_day")
    with transaction.atomic():
        row = DatedRules.objects.create(
            kind=kind,
            from_day=from_day,
            config=msgspec.to_builtins(rules),
            made_at=now,
            made_by_id=account_id,
        )
        record_event(
            "rights_rules.set", by=by, target=("rights_rules", kind), details={"from": from_day.isoformat()}
        )
    return row
