"""The rules as lines of a table, in the words of the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhiyin.people.scope import Scope
from zhiyin.respond.clocks.kinds import ClockKind, TimeUnit
from zhiyin.respond.clocks.queries import count_open_by
from zhiyin.respond.clocks.words import KIND_NAMES, UNIT_NAMES, URGENCY_NAMES, say_minutes
from zhiyin.respond.models import ClockRule

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

COLUMNS: tuple[StrPromise, ...] = (
    _("Name of the rule"),
    _("What has to happen"),
    _("Time"),
    _("For which cases"),
    _("In force from"),
    _("Version"),
    _("Clocks that run"),
    _("Where the deadline comes from"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The newest version of a rule. `is_ahead`: it holds from a day to come."""

    rule: ClockRule
    kind: str
    time: str
    cases: str
    n_open: int
    is_ahead: bool

    def as_row(self) -> tuple[str | int, ...]:
        """As the export has it."""
        rule = self.rule
        return (
            rule.name,
            self.kind,
            self.time,
            self.cases,
            rule.from_day.isoformat(),
            rule.version,
            self.n_open,
            rule.source,
        )


def list_lines(*, scope: Scope) -> list[Line]:
    """The newest version of every rule that is on and that the scope allows, by kind and name."""
    newest: dict[UUID, ClockRule] = {
        rule.key: rule for rule in ClockRule.objects.select_related("unit").order_by("version")
    }
    rules = [rule for rule in newest.values() if _is_shown(rule) and scope.allows(rule.unit_id)]
    counted = count_open_by(rule.key for rule in rules)
    order = list(ClockKind)
    rules.sort(key=lambda rule: (order.index(ClockKind(rule.kind)), rule.name, rule.pk))
    today = timezone.localdate()
    return [
        Line(
            rule=rule,
            kind=str(KIND_NAMES[ClockKind(rule.kind)]),
            time=_say_time(rule),
            cases=_say_cases(rule),
            n_open=counted.get(rule.key, 0),
            is_ahead=rule.from_day > today,
        )
        for rule in rules
    ]


def _is_shown(rule: ClockRule) -> bool:
    """Calls run to the time that was promised, not by a rule that somebody could change."""
    return rule.is_on and rule.kind != ClockKind.CALL_BACK


def _say_time(rule: ClockRule) -> str:
    unit = TimeUnit(rule.counted_in)
    if unit.is_days:
        return f"{rule.amount} {UNIT_NAMES[unit]}"
    whole_day = gettext("round the clock") if unit is TimeUnit.MINUTES else ""
    return " ".join(filter(None, [say_minutes(rule.amount), whole_day]))


def _say_cases(rule: ClockRule) -> str:
    if not rule.is_automatic:
        return gettext("begun by hand on the case")
    asked = [rule.unit.name if rule.unit else "", rule.channel, rule.skill]
    if rule.min_urgency:
        asked.append(gettext("urgency from %(name)s") % {"name": URGENCY_NAMES[rule.min_urgency]})
    if rule.min_severity:
        asked.append(gettext("severity from %(n)s") % {"n": rule.min_severity})
    return " · ".join(filter(None, asked)) or gettext("all cases")
