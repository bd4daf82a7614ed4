"""The statement over each kind of facts: which rows the asker's filter means, and by which day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta

from zhiyin.insight import dialect
from zhiyin.insight.local_days import local_day_number
from zhiyin.insight.measures.contract import Asker, Dimension, MeasureOptions
from zhiyin.insight.measures.recipes import Facts
from zhiyin.insight.selection import Parameter, Selection, VoiceFilter, select

TABLES: Mapping[Facts, tuple[str, ...]] = {
    Facts.VOICES: ("feedback",),
    Facts.HEARD: ("feedback",),
    Facts.TOLD: ("feedback",),
    Facts.MENTIONS: ("feedback", "opinions"),
    Facts.SPEAKERS: ("feedback", "opinions"),
    Facts.ANSWERED: ("feedback", "replies"),
    Facts.GIVEN: ("feedback", "replies"),
    Facts.CONTACTS: ("contacts",),
    Facts.ISSUES: ("contacts",),
    Facts.CASES: ("case_events",),
}
"""The lake tables of each kind; the last must hold rows for a figure to mean anything."""

NO_KEY = "CAST(NULL AS VARCHAR)"
OPTIONAL = frozenset({"replies", "contacts", "case_events"})
OF_OPINIONS = frozenset({Facts.MENTIONS, Facts.SPEAKERS})
OF_ANSWERS = frozenset({Facts.ANSWERED, Facts.GIVEN})
_OF_CONTACTS = frozenset({Facts.CONTACTS, Facts.ISSUES})
_ALWAYS_KNOWN = frozenset({"since", "until", "unit_ids", "clock", "include_excluded"})
_KNOWN: Mapping[Facts, frozenset[str]] = {
    Facts.CONTACTS: _ALWAYS_KNOWN | {"channels", "sources"},
    Facts.ISSUES: _ALWAYS_KNOWN | {"channels", "sources"},
    Facts.CASES: _ALWAYS_KNOWN,
}
_OF_ONE_OPINION = ("aspects", "polarities", "terms", "opinion_words")
_FIRST = datetime(2015, 1, 1, tzinfo=UTC)  # clocks put forward before are not minded
_UNIT_LEVELS = frozenset({Dimension.UNIT, Dimension.REGION, Dimension.CITY, Dimension.STORE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """What a reading is cut by. `with_before`: the period before too; `by_day`: one group a day."""

    dimension: Dimension | None = None
    with_before: bool = True
    by_day: bool = False


def knows(facts: Facts, filter: VoiceFilter) -> bool:
    """Whether these facts know all that the filter asks for; contacts have no aspects, for example."""
    known = _KNOWN.get(facts)
    if known is None:
        return True
    open_filter = VoiceFilter()
    return all(
        getattr(filter, one.name) == getattr(open_filter, one.name)
        for one in fields(VoiceFilter)
        if one.name not in known
    )


def has_dimension(facts: Facts, dimension: Dimension) -> bool:
    """Whether the facts can be cut by it themselves."""
    if dimension in _UNIT_LEVELS:
        return True
    if facts is Facts.CASES:
        return False
    if facts in _OF_CONTACTS:
        return dimension in (Dimension.CHANNEL, Dimension.SOURCE)
    return dimension is not Dimension.ASPECT or facts in OF_OPINIONS


def same_as(facts: Facts, filter: VoiceFilter) -> Facts:
    """The facts whose statement gives the same: all voices are those of a filter that wants no opinion."""
    asks = any(getattr(filter, name) for name in _OF_ONE_OPINION)
    return Facts.VOICES if facts is Facts.HEARD and not asks else facts


def pieces_of(
    facts: Facts, *, asked: Asker, cut: Cut, options: MeasureOptions
) -> tuple[str, dict[str, str], dict[str, Parameter]]:
    """Name of the statement, its pieces but for `sums` and `value`, and the values of its parameters."""
    filter = asked.filter
    if facts is Facts.HEARD:
        filter = replace(filter, **{name: frozenset() for name in _OF_ONE_OPINION})  # type: ignore[arg-type]
    if facts in (Facts.GIVEN, Facts.ISSUES, Facts.CASES):
        chosen, pieces, own = _with_own_time(facts, asked=asked, cut=cut)
    else:
        chosen = select(asked.scope, filter=filter, with_before=cut.with_before)
        pieces, own = _pieces(facts, chosen), {}
    pieces |= {
        "is_now": ("replied_at >= $since" if facts is Facts.GIVEN else "occurred_at >= $since")
        if cut.with_before and filter.since is not None
        else "TRUE",
        "day_number": _day_number(facts, asked=asked) if cut.by_day else "0",
        **_key(facts, chosen=chosen, dimension=cut.dimension),
    }
    name = Facts.VOICES if facts is Facts.HEARD else facts
    return f"measure_{name}", pieces, {**chosen.parameters, **own, **_values(asked, options)}


def _pieces(facts: Facts, chosen: Selection) -> dict[str, str]:
    if facts is Facts.TOLD:
        waits = dialect.fields_where("signals", field="value", condition="member.kind = 'waited'")
        return {
            "kept_voices": chosen.kept_voices,
            "has_signals": dialect.has_members("signals"),
            "kinds": dialect.field_of("signals", field="kind"),
            "waited": dialect.highest(waits),
        }
    return {
        "kept_voices": chosen.kept_voices,
        "kept_opinions": chosen.kept_opinions,
        "all_replies": chosen.all_replies,
        "voice": dialect.hash64("feedback_id"),
        "kept": chosen.all_voices,
    }


def _with_own_time(
    facts: Facts, *, asked: Asker, cut: Cut
) -> tuple[Selection, dict[str, str], dict[str, Parameter]]:
    """Facts whose time is another than that of the row which a filter looks at."""
    filter = asked.filter
    if facts is Facts.GIVEN:
        chosen = select(asked.scope, filter=replace(filter, since=None, until=None))
        own: dict[str, Parameter] = {}
        given = []
        if filter.since is not None:
            own["since"] = filter.since
            own["given_start"] = (filter.before_since if cut.with_before else None) or filter.since
            given.append("replied_at >= $given_start")
        if filter.until is not None:
            own["given_until"] = filter.until
            given.append("replied_at < $given_until")
        return chosen, _pieces(facts, chosen) | {"is_given": " AND ".join(given) or "TRUE"}, own
    chosen = select(asked.scope, filter=filter, with_before=cut.with_before)
    if facts is Facts.CASES:
        ended = "max(CASE WHEN kind IN ('solved', 'closed') THEN occurred_at END)"
        hours = dialect.hours_between("min(occurred_at)", ended)
        return chosen, {"kept": chosen.all_voices, "minutes": f"floor(60 * {hours})"}, {}
    visible = select(asked.scope, filter=VoiceFilter(unit_ids=filter.unit_ids))
    soon = f"{dialect.hours_between('first_at', 'occurred_at')} < 24 * $repeat_days"
    return chosen, {"kept": chosen.all_voices, "is_visible": visible.all_voices, "is_soon": soon}, {}


def _key(facts: Facts, *, chosen: Selection, dimension: Dimension | None) -> dict[str, str]:
    """What the rows are grouped by; what opinions and answers do not hold is fetched from their voice."""
    if dimension is None or not has_dimension(facts, dimension):
        return {"key": NO_KEY, "joined": ""}
    if dimension in _UNIT_LEVELS:
        return {"key": "unit_id", "joined": ""}
    column = dimension.value
    own = {"channel", "product", "aspect"} if facts in OF_OPINIONS else {"channel"}
    if facts not in OF_OPINIONS | OF_ANSWERS or column in own:
        return {"key": column, "joined": ""}
    voices = f"SELECT feedback_id AS of_voice, {column} AS of_key FROM feedback WHERE {chosen.all_voices}"  # noqa: S608 - fixed texts
    return {"key": "of_key", "joined": f"INNER JOIN ({voices}) AS voices ON feedback_id = of_voice"}


def _day_number(facts: Facts, *, asked: Asker) -> str:
    return local_day_number(
        "replied_at" if facts is Facts.GIVEN else "occurred_at",
        zone=asked.zone,
        since=asked.filter.since or _FIRST,
        until=asked.filter.until or asked.now,
    )


def _values(asked: Asker, options: MeasureOptions) -> dict[str, Parameter]:
    return {
        "ripe": asked.now - timedelta(hours=options.target_hours),
        "target_minutes": options.target_hours * 60,
        "top_boxes": options.top_boxes,
        "repeat_days": options.repeat_days,
        "long_minutes": options.long_minutes,
    }
