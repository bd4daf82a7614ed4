"""What changes the rules by which signals open cases; each step is audited."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.people.actors import Actor
from zhiyin.people.models import OrgUnit
from zhiyin.people.scope import Scope
from zhiyin.people.services.audit import record_event
from zhiyin.respond.models import SignalRule
from zhiyin.respond.services.changes import account_id_of, shorten

SAFETY = "safety"
_MAX_NAME, _MOST_HOURS, _MOST_A_DAY, _MAX_LEVEL = 80, 720, 500, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleWords:
    """What a rule says; see `SignalRule`."""

    name: str
    kind: str = ""
    min_level: int = 2
    is_danger: bool = False
    aspect: str = ""
    unit_id: int | None = None
    for_unit_id: int | None = None
    urgency: int = 2
    skill: str = ""
    due_hours: int | None = None
    most_a_day: int = 20


def list_rules(*, scope: Scope) -> list[SignalRule]:
    """Those within the scope that are not deleted: the brought one first, then by name."""
    rows = SignalRule.objects.filter(deleted_at=None).select_related("unit", "for_unit")
    allowed = [rule for rule in rows if scope.allows(rule.unit_id)]
    return sorted(allowed, key=lambda rule: (not rule.code, rule.name, rule.pk))


def list_rules_above(*, scope: Scope) -> list[SignalRule]:
    """Those of the company and of units above the scope's, which act there too; none where it sees all."""
    if scope.unit_ids is None:
        return []
    paths = OrgUnit.objects.filter(pk__in=scope.unit_ids).values_list("path", flat=True)
    way = {int(step) for path in paths for step in path.split("/") if step} - scope.unit_ids
    rows = SignalRule.objects.filter(Q(unit=None) | Q(unit_id__in=way), deleted_at=None)
    return list(rows.select_related("unit", "for_unit").order_by("name", "pk"))


def get_rule(rule_id: int, *, scope: Scope) -> SignalRule:
    """The rule, deleted or not. Raises `NotFound` where there is none that the scope allows."""
    rule = SignalRule.objects.select_related("unit", "for_unit").filter(pk=rule_id).first()
    if rule is None or not scope.allows(rule.unit_id):
        raise NotFound("There is no such rule.", next_step="Choose one from the list.")
    return rule


def save_rule(
    words: RuleWords,
    *,
    by: Actor,
    scope: Scope,
    now: datetime,
    rule_id: int | None = None,
    version: int | None = None,
) -> SignalRule:
    """A new rule, which is off, or the rule changed, which stays on or off. `version` is what the asker saw.

    Raises:
        InvalidInput: a value is out of range. NotFound: no such rule, or a unit that is not the asker's.
        Conflict: somebody changed it since.
    """
    clean = _check(words)
    for unit_id in (clean.unit_id, *([clean.for_unit_id] if clean.for_unit_id else [])):
        if not scope.allows(unit_id):
            raise NotFound("There is no such unit.", next_step="Choose one of yours.")
    with transaction.atomic():
        rule = (
            SignalRule(made_at=now, made_by_id=account_id_of(by))
            if rule_id is None
            else _hold(rule_id, scope)
        )
        if version is not None and rule.version != version:
            raise Conflict(
                "Somebody else changed this rule in the meantime.", next_step="Look at how it stands now."
            )
        for name, value in asdict(clean).items():
            setattr(rule, name, value)
        _store(rule, action="signal_rule.changed" if rule_id else "signal_rule.made", by=by, now=now)
    return rule


def words_of(rule: SignalRule) -> RuleWords:
    """What the rule says now."""
    return RuleWords(**{field.name: getattr(rule, field.name) for field in fields(RuleWords)})


def switch_rule(rule_id: int, *, is_on: bool, by: Actor, scope: Scope, now: datetime) -> SignalRule:
    """On: it acts on signals from now on. Off: cases that are open stay. Again, it changes nothing."""
    with transaction.atomic():
        rule = _hold(rule_id, scope)
        if (rule.on_since is not None) is is_on:
            return rule
        rule.on_since = now if is_on else None
        _store(rule, action="signal_rule.on" if is_on else "signal_rule.off", by=by, now=now)
    return rule


def delete_rule(rule_id: int, *, by: Actor, scope: Scope, now: datetime) -> SignalRule:
    """Out of the list; `restore_rule` brings it back as it was. Again, it changes nothing.

    Raises:
        NotFound: no such rule. Conflict: Zhiyin brought it; it can be switched off.
    """
    with transaction.atomic():
        rule = _hold(rule_id, scope)
        if rule.code:
            raise Conflict("This rule came with Zhiyin.", next_step="Switch it off instead.")
        if rule.deleted_at is None:
            rule.deleted_at = now
            _store(rule, action="signal_rule.deleted", by=by, now=now)
    return rule


def restore_rule(rule_id: int, *, by: Actor, scope: Scope, now: datetime) -> SignalRule:
    """The deleted rule, in the list again. Again, it changes nothing. Raises `NotFound`."""
    with transaction.atomic():
        rule = _hold(rule_id, scope)
        if rule.deleted_at is not None:
            rule.deleted_at = None
            _store(rule, action="signal_rule.restored", by=by, now=now)
    return rule


def ensure_rules(*, now: datetime) -> None:
    """The rule that Zhiyin brings, once: where a voice tells of harm to somebody, a case is opened."""
    if SignalRule.objects.filter(code=SAFETY).exists():
        return
    rule = SignalRule(
        code=SAFETY,
        name="有人受到伤害 · Somebody came to harm",
        kind="urgent",
        min_level=3,
        is_danger=True,
        urgency=3,
        on_since=now,
        made_at=now,
    )
    SignalRule.objects.bulk_create([rule], ignore_conflicts=True)


def _hold(rule_id: int, scope: Scope) -> SignalRule:
    get_rule(rule_id, scope=scope)
    return SignalRule.objects.select_for_update().get(pk=rule_id)


def _store(rule: SignalRule, *, action: str, by: Actor, now: datetime) -> None:
    rule.version = rule.version + 1 if rule.pk else 1
    rule.save()
    details = {"version": rule.version, "level": rule.min_level}
    record_event(action, by=by, target=("signal_rule", rule.name), details=details, at=now)


def _check(words: RuleWords) -> RuleWords:
    name = " ".join(shorten(words.name, limit=_MAX_NAME).split())
    if not name:
        raise InvalidInput("A rule needs a name.", field="name")
    if not 0 <= words.min_level <= _MAX_LEVEL:
        raise InvalidInput("The level is 0 to 3.", field="min_level")
    if not 0 <= words.urgency <= _MAX_LEVEL:
        raise InvalidInput("The urgency is 0 to 3.", field="urgency")
    if words.due_hours is not None and not 1 <= words.due_hours <= _MOST_HOURS:
        raise InvalidInput(f"The time is 1 to {_MOST_HOURS} hours.", field="due_hours")
    if not 1 <= words.most_a_day <= _MOST_A_DAY:
        raise InvalidInput(f"A rule opens 1 to {_MOST_A_DAY} cases a day.", field="most_a_day")
    return replace(words, name=name, skill=shorten(words.skill, limit=40))
