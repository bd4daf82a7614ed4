"""Reads the sample's data files into typed structs."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from zhiyin.listen.records.items import Dimension

DATA = Path(__file__).parent / "data"
T = TypeVar("T")


class ChannelPlan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Manners of one channel; shares are 0 to 1, `rating` is (worst, best, share of voices rated)."""

    source: str
    share: float
    lean: float
    share_takeaway: float
    share_lengths: tuple[float, float, float, float, float]
    share_private: float
    share_default: float
    share_reply: float
    share_emoji: float
    rating: tuple[float, float, float]
    hours: tuple[float, ...]


class Rhythm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All channels, and how the days and months differ."""

    channels: dict[str, ChannelPlan]
    share_survey_without_text: float
    share_spam: dict[str, float]
    share_solicited: dict[str, float]
    share_duplicate: float
    share_media: dict[str, float]
    weekdays: tuple[float, ...]
    months: tuple[float, ...]


class IncidentPlan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One planted incident before it has days and units."""

    kind: str
    scope: Literal["company", "region", "seven_stores", "city_stores", "one_store"]
    start: float
    days: int | Literal["to_end"]
    aspect: str
    polarity: Literal["positive", "negative"]
    share: float
    volume: float
    tilt: dict[str, float]
    channel: str | None = None
    share_later: float | None = None
    volume_later: float | None = None
    fades_in_days: int = 0
    share_urgent: float = 0.0
    needs_syrup: bool = False
    price_step: int = 0
    first_hour: int = 0
    last_hour: int = 23
    is_delivered: bool | None = None


class RegionPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A region and its cities, Chinese name to English name."""

    code: str
    name: str
    cities: dict[str, str]


class Places(msgspec.Struct, frozen=True, kw_only=True):
    """Where things stand; words separated by spaces."""

    company: dict[str, str]
    regions: list[RegionPlan]
    mall_heads: str
    mall_tails: str
    streets: str
    estates: str
    rivals: str
    plates: str
    landline_codes: dict[str, str]


class AspectPlan(msgspec.Struct, frozen=True, kw_only=True):
    """How often an aspect is spoken of, and how kindly on average."""

    aspect: str
    store_weight: float
    takeaway_weight: float
    share_positive: float
    share_neutral: float


class ProductRow(msgspec.Struct, frozen=True, kw_only=True):
    """A drink as the data file has it; `short` by |, `price` in yuan."""

    code: str
    name: str
    short: str
    english: str
    price: int
    kind: str
    season: str
    has_syrup: str


class InspectionPlan(msgspec.Struct, frozen=True, kw_only=True):
    """What inspectors look at in one dimension, and the aspects in which customers feel it."""

    aspects: list[str]
    items: list[str]


class RecordPlan(msgspec.Struct, frozen=True, kw_only=True):
    """Couriers, shifts (name to first hour), channels of orders, inspections by dimension."""

    couriers: list[str]
    courier_weights: list[float]
    slow_courier: str
    slow_shift: str
    shifts: dict[str, int]
    channels: dict[str, str]
    inspections: dict[Dimension, InspectionPlan]


def read_yaml(name: str, kind: type[T]) -> T:
    """The YAML file `name` as `kind`."""
    return msgspec.yaml.decode((DATA / name).read_bytes(), type=kind)


def read_tsv(name: str, kind: type[T]) -> list[T]:
    """The rows of the TSV file `name`, numbers converted."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return msgspec.convert(rows, type=list[kind], strict=False)  # type: ignore[valid-type]


@cache
def rhythm() -> Rhythm:
    """Channels, weekdays and months."""
    return read_yaml("channels.yaml", Rhythm)


@cache
def record_plan() -> RecordPlan:
    """What stands beside the voices."""
    return read_yaml("records.yaml", RecordPlan)


@cache
def places() -> Places:
    """Regions, cities, malls, streets."""
    return read_yaml("places.yaml", Places)


@cache
def names() -> dict[str, list[str]]:
    """Pieces of names, each list in file order."""
    return {key: value.split() for key, value in read_yaml("names.yaml", dict[str, str]).items()}


@cache
def aspect_plans() -> tuple[AspectPlan, ...]:
    """The eighteen leaf aspects of the restaurant taxonomy."""
    return tuple(read_tsv("aspects.tsv", AspectPlan))
