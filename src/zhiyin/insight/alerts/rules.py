"""What rules are set to, and which kinds there are."""

from __future__ import annotations

from typing import Final

import msgspec

from zhiyin.errors import InvalidInput
from zhiyin.insight.models import AlertRule

SINGLE_VOICE: Final = ("low_stars", "urgent", "risk_words", "waited")
COUNTING: Final = ("threshold", "change", "absence")
NARROWED: Final = (*SINGLE_VOICE, *COUNTING)
"""The kinds that a segment can narrow: the other looks at all that is heard."""
MAX_WORDS: Final = 200


class RuleOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule is set to; each kind reads its own fields.

    anomaly: `n_false_a_week`. low_stars: at most `stars`. urgent: `urgency` from 1 to 3. waited: at least
    `minutes`. risk_words: one of `words`, whatever its case. threshold: `n` voices of `measure` in `hours`.
    change: more than `percent` above (or below, where negative) as long a time before, and at least `n`.
    absence: none in `hours`, where at least `n` were to be expected. `channel` empty: all. `segment`: the
    number of the one whose members' voices alone count, as they are when the rule is judged; empty: all.
    """

    n_false_a_week: float = 1.0
    stars: float = 2.0
    urgency: int = 3
    minutes: float = 10.0
    words: tuple[str, ...] = ()
    measure: str = "negative"
    channel: str = ""
    n: int = 10
    hours: int = 24
    percent: float = 50.0
    segment: str = ""


def read_options(rule: AlertRule) -> RuleOptions:
    """The options of the rule; what cannot be read stands as in a new rule."""
    try:
        return msgspec.convert(rule.options, RuleOptions, strict=False)
    except msgspec.ValidationError:
        return RuleOptions()


def check_options(kind: str, options: RuleOptions) -> None:
    """Whether a rule of this kind can be set to these.

    Raises:
        InvalidInput: a value is out of range, named by its field.
    """
    ranges = {
        "n_false_a_week": (options.n_false_a_week, 0.05, 20.0, ("anomaly",)),
        "stars": (options.stars, 1.0, 5.0, ("low_stars",)),
        "urgency": (options.urgency, 1, 3, ("urgent",)),
        "minutes": (options.minutes, 1.0, 1_440.0, ("waited",)),
        "n": (options.n, 1, 1_000_000, COUNTING),
        "hours": (options.hours, 1, 168, COUNTING),
        "percent": (options.percent, -95.0, 10_000.0, ("change",)),
    }
    for field, (value, least, most, kinds) in ranges.items():
        if kind in kinds and not least <= value <= most:
            raise InvalidInput(f"{field} is {value}; it must be {least} to {most}.", field=field)
    if kind == "risk_words" and not 1 <= len(options.words) <= MAX_WORDS:
        raise InvalidInput(f"Give 1 to {MAX_WORDS} words.", field="words")
    if options.segment and kind not in NARROWED:
        raise InvalidInput("This kind of rule watches all voices.", field="segment")
    if kind not in AlertRule.Kind.values:
        raise InvalidInput(f"There is no kind of rule '{kind}'.", field="kind")
