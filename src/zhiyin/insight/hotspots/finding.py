"""Hot spots of texts with their days: places named, windows tested, those of the same texts put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from zhiyin.insight.hotspots.places import find_places
from zhiyin.insight.hotspots.scan import LONGEST_DAYS, Hotspot, scan

_EPOCH = date(1970, 1, 1)
_SAME = 0.5
"""Hot spots that share so much of the smaller one's texts are one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One hot spot: its strongest place, `also` other places that the same texts name; days within.

    `texts` are numbers of texts, as given.
    """

    place: str
    also: Sequence[str]
    first_day: date
    last_day: date
    n: int
    expected: float
    times: float
    n_before: int
    p_value: float
    texts: Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What texts tell of places: hot spots, the strongest first, and the places named most.

    `n_texts` counted, `n_repeated` copies of one another and `n_undated` left out; `n_spots` hot spots
    before those of the same texts were put together.
    """

    events: Sequence[Event]
    places: Sequence[tuple[str, int]]
    n_places: int
    n_spots: int
    n_texts: int
    n_repeated: int
    n_undated: int
    first_day: date | None
    last_day: date | None


def find_hotspots(
    texts: Sequence[str],
    days: Sequence[date | None],
    *,
    longest_days: int = LONGEST_DAYS,
    level: float = 0.05,
    n_replicas: int = 499,
) -> Found:
    """The hot spots of these texts; formulas and small samples: `find_places`, `scan`."""
    kept, n_repeated, n_undated = _keep(texts, days)
    dated = [(day - _EPOCH).days for number in kept if (day := days[number]) is not None]
    places = find_places([texts[number] for number in kept])
    spots = scan(places, dated, longest_days=longest_days, level=level, n_replicas=n_replicas)
    named = sorted(((name, len(numbers)) for name, numbers in places.items()), key=lambda p: (-p[1], p[0]))
    return Found(
        events=[_event(group, kept=kept) for group in _together(spots)],
        places=named,
        n_places=len(places),
        n_spots=len(spots),
        n_texts=len(kept),
        n_repeated=n_repeated,
        n_undated=n_undated,
        first_day=_EPOCH + timedelta(min(dated)) if dated else None,
        last_day=_EPOCH + timedelta(max(dated)) if dated else None,
    )


def _keep(texts: Sequence[str], days: Sequence[date | None]) -> tuple[list[int], int, int]:
    """Numbers of the texts that count: with a day, and of copies the first."""
    seen: set[str] = set()
    kept: list[int] = []
    n_repeated = n_undated = 0
    for number, (text, day) in enumerate(zip(texts, days, strict=True)):
        plain = "".join(text.split())
        if day is None or not plain:
            n_undated += 1
        elif plain in seen:
            n_repeated += 1
        else:
            seen.add(plain)
            kept.append(number)
    return kept, n_repeated, n_undated


def _together(spots: Sequence[Hotspot]) -> list[list[Hotspot]]:
    """The strongest first, each with the weaker ones that the same texts make."""
    groups: list[tuple[set[int], list[Hotspot]]] = []
    for spot in spots:
        own = set(spot.texts)
        for texts, group in groups:
            if len(own & texts) >= _SAME * min(len(own), len(texts)):
                group.append(spot)
                break
        else:
            groups.append((own, [spot]))
    return [group for _, group in groups]


def _event(group: Sequence[Hotspot], *, kept: Sequence[int]) -> Event:
    first = group[0]
    return Event(
        place=first.place,
        also=[other.place for other in group[1:]],
        first_day=_EPOCH + timedelta(first.first_day),
        last_day=_EPOCH + timedelta(first.last_day),
        n=first.n,
        expected=first.expected,
        times=first.times,
        n_before=first.n_before,
        p_value=first.p_value,
        texts=[kept[number] for number in first.texts],
    )
