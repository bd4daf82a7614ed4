"""Which facts a question is about: the asker's scope, narrowed by a filter, as SQL conditions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from zhiyin.errors import InvalidInput
from zhiyin.insight import dialect
from zhiyin.insight.local_days import local_hour
from zhiyin.insight.search import SearchTerm, read_search
from zhiyin.people.scope import Scope

Parameter = datetime | date | int | float | str | list[int] | list[str]

# A voice is received after it occurred, but for clocks that run ahead.
_CLOCK_SLACK = timedelta(days=2)
_FIRST_SHIFT = datetime(2015, 1, 1, tzinfo=UTC)  # clocks put forward before are not minded
_NO_NAMES: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceFilter:
    """Which voices to look at; no limit where None or empty. Figures and lists of rows share it.

    Time: `since` to before `until` (with time zone); with both ends given, the period of the same
    length before `since` is what "against" means. Names within one field are alternatives, fields
    hold together. `stars` are whole stars 1 to 5 (a rating between counts for the nearer one).
    `stars_least`: the rating itself, not rounded; `rating_scale`: rated on a scale to it. `hours` (0 to 23)
    are those of `clock` (UTC). `aspects`, `polarities`, `terms` and `opinion_words` (empty text: without
    one) must meet in one opinion; `also_aspects` are spoken of by the same voice, in one of `polarities`.
    `urgency_least`: 1 to 3. `text` is a search as people type it (`read_search`). `author_key`: voices of
    one author. Duplicates, spam, solicited voices and those off the subject are left out unless
    `include_excluded`; `left_out` wants nothing but those (`LEFT_OUT`).

    Raises:
        InvalidInput: a time without zone, or `since` not before `until`.
    """

    since: datetime | None = None
    until: datetime | None = None
    unit_ids: frozenset[int] | None = None
    channels: frozenset[str] = _NO_NAMES
    sources: frozenset[str] = _NO_NAMES
    touchpoints: frozenset[str] = _NO_NAMES
    products: frozenset[str] = _NO_NAMES
    aspects: frozenset[str] = _NO_NAMES
    polarities: frozenset[str] = _NO_NAMES
    terms: frozenset[str] = _NO_NAMES
    opinion_words: frozenset[str] = _NO_NAMES
    also_aspects: frozenset[str] = _NO_NAMES
    sentiments: frozenset[str] = _NO_NAMES
    stars: frozenset[int] = frozenset()
    stars_least: float | None = None
    rating_scale: float | None = None
    hours: frozenset[int] = frozenset()
    clock: ZoneInfo | None = None
    emotions: frozenset[str] = _NO_NAMES
    intents: frozenset[str] = _NO_NAMES
    signals: frozenset[str] = _NO_NAMES
    needs_unmet: frozenset[str] = _NO_NAMES
    needs_met: frozenset[str] = _NO_NAMES
    causes: frozenset[str] = _NO_NAMES
    urgency_least: int | None = None
    is_answered: bool | None = None
    text: str = ""
    author_key: str | None = None
    include_excluded: bool = False
    left_out: frozenset[str] = _NO_NAMES

    def __post_init__(self) -> None:
        for name, time in (("since", self.since), ("until", self.until)):
            if time is not None and time.tzinfo is None:
                raise InvalidInput(f"{name} needs a time zone.", field=name)
        if self.since is not None and self.until is not None and self.since >= self.until:
            raise InvalidInput(
                "The period ends before it starts.", next_step="Name an earlier start.", field="since"
            )

    @property
    def counts_all(self) -> bool:
        """Whether voices count that figures leave out."""
        return self.include_excluded or bool(self.left_out)

    @property
    def before_since(self) -> datetime | None:
        """Start of the period before, None where the period is open or nothing lies before it."""
        if self.since is None or self.until is None:
            return None
        try:
            return self.since - (self.until - self.since)
        except OverflowError:  # it would start before the year 1
            return None

    @property
    def tables(self) -> frozenset[str]:
        """The lake tables beyond `feedback` and `opinions` that the conditions look into."""
        return frozenset({"replies"}) if self.is_answered is not None else frozenset()


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


LEFT_OUT: Mapping[str, str] = {
    "duplicate": "is_duplicate",
    "spam": "is_spam",
    "solicited": "is_solicited",
    "off_subject": "is_off_subject",
}
"""Why figures leave a voice out, and the column that says so; null in facts older than the column."""

_IS_KEPT = f"({' AND '.join(f'{column} IS NOT TRUE' for column in LEFT_OUT.values())})"


def select(scope: Scope, *, filter: VoiceFilter, with_before: bool = False) -> Selection:
    """The facts that the scope allows and the filter wants; `with_before` adds the period before.

    Raises:
        TypeError: `scope` is no `Scope`.
    """
    if not isinstance(scope, Scope):
        raise TypeError("A question needs the Scope of the asker.")
    base = _Conditions()
    base.add("is_current")
    _add_units(base, scope=scope, filter=filter)
    base.add_names("channel", filter.channels, "channels")
    _add_period(base, filter=filter, with_before=with_before)
    said, voiced = _opinion_conditions(filter), _voice_conditions(filter)
    shared = base.joined()
    _add_also(voiced, shared=shared, filter=filter)
    voices = " AND ".join(
        [shared, *voiced.texts, *_holds_opinion(shared, said), *_is_answered(shared, filter)]
    )
    is_kept = "TRUE" if filter.counts_all else _IS_KEPT
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


class _Conditions:
    """SQL conditions that hold together, with their values."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.parameters: dict[str, Parameter] = {}

    def add(self, text: str, **parameters: Parameter) -> None:
        self.texts.append(text)
        self.parameters.update(parameters)

    def add_names(self, column: str, names: frozenset[str], parameter: str) -> None:
        if names:
            self.add(
                f"{column} IN ({dialect.members(f'${parameter}', kind='VARCHAR')})",
                **{parameter: sorted(names)},
            )

    def add_overlap(self, values: str, names: frozenset[str], parameter: str) -> None:
        if names:
            self.add(dialect.overlaps(values, parameter=f"${parameter}"), **{parameter: sorted(names)})

    def joined(self) -> str:
        return " AND ".join(self.texts)


def _opinion_conditions(filter: VoiceFilter) -> _Conditions:
    """What an opinion itself must be."""
    found = _Conditions()
    found.add_names("aspect", filter.aspects, "of_aspects")
    found.add_names("polarity", filter.polarities, "polarities")
    found.add_names("coalesce(term, '')", filter.terms, "of_terms")
    found.add_names("coalesce(opinion, '')", filter.opinion_words, "of_words")
    return found


def _add_also(found: _Conditions, *, shared: str, filter: VoiceFilter) -> None:
    """What another opinion of the same voice must be."""
    if not filter.also_aspects:
        return
    other = _Conditions()
    other.add_names("aspect", filter.also_aspects, "also_aspects")
    # The same parameter as the first opinion's.
    other.add_names("polarity", filter.polarities, "polarities")
    wanted = " AND ".join([shared, *other.texts])
    found.add(
        f"feedback_id IN (SELECT feedback_id FROM opinions WHERE {wanted})",  # noqa: S608 - fixed texts
        **other.parameters,
    )


def _voice_conditions(filter: VoiceFilter) -> _Conditions:
    """What only the voice knows of itself."""
    found = _Conditions()
    found.add_names("source", filter.sources, "sources")
    found.add_names("touchpoint", filter.touchpoints, "touchpoints")
    found.add_names("product", filter.products, "products")
    found.add_names("sentiment", filter.sentiments, "sentiments")
    found.add_names("cause", filter.causes, "causes")
    if filter.stars:
        members = dialect.members("$whole_stars", kind="BIGINT")
        found.add(f"CAST(floor(stars + 0.5) AS BIGINT) IN ({members})", whole_stars=sorted(filter.stars))
    if filter.stars_least is not None:
        found.add("stars >= $stars_least", stars_least=filter.stars_least)
    if filter.rating_scale is not None:
        found.add("rating_scale = $rating_scale AND rating IS NOT NULL", rating_scale=filter.rating_scale)
    found.add_overlap(dialect.field_of("emotions", field="name"), filter.emotions, "emotions")
    found.add_overlap(dialect.field_of("intents", field="name"), filter.intents, "intents")
    found.add_overlap(dialect.field_of("signals", field="kind"), filter.signals, "signals")
    unmet = dialect.fields_where("needs", field="name", condition="NOT member.met")
    found.add_overlap(unmet, filter.needs_unmet, "needs_unmet")
    if filter.urgency_least is not None:
        found.add("urgency >= $urgency_least", urgency_least=filter.urgency_least)
    met = dialect.fields_where("needs", field="name", condition="member.met")
    found.add_overlap(met, filter.needs_met, "needs_met")
    if filter.hours:
        found.add(_at_hours(filter), of_hours=sorted(filter.hours))
    if filter.left_out:
        columns = [column for name, column in LEFT_OUT.items() if name in filter.left_out]
        found.add(f"({' OR '.join(columns) or 'FALSE'})")
    if filter.author_key is not None:
        found.add("author_key = $author_key", author_key=filter.author_key)
    for place, term in enumerate(read_search(filter.text)):
        _add_term(found, term=term, parameter=f"words_{place}")
    return found


def _at_hours(filter: VoiceFilter) -> str:
    since, until = filter.since or _FIRST_SHIFT, filter.until or datetime.now(UTC)
    hour = local_hour("occurred_at", zone=filter.clock or ZoneInfo("UTC"), since=since, until=until)
    return f"{hour} IN ({dialect.members('$of_hours', kind='BIGINT')})"


def _add_term(found: _Conditions, *, term: SearchTerm, parameter: str) -> None:
    words = {f"{parameter}_{place}": word for place, word in enumerate(term.spellings)}
    tests = [dialect.has_word("text", parameter=f"${name}", folds_case=term.has_case) for name in words]
    has_any = f"({' OR '.join(tests)})"
    found.add(f"NOT {has_any}" if term.is_unwanted else has_any, **words)


def _holds_opinion(shared: str, said: _Conditions) -> list[str]:
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


def _add_units(base: _Conditions, *, scope: Scope, filter: VoiceFilter) -> None:
    allowed = scope if filter.unit_ids is None else scope.narrowed_to(filter.unit_ids)
    if allowed.unit_ids is not None:
        members = dialect.members("$unit_ids", kind="BIGINT")
        base.add(f"unit_id IN ({members})", unit_ids=sorted(allowed.unit_ids))


def _add_period(base: _Conditions, *, filter: VoiceFilter, with_before: bool) -> None:
    if filter.since is not None:
        base.parameters["since"] = filter.since
        start = filter.before_since if with_before and filter.before_since else filter.since
        # The day is that of receipt and names the folder: older folders are not opened at all.
        base.add("day >= $start_day AND occurred_at >= $start", start=start, start_day=_first_day(start))
    if filter.until is not None:
        base.add("occurred_at < $until", until=filter.until)


def _first_day(start: datetime) -> date:
    try:
        return (start - _CLOCK_SLACK).date()
    except OverflowError:
        return date.min
