"""Time zones: which exist, and those that people choose from, by name in both languages."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

_FILE = Path(__file__).parent / "time_zones.tsv"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedZone:
    """A zone of the IANA database with the place that people know it by."""

    code: str
    zh: str
    en: str


def is_time_zone(code: str) -> bool:
    """Whether the IANA database has the zone."""
    return code in _known()


@cache
def list_zones() -> tuple[NamedZone, ...]:
    """The zones to choose from, in the order of the list: what is asked for most stands first."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return tuple(NamedZone(code=row["code"], zh=row["zh"], en=row["en"]) for row in rows)


def zone_label(zone: NamedZone, *, language: str, now: datetime) -> str:
    """As "北京时间 (UTC+08:00)"; `now` decides on summer time."""
    name = zone.zh if language.startswith("zh") else zone.en
    # Clocks are put forward and back on a quarter of an hour of UTC.
    at = now.astimezone(UTC)
    quarter = at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)
    return f"{name} (UTC{_offset(zone.code, at=quarter)})"


def zone_name(code: str, *, language: str) -> str:
    """As "北京时间" or "Beijing, Shanghai"; the code itself where the list does not name it."""
    named = next((one for one in list_zones() if one.code == code), None)
    if named is None:
        return code
    return named.zh if language.startswith("zh") else named.en


@lru_cache(maxsize=1024)
def _offset(code: str, *, at: datetime) -> str:
    text = at.astimezone(ZoneInfo(code)).strftime("%z")
    return f"{text[:3]}:{text[3:]}"


@cache
def _known() -> frozenset[str]:
    return frozenset(available_timezones())
