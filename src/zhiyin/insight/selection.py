"""Which facts a question is about: the asker's scope, narrowed by a filter, as SQL conditions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from zhiyin.errors import InvalidInput
from zhiyin.insight import dialect
from zhiyin.people.scope import Scope

Parameter = datetime | date | int | str | list[int] | list[str]

# A voice is received after it occurred, but for clocks that run ahead.
_CLOCK_SLACK = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardFilter:
    """What to look at: `since` to before `until` (with time zone); no limit where None or empty.

    With both ends given, the period of the same length before `since` is what "against" means.
    Duplicates, spam and solicited voices are left out unless `include_excluded`.

    Raises:
        InvalidInput: a time without zone, or `since` not before `until`.
    """

    since: datetime | None = None
    until: datetime | None = None
    unit_ids: frozenset[int] | None = None
    channels: frozenset[str] = frozenset()
    include_excluded: bool = False

    def __post_init__(self) -> None:
        for name, time in (("since", self.since), ("until", self.until)):
            if time is not None and time.tzinfo is None:
                raise InvalidInput(f"{name} needs a time zone.", field=name)
        if self.since is not None and self.until is not None and self.since >= self.until:
            raise InvalidInput(
                "The period ends before it starts.", next_step="Name an earlier start.", field="since"
            )

    @property
    def before_since(self) -> datetime | None:
        """Start of the period before, None where the period is open or nothing lies before it."""
        if self.since is None or self.until is None:
            return None
        try:
            return self.since - (self.until - self.since)
        except OverflowError:  # it would start before the year 1
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Conditions on `feedback` and `opinions`, the test for "in the period", and their values.

    `kept_voices` and `kept_opinions` are the conditions on what counts, `all_voices` without them.
    """

    all_voices: str
    kept_voices: str
    kept_opinions: str
    is_now: str
    parameters: Mapping[str, Parameter]


_IS_KEPT = "(is_duplicate IS NOT TRUE AND is_spam IS NOT TRUE AND is_solicited IS NOT TRUE)"


def select(scope: Scope, *, filter: BoardFilter, with_before: bool = False) -> Selection:
    """The facts that the scope allows and the filter wants; `with_before` adds the period before.

    Raises:
        TypeError: `scope` is no `Scope`.
    """
    if not isinstance(scope, Scope):
        raise TypeError("A question needs the Scope of the asker.")
    conditions, parameters = ["is_current"], dict[str, Parameter]()
    _add_units(scope, filter=filter, conditions=conditions, parameters=parameters)
    if filter.channels:
        conditions.append(f"channel IN ({dialect.members('$channels', kind='VARCHAR')})")
        parameters["channels"] = sorted(filter.channels)
    _add_period(filter, with_before=with_before, conditions=conditions, parameters=parameters)
    everything = " AND ".join(conditions)
    is_kept = "TRUE" if filter.include_excluded else _IS_KEPT
    kept_opinions = "TRUE" if filter.include_excluded else "is_excluded IS NOT TRUE"
    return Selection(
        all_voices=everything,
        kept_voices=f"{everything} AND {is_kept}",
        kept_opinions=f"{everything} AND {kept_opinions}",
        is_now="TRUE" if filter.since is None else "occurred_at >= $since",
        parameters=parameters,
    )


def _add_units(
    scope: Scope, *, filter: BoardFilter, conditions: list[str], parameters: dict[str, Parameter]
) -> None:
    allowed = scope if filter.unit_ids is None else scope.narrowed_to(filter.unit_ids)
    if allowed.unit_ids is None:
        return
    conditions.append(f"unit_id IN ({dialect.members('$unit_ids', kind='BIGINT')})")
    parameters["unit_ids"] = sorted(allowed.unit_ids)


def _add_period(
    filter: BoardFilter, *, with_before: bool, conditions: list[str], parameters: dict[str, Parameter]
) -> None:
    if filter.since is not None:
        parameters["since"] = filter.since
        start = filter.before_since if with_before and filter.before_since else filter.since
        # The day is that of receipt and names the folder: older folders are not opened at all.
        conditions += ["day >= $start_day", "occurred_at >= $start"]
        parameters |= {"start": start, "start_day": _first_day(start)}
    if filter.until is not None:
        conditions.append("occurred_at < $until")
        parameters["until"] = filter.until


def _first_day(start: datetime) -> date:
    try:
        return (start - _CLOCK_SLACK).date()
    except OverflowError:
        return date.min
