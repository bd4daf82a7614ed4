"""Rules of alerts: made, changed, switched, deleted and restored; each step audited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from django.db import transaction

from zhiyin.errors import InvalidInput, NotFound
from zhiyin.insight.alerts.narrowing import check_segment
from zhiyin.insight.alerts.rules import RuleOptions, check_options, read_options
from zhiyin.insight.delivery.contract import list_destinations
from zhiyin.insight.models import AlertRule
from zhiyin.people.actors import Actor
from zhiyin.people.models import Account
from zhiyin.people.scope import NOTHING, Scope
from zhiyin.people.services.audit import record_event

_MAX_NAME, _MAX_LEVEL, _MAX_REST = 80, 3, 43_200


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedRule:
    """A rule as somebody wants it; `unit_id` None: the whole company."""

    name: str
    kind: str
    options: RuleOptions
    unit_id: int | None
    level: int
    cool_down_minutes: int
    destination_ids: tuple[int, ...] = ()


def list_rules(*, scope: Scope) -> list[AlertRule]:
    """Those of the scope's units, brought ones first; those of the company only for all units."""
    rows = AlertRule.objects.filter(deleted_at=None).select_related("unit")
    if scope.unit_ids is not None:
        rows = rows.filter(unit_id__in=scope.unit_ids)
    return sorted(rows.prefetch_related("destinations"), key=lambda one: (not one.code, one.pk))


def get_rule(rule_id: int, *, scope: Scope) -> AlertRule:
    """The rule of that id, deleted ones too.

    Raises:
        NotFound: there is none, or it is not the asker's.
    """
    row = AlertRule.objects.filter(pk=rule_id).select_related("unit").first()
    if row is None or not scope.allows(row.unit_id):
        raise NotFound("There is no such rule.", next_step="Choose one of the list.")
    return row


def make_rule(
    wanted: WantedRule,
    *,
    scope: Scope,
    now: datetime,
    customers: Scope = NOTHING,
    before: AlertRule | None = None,
) -> AlertRule:
    """The rule, not saved: for a replay before anybody decides.

    `customers` are those whom the asker sees: who narrows a rule to a segment must see its members.
    `before` is the rule as it stands, of which a segment may stay that somebody else chose.

    Raises:
        InvalidInput: a value is out of range, or the unit or its customers are not the asker's.
    """
    rule = AlertRule(created_at=now)
    if before is not None:
        rule.options, rule.unit_id = before.options, before.unit_id
    _fill(rule, wanted, scope=scope, customers=customers)
    return rule


def create_rule(
    wanted: WantedRule, *, scope: Scope, by: Account, now: datetime, customers: Scope = NOTHING
) -> AlertRule:
    """The new rule, switched off. Raises as `make_rule`."""
    rule = make_rule(wanted, scope=scope, now=now, customers=customers)
    rule.created_by = by
    return _store(rule, wanted, scope=scope, action="alert_rule.created", by=by)


def change_rule(
    rule_id: int, wanted: WantedRule, *, scope: Scope, by: Account, customers: Scope = NOTHING
) -> AlertRule:
    """The rule as wanted; its kind stays. Raises as `get_rule` and `make_rule`."""
    rule = get_rule(rule_id, scope=scope)
    kind = rule.kind
    _fill(rule, wanted, scope=scope, customers=customers)
    rule.kind = kind
    return _store(rule, wanted, scope=scope, action="alert_rule.changed", by=by)


def switch_rule(rule_id: int, *, is_on: bool, scope: Scope, by: Account) -> AlertRule:
    """On or off. Raises as `get_rule`."""
    rule = get_rule(rule_id, scope=scope)
    rule.is_on = is_on
    return _note(rule, "alert_rule.switched_on" if is_on else "alert_rule.switched_off", by=by)


def delete_rule(rule_id: int, *, scope: Scope, by: Account, now: datetime) -> AlertRule:
    """Out of the list and silent; `restore_rule` brings it back.

    Raises:
        InvalidInput: Zhiyin brought it; switch it off instead. NotFound: as `get_rule`.
    """
    rule = get_rule(rule_id, scope=scope)
    if rule.code:
        raise InvalidInput("This rule came with Zhiyin.", next_step="Switch it off instead.", field="rule")
    rule.deleted_at = now
    return _note(rule, "alert_rule.deleted", by=by)


def restore_rule(rule_id: int, *, scope: Scope, by: Account) -> AlertRule:
    """The deleted rule, in the list again. Raises as `get_rule`."""
    rule = get_rule(rule_id, scope=scope)
    rule.deleted_at = None
    return _note(rule, "alert_rule.restored", by=by)


def _fill(rule: AlertRule, wanted: WantedRule, *, scope: Scope, customers: Scope) -> None:
    name = " ".join(wanted.name.replace("\0", "").split())
    if not 1 <= len(name) <= _MAX_NAME:
        raise InvalidInput(f"Give the rule a name of 1 to {_MAX_NAME} signs.", field="name")
    if not 0 <= wanted.level <= _MAX_LEVEL:
        raise InvalidInput(f"The level is {wanted.level}; it must be 0 to {_MAX_LEVEL}.", field="level")
    if not 0 <= wanted.cool_down_minutes <= _MAX_REST:
        raise InvalidInput(f"It can rest for 0 to {_MAX_REST} minutes.", field="cool_down_minutes")
    if not scope.allows(wanted.unit_id):
        raise InvalidInput("Choose a unit of your own.", field="unit")
    check_options(wanted.kind, wanted.options)
    segment = wanted.options.segment
    if segment and (segment, wanted.unit_id) != (read_options(rule).segment, rule.unit_id):
        check_segment(segment, unit_id=wanted.unit_id, customers=customers)
    rule.name, rule.kind, rule.level = name, wanted.kind, wanted.level
    rule.options = msgspec.to_builtins(wanted.options)
    rule.unit_id, rule.cool_down_minutes = wanted.unit_id, wanted.cool_down_minutes


def _store(rule: AlertRule, wanted: WantedRule, *, scope: Scope, action: str, by: Account) -> AlertRule:
    with transaction.atomic():
        rule.save()
        rule.destinations.set(_allowed(wanted.destination_ids, rule, scope=scope))
        record_event(action, by=Actor.of(by), target=("alert_rule", rule.pk))
    return rule


def _allowed(ids: Sequence[int], rule: AlertRule, *, scope: Scope) -> list[int]:
    """Those that the asker may use, and those that others chose before."""
    own = {one.id for one in list_destinations(scope=scope)}
    before = set(rule.destinations.values_list("pk", flat=True))
    return sorted((set(ids) & own) | (before - own))


def _note(rule: AlertRule, action: str, *, by: Account) -> AlertRule:
    with transaction.atomic():
        rule.save(update_fields=["is_on", "deleted_at"])
        record_event(action, by=Actor.of(by), target=("alert_rule", rule.pk))
    return rule
