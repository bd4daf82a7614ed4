"""What is assumed of how harm is measured and how word travels; it stands in the address."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from django.http import QueryDict

from zhiyin.errors import InvalidInput
from zhiyin.measure.spread import HEARERS_HIGH, HEARERS_LOW, SpreadModel

Harm = Literal["severity", "stars", "nps"]
Order = Literal["worth", "weight", "effort"]
_Choice = TypeVar("_Choice", bound=str)
HARMS: tuple[Harm, ...] = ("severity", "stars", "nps")
ORDERS: tuple[Order, ...] = ("worth", "weight", "effort")
# Parameter of the address → field of the model, and what one unit of the parameter is in the field.
_NUMBERS = (
    ("hearers", "hearers", 1.0),
    ("telling", "share_telling", 0.01),
    ("onward", "retelling", 0.01),
    ("steps", "hops", 1.0),
    ("public", "public_factor", 1.0),
)
_LONGEST_NUMBER = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """`speaking`: the part (0 to 1) of the unhappy that speaks; 1 counts only those who did."""

    harm: Harm = "severity"
    order: Order = "worth"
    spread: SpreadModel = SpreadModel()  # noqa: RUF009 - it cannot change
    speaking: float = 1.0

    @property
    def is_extrapolated(self) -> bool:
        """Whether people are counted who did not speak."""
        return self.speaking < 1

    def hearers_tried(self) -> list[SpreadModel]:
        """The model in use, and with 9 to 11 hearers."""
        return [
            replace(self.spread, hearers=hearers)
            for hearers in (HEARERS_LOW, self.spread.hearers, HEARERS_HIGH)
        ]

    def all_tried(self) -> list[SpreadModel]:
        """The models of `hearers_tried`, and each assumption of ours at both ends of what seems possible."""
        ends = [
            SpreadModel(hearers=hearers, share_telling=share, retelling=onward, public_factor=public)
            for hearers in (HEARERS_LOW, HEARERS_HIGH)
            for share in (0.5, 1.0)
            for onward in (0.0, 0.3)
            for public in (1.0, 4.0)
        ]
        return [*self.hearers_tried(), *ends]

    def parameters(self) -> Iterator[tuple[str, str]]:
        """What differs from the defaults, as parameters of the address."""
        usual = Assumptions()
        for name, value, default in (
            ("harm", self.harm, usual.harm),
            ("order", self.order, usual.order),
        ):
            if value != default:
                yield name, value
        for name, field, unit in _NUMBERS:
            value = getattr(self.spread, field)
            if value != getattr(usual.spread, field):
                yield name, f"{value / unit:g}"
        if self.is_extrapolated:
            yield "speaking", f"{100 * self.speaking:g}"


def read_assumptions(given: QueryDict) -> Assumptions:
    """What the address assumes; the default for what cannot be read or is out of range."""
    spread = SpreadModel()
    for name, field, unit in _NUMBERS:
        number = _number(given.get(name, ""))
        if number is None:
            continue
        with suppress(InvalidInput):
            spread = _changed(spread, field, number * unit)
    speaking = _number(given.get("speaking", ""))
    return Assumptions(
        harm=_among(given.get("harm", ""), HARMS, default="severity"),
        order=_among(given.get("order", ""), ORDERS, default="worth"),
        spread=spread,
        speaking=speaking / 100 if speaking is not None and 1 <= speaking <= 100 else 1.0,
    )


def _changed(spread: SpreadModel, field: str, value: float) -> SpreadModel:
    match field:
        case "hearers":
            return replace(spread, hearers=value)
        case "share_telling":
            return replace(spread, share_telling=value)
        case "retelling":
            return replace(spread, retelling=value)
        case "hops":
            return replace(spread, hops=int(value))
        case _:
            return replace(spread, public_factor=value)


def _number(text: str) -> float | None:
    is_plain = text.isascii() and text.replace(".", "", 1).isdigit() and len(text) <= _LONGEST_NUMBER
    return float(text) if is_plain else None


def _among(value: str, choices: Sequence[_Choice], *, default: _Choice) -> _Choice:
    return next((choice for choice in choices if choice == value), default)
