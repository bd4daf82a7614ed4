"""What somebody wants to look at: the one filter that figures and lists of rows share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from zhiyin.errors import InvalidInput

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
    one author; `keys_file`: of those whose keys stand in its column `customer_key`.
    Duplicates, spam, solicited voices and those off the subject are left out unless
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
    keys_file: str | None = None
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
