"""The filter and the scope of the asker, as conditions on the lake's tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from zhiyin.insight import dialect
from zhiyin.insight.competitors.units import split_units
from zhiyin.insight.selection.conditions import IS_KEPT, Conditions, Parameter
from zhiyin.insight.selection.voice_filter import VoiceFilter
from zhiyin.insight.selection.wanted import opinion_conditions, voice_conditions
from zhiyin.people.scope import Scope

# A voice is received after it occurred, but for clocks that run ahead.
_CLOCK_SLACK = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Conditions on `feedback` and `opinions`, the test for "in the period", and their values.

    `kept_voices` and `kept_opinions` are the conditions on what counts, `all_voices` without them;
    `all_replies` is for the replies to `all_voices`. Searches into other tables need the views
    `feedback`, `opinions` and `replies` where `VoiceFilter.tables` says so.
    """

    all_voices: str
    kept_voices: str
    kept_opinions: str
    all_replies: str
    is_now: str
    parameters: Mapping[str, Parameter]


def select(scope: Scope, *, filter: VoiceFilter, with_before: bool = False) -> Selection:
    """The facts that the scope allows and the filter wants; `with_before` adds the period before.

    Raises:
        TypeError: `scope` is no `Scope`.
    """
    if not isinstance(scope, Scope):
        raise TypeError("A question needs the Scope of the asker.")
    base = Conditions()
    base.add("is_current")
    _add_units(base, scope=scope, filter=filter)
    base.add_names("channel", filter.channels, "channels")
    _add_period(base, filter=filter, with_before=with_before)
    said, voiced = opinion_conditions(filter), voice_conditions(filter)
    shared = base.joined()
    _add_also(voiced, shared=shared, filter=filter)
    voices = " AND ".join(
        [shared, *voiced.texts, *_holds_opinion(shared, said), *_is_answered(shared, filter)]
    )
    is_kept = "TRUE" if filter.counts_all else IS_KEPT
    kept_opinions = "TRUE" if filter.counts_all else "is_excluded IS NOT TRUE"
    has_own = bool(voiced.texts) or filter.is_answered is not None
    of_voices = f"feedback_id IN (SELECT feedback_id FROM feedback WHERE {voices})"  # noqa: S608 - fixed texts
    return Selection(
        all_voices=voices,
        kept_voices=f"{voices} AND {is_kept}",
        kept_opinions=" AND ".join([shared, *said.texts, kept_opinions, *([of_voices] if has_own else [])]),
        all_replies=" AND ".join([shared, *([of_voices] if has_own or said.texts else [])]),
        is_now="TRUE" if filter.since is None else "occurred_at >= $since",
        parameters={**base.parameters, **said.parameters, **voiced.parameters},
    )


def _add_also(found: Conditions, *, shared: str, filter: VoiceFilter) -> None:
    """What another opinion of the same voice must be."""
    if not filter.also_aspects:
        return
    other = Conditions()
    other.add_names("aspect", filter.also_aspects, "also_aspects")
    # The same parameter as the first opinion's.
    other.add_names("polarity", filter.polarities, "polarities")
    wanted = " AND ".join([shared, *other.texts])
    found.add(
        f"feedback_id IN (SELECT feedback_id FROM opinions WHERE {wanted})",  # noqa: S608 - fixed texts
        **other.parameters,
    )


def _holds_opinion(shared: str, said: Conditions) -> list[str]:
    if not said.texts:
        return []
    wanted = " AND ".join([shared, *said.texts])
    return [f"feedback_id IN (SELECT feedback_id FROM opinions WHERE {wanted})"]  # noqa: S608 - as above


def _is_answered(shared: str, filter: VoiceFilter) -> list[str]:
    if filter.is_answered is None:
        return []
    is_in = "IN" if filter.is_answered else "NOT IN"
    # A reply lies on the day of its voice and has its time, unit and channel.
    return [f"feedback_id {is_in} (SELECT feedback_id FROM replies WHERE {shared})"]  # noqa: S608 - as above


def _add_units(base: Conditions, *, scope: Scope, filter: VoiceFilter) -> None:
    wanted, left_out = chosen_units(scope, filter=filter)
    if wanted is not None:
        members = dialect.members("$unit_ids", kind="BIGINT")
        base.add(f"unit_id IN ({members})", unit_ids=sorted(wanted))
    if left_out:
        members = dialect.members("$competitor_ids", kind="BIGINT")
        base.add(f"(unit_id IS NULL OR unit_id NOT IN ({members}))", competitor_ids=sorted(left_out))


def chosen_units(scope: Scope, *, filter: VoiceFilter) -> tuple[frozenset[int] | None, frozenset[int]]:
    """The units to look at, None for all, and those to leave out of all."""
    allowed = scope if filter.unit_ids is None else scope.narrowed_to(filter.unit_ids)
    # What competitors' customers say never counts among what ours say.
    return split_units(allowed.unit_ids)


def _add_period(base: Conditions, *, filter: VoiceFilter, with_before: bool) -> None:
    if filter.since is not None:
        base.parameters["since"] = filter.since
        start = filter.before_since if with_before and filter.before_since else filter.since
        # The day is that of receipt and names the folder: older folders are not opened at all.
        base.add("day >= $start_day AND occurred_at >= $start", start=start, start_day=first_day(start))
    if filter.until is not None:
        base.add("occurred_at < $until", until=filter.until)


def first_day(start: datetime) -> date:
    """The earliest day of receipt of what occurred from `start` on."""
    try:
        return (start - _CLOCK_SLACK).date()
    except OverflowError:
        return date.min
