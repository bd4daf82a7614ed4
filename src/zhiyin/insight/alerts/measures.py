"""What a series counts, by its code: `voices`, `negative`, `signal:waited`, `aspect:negative:dish_taste` …"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from zhiyin.insight.selection import VoiceFilter

Tone = Literal["good", "bad", "volume"]
TOTALS = ("voices", "negative", "positive", "low_stars", "urgent")
# Signals that tell of something pleasant; the others tell of trouble.
_GOOD_SIGNALS = frozenset({"returning", "recommends"})
_NEUTRAL_SIGNALS = frozenset({"staff_named"})

_PARAMETERS: Mapping[str, Mapping[str, str | tuple[str, ...]]] = {
    "negative": {"sentiment": "negative"},
    "positive": {"sentiment": "positive"},
    "low_stars": {"stars": ("1", "2")},
    "urgent": {"urgency": "2"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A code taken apart. `kind`: total, aspect, signal, product or touchpoint; `name` within it."""

    code: str
    kind: str
    name: str
    polarity: str | None = None

    @property
    def aspect(self) -> str | None:
        """The aspect, where one is counted."""
        return self.name if self.kind == "aspect" else None

    def tone(self, direction: int) -> Tone:
        """Whether a rise (1) or fall (−1) of it is good or bad news; `volume` is neither by itself."""
        if self.code == "voices" or self.name in _NEUTRAL_SIGNALS:
            return "volume"
        is_good = self.polarity == "positive" or self.code == "positive" or self.name in _GOOD_SIGNALS
        return "good" if is_good == (direction > 0) else "bad"

    def narrow(self, voices: VoiceFilter) -> VoiceFilter:
        """The same, but only the voices that it counts."""
        names, unhappy = frozenset({self.name}), frozenset({"negative"})
        match self.kind:
            case "aspect":
                found = replace(voices, aspects=names, polarities=frozenset({self.polarity or ""}))
            case "signal":
                found = replace(voices, signals=names)
            case "product":
                found = replace(voices, products=names, sentiments=unhappy)
            case "touchpoint":
                found = replace(voices, touchpoints=names, sentiments=unhappy)
            case _:
                found = self._narrow_to_total(voices)
        return found

    def _narrow_to_total(self, voices: VoiceFilter) -> VoiceFilter:
        if self.code in ("negative", "positive"):
            return replace(voices, sentiments=frozenset({self.code}))
        if self.code == "low_stars":
            return replace(voices, stars=frozenset({1, 2}))
        return replace(voices, urgency_least=2) if self.code == "urgent" else voices

    def parameters(self) -> Mapping[str, str | tuple[str, ...]]:
        """The same as parameters of the page of voices."""
        if self.kind == "aspect":
            return {"aspect": self.name, "polarity": self.polarity or ""}
        if self.kind == "signal":
            return {"signal": self.name}
        if self.kind in ("product", "touchpoint"):
            return {self.kind: self.name, "sentiment": "negative"}
        return _PARAMETERS.get(self.code, {})


def read_measure(code: str) -> Measure:
    """The measure of that code."""
    kind, _, rest = code.partition(":")
    if kind == "aspect":
        polarity, _, aspect = rest.partition(":")
        return Measure(code=code, kind=kind, name=aspect, polarity=polarity)
    if rest:
        return Measure(code=code, kind=kind, name=rest)
    return Measure(code=code, kind="total", name=code)


def aspect_measure(aspect: str, polarity: str) -> Measure:
    """The measure that counts voices which speak of the aspect in this polarity."""
    return Measure(code=f"aspect:{polarity}:{aspect}", kind="aspect", name=aspect, polarity=polarity)
