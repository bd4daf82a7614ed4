"""Which rule a clock of a case runs by: of those that hold on its day and fit it, the most specific."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from zhiyin.people.models import OrgUnit
from zhiyin.people.worktime.queries import calendar_for
from zhiyin.respond.clocks.kinds import ClockKind
from zhiyin.respond.models import Case, ClockRule


def list_rules(*, on: date) -> list[ClockRule]:
    """The versions that hold on the day, switched-off ones too, by kind and name. One query."""
    rows = ClockRule.objects.filter(from_day__lte=on).select_related("unit").order_by("version")
    newest: dict[UUID, ClockRule] = {rule.key: rule for rule in rows}
    return sorted(newest.values(), key=lambda rule: (rule.kind, rule.name, str(rule.key)))


def choose_rules(case: Case, *, at: datetime, kinds: Iterable[ClockKind]) -> list[ClockRule]:
    """For each kind the rule by which a clock of the case would begin at that moment, where one fits.

    The nearer its unit the better, then the more that it asks of the case, then the shorter time. Of
    deadlines of the law there may be several: one for each code. The day is that of the unit.
    """
    wanted = {kind.value for kind in kinds}
    day = at.astimezone(calendar_for(case.unit_id, at=at).tz).date()
    best: dict[tuple[str, str], ClockRule] = {}
    for rule in sorted(list_rules(on=day), key=_rank):
        if rule.kind in wanted and rule.is_on and rule.is_automatic and fits(rule, case):
            best[rule.kind, rule.code] = rule
    return list(best.values())


def fits(rule: ClockRule, case: Case) -> bool:
    """Whether the rule is for cases like this one."""
    return (
        (rule.unit is None or is_below(case.unit, rule.unit))
        and rule.channel in ("", case.channel)
        and rule.skill in ("", case.skill)
        and case.urgency >= rule.min_urgency
        and case.severity >= rule.min_severity
    )


def is_below(unit: OrgUnit, above: OrgUnit) -> bool:
    """Whether it is that unit or stands anywhere below it."""
    return str(above.pk) in unit.path.split("/")


def _rank(rule: ClockRule) -> tuple[int, int, int, int, int]:
    depth = len([step for step in rule.unit.path.split("/") if step]) if rule.unit else 0
    n_asked = bool(rule.channel) + bool(rule.skill)
    # The last one wins: of equal ones the shorter time, then the older rule.
    return depth, n_asked, rule.min_severity, rule.min_urgency, -rule.pk
