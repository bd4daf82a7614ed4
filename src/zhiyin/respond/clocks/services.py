"""What changes rules of clocks: every change is a new version, so that what ran can be explained."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone

from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.people.actors import Actor
from zhiyin.people.scope import Scope
from zhiyin.people.services.audit import record_event
from zhiyin.respond.clocks.kinds import ClockKind, TimeUnit
from zhiyin.respond.clocks.suggested import Suggestion
from zhiyin.respond.models import ClockRule
from zhiyin.respond.services.changes import account_id_of

_YEARS = (2000, 2100)
_MOST_MINUTES, _MOST_DAYS = 600_000, 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleWords:
    """What a version of a rule says; see `ClockRule`. Days never rest, so `does_rest` is for minutes."""

    name: str
    kind: ClockKind
    amount: int
    counted_in: TimeUnit
    from_day: date
    unit_id: int | None = None
    channel: str = ""
    skill: str = ""
    min_urgency: int = 0
    min_severity: int = 0
    does_rest: bool = True
    warn_percent: int = 80
    destination: int | None = None
    code: str = ""
    source: str = ""
    is_automatic: bool = True
    is_on: bool = True


def save_rule(words: RuleWords, *, by: Actor, scope: Scope, key: UUID | None = None) -> ClockRule:
    """A new rule, or a new version of that of the key: it holds for clocks that begin from its day on.

    Raises:
        InvalidInput: the time, the day, the share or the kind cannot be. NotFound: no such rule within
        the scope. Conflict: somebody else changed it this very moment.
    """
    clean = _check(words)
    _check_scope(clean.unit_id, scope=scope)
    if key is not None:
        get_rule(key, scope=scope)
    return _write(clean, key=key or uuid4(), by=by, action="clock_rule.changed" if key else "clock_rule.made")


def switch_rule_off(key: UUID, *, by: Actor, scope: Scope) -> ClockRule:
    """No clock begins by it from today on; those that run go on. Raises `NotFound`, `Conflict`."""
    newest = get_rule(key, scope=scope)
    words = _words_of(newest, from_day=timezone.localdate(), is_on=False)
    return _write(words, key=key, by=by, action="clock_rule.off")


def undo_rule(key: UUID, *, by: Actor, scope: Scope) -> ClockRule:
    """The rule as it was before its newest version, from today on; a new rule is switched off.

    Raises:
        NotFound: no such rule within the scope. Conflict: somebody else changed it this very moment.
    """
    newest = get_rule(key, scope=scope)
    before = ClockRule.objects.filter(key=key, version=newest.version - 1).first()
    today = timezone.localdate()
    words = (
        _words_of(before, from_day=today, is_on=before.is_on)
        if before
        else _words_of(newest, from_day=today, is_on=False)
    )
    return _write(words, key=key, by=by, action="clock_rule.undone")


def add_suggested(
    suggestions: list[Suggestion], *, by: Actor, scope: Scope, from_day: date | None = None
) -> int:
    """How many of them were new: the usual rules, for the whole company, from that day on, today for None."""
    there = set(ClockRule.objects.values_list("key", flat=True))
    fresh = [one for one in suggestions if one.key not in there]
    for one in fresh:
        words = RuleWords(
            name=one.name,
            kind=one.kind,
            code=one.code,
            amount=one.amount,
            counted_in=one.counted_in,
            min_urgency=one.min_urgency,
            source=one.source,
            is_automatic=one.is_automatic,
            from_day=from_day or timezone.localdate(),
        )
        _check_scope(None, scope=scope)
        _write(_check(words), key=one.key, by=by, action="clock_rule.made")
    return len(fresh)


def get_rule(key: UUID, *, scope: Scope) -> ClockRule:
    """The newest version. Raises `NotFound` where there is none that the scope allows."""
    rule = ClockRule.objects.filter(key=key).order_by("-version").select_related("unit").first()
    if rule is None or not scope.allows(rule.unit_id):
        raise NotFound("There is no such rule.", next_step="Choose one from the list.")
    return rule


def _write(words: RuleWords, *, key: UUID, by: Actor, action: str) -> ClockRule:
    now = timezone.now()
    last = ClockRule.objects.filter(key=key).order_by("-version").values_list("version", flat=True).first()
    try:
        with transaction.atomic():
            rule = ClockRule.objects.create(
                key=key, version=(last or 0) + 1, made_at=now, made_by_id=account_id_of(by), **asdict(words)
            )
            details = {"version": rule.version, "amount": rule.amount}
            record_event(action, by=by, target=("clock_rule", rule.name), details=details, at=now)
    except IntegrityError:
        raise Conflict(
            "Somebody else changed this rule in the meantime.", next_step="Look at how it stands now."
        ) from None
    return rule


def _words_of(rule: ClockRule, *, from_day: date, is_on: bool) -> RuleWords:
    return RuleWords(
        name=rule.name,
        kind=ClockKind(rule.kind),
        code=rule.code,
        amount=rule.amount,
        counted_in=TimeUnit(rule.counted_in),
        from_day=from_day,
        unit_id=rule.unit_id,
        channel=rule.channel,
        skill=rule.skill,
        min_urgency=rule.min_urgency,
        min_severity=rule.min_severity,
        does_rest=rule.does_rest,
        warn_percent=rule.warn_percent,
        destination=rule.destination,
        source=rule.source,
        is_automatic=rule.is_automatic,
        is_on=is_on,
    )


def _check(words: RuleWords) -> RuleWords:
    if not words.name.strip():
        raise InvalidInput("A rule needs a name.", field="name")
    most = _MOST_DAYS if words.counted_in.is_days else _MOST_MINUTES
    if not 1 <= words.amount <= most:
        raise InvalidInput(f"The time is a whole number from 1 to {most:,}.", field="amount")
    if not 1 <= words.warn_percent <= 100:
        raise InvalidInput("Warn at a share from 1 to 100 percent.", field="warn_percent")
    if not _YEARS[0] <= words.from_day.year <= _YEARS[1]:
        raise InvalidInput("The day lies between the years 2000 and 2100.", field="from_day")
    return replace(words, name=words.name.strip(), does_rest=words.does_rest and not words.counted_in.is_days)


def _check_scope(unit_id: int | None, *, scope: Scope) -> None:
    if not scope.allows(unit_id):
        raise NotFound("There is no such unit.", next_step="Choose one of yours.")
