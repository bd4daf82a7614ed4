"""The moment that words such as "明天上午" or "within 24 hours" name, counted from when they were said."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from zhiyin.understand.conversation.time_words import (
    CLOCK,
    DATE,
    DAY,
    DAYS,
    EARLY_PARTS,
    EN_CLOCK,
    EN_SPAN,
    ENGLISH,
    ENGLISH_DAYS,
    LATE,
    LATE_PARTS,
    MINUTES,
    MONTH_END,
    PART,
    PART_ENDS,
    SPAN,
    WEEK,
    WEEK_DAY,
)
from zhiyin.understand.numerals import chinese_number

IsWorkingDay = Callable[[date], bool]


def is_week_day(day: date) -> bool:
    """Monday to Friday; who knows the holidays passes a better one."""
    return day.weekday() < 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A time named in a text at `[start, end)`; `moment` is its end, None where `said_at` is not known."""

    start: int
    end: int
    moment: datetime | None


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    day: date | None = None
    clock: time | None = None
    moment: datetime | None = None
    has_part: bool = False


def find_times(
    folded: str,
    *,
    said_at: datetime | None,
    day: date | None = None,
    is_working_day: IsWorkingDay = is_week_day,
) -> list[Due]:
    """The times to come that a clause names, each with its latest moment.

    "明天" ends with the day, "明天上午" at noon, "三个工作日内" with the third working day, "两点到四点" at
    four. A time of day without a day is that of `day`, or else the next to come. A date may be past.
    """
    now = said_at or datetime(2000, 1, 3, 9)  # noqa: DTZ001 - stands in where nothing is counted from it
    spans = list(_spans(folded, now=now, is_working_day=is_working_day))
    days = [*_days(folded, now=now)]
    clocks = [one for one in _clocks(folded) if not _inside(one, [*spans, *days])]
    parts = [
        one
        for one in _parts(folded)
        if not any(one.start < two.end and one.end > two.start for two in clocks)
    ]
    found = [*spans, *_joined(days, clocks=clocks or parts, now=now, day=day)]
    return [
        Due(start=one.start, end=one.end, moment=one.moment if said_at else None)
        for one in sorted(found, key=lambda one: one.start)
    ]


def _inside(one: _Found, others: list[_Found]) -> bool:
    return any(two.start <= one.start and one.end <= two.end for two in others)


def _joined(days: list[_Found], *, clocks: list[_Found], now: datetime, day: date | None) -> Iterator[_Found]:
    """Days with the time of day that follows them; times of day alone."""
    taken: set[int] = set()
    for place, one in enumerate(days):
        until = days[place + 1].start if place + 1 < len(days) else 10**9
        after = [row for row, clock in enumerate(clocks) if one.start <= clock.start < until]
        taken.update(after)
        last = clocks[after[-1]] if after else None
        end = max(one.end, last.end) if last else one.end
        clock = last.clock if last and last.clock else one.clock or LATE
        assert one.day is not None
        yield _Found(one.start, end, moment=_at(one.day, clock, zone=now))
    for row, alone in enumerate(clocks):
        if row not in taken and alone.clock:
            moment = _at(day or now.date(), alone.clock, zone=now)
            yield _Found(
                alone.start, alone.end, moment=moment if day else _next(moment, now=now, alone=alone)
            )


def _next(moment: datetime, *, now: datetime, alone: _Found) -> datetime:
    """The next time that the clock shows this: in the afternoon "三点" is said of 15:00."""
    if moment > now:
        return moment
    half_a_day = timedelta(hours=12)
    if not alone.has_part and moment.hour < 12 and moment + half_a_day > now:
        return moment + half_a_day
    return moment + timedelta(days=1)


def _at(day: date, clock: time, *, zone: datetime) -> datetime:
    return datetime.combine(day, clock, tzinfo=zone.tzinfo)


def _spans(folded: str, *, now: datetime, is_working_day: IsWorkingDay) -> Iterator[_Found]:
    for one in SPAN.finditer(folded):
        unit, after = one["unit"], one["after"] or ""
        if unit == "日" and not after:
            continue  # 3日 is a date
        n = 0.5 if one["n"] == "半" else _number(one["n"])
        n += 0.5 if one["half"] else 0
        if after == "之前" and unit not in MINUTES:
            n = max(n, 0)
        yield _Found(
            one.start(), one.end(), moment=_later(now, n=n, unit=unit, is_working_day=is_working_day)
        )
    for one in EN_SPAN.finditer(folded):
        unit = one["unit"].removesuffix("s")
        unit = "工作日" if unit.endswith(" day") else {"day": "天", "week": "周"}.get(unit, unit)
        n = float(ENGLISH.get(one["n"]) or _number(one["n"]))
        yield _Found(
            one.start(), one.end(), moment=_later(now, n=n, unit=unit, is_working_day=is_working_day)
        )


def _later(now: datetime, *, n: float, unit: str, is_working_day: IsWorkingDay) -> datetime:
    if unit in MINUTES:
        return now + timedelta(minutes=n * MINUTES[unit])
    if unit == "工作日":
        return _at(_working_day(now.date(), n=int(n), is_working_day=is_working_day), LATE, zone=now)
    days = {"天": 1, "日": 1, "周": 7, "星期": 7, "礼拜": 7, "月": 30}[unit]
    return _at(now.date() + timedelta(days=max(round(n * days), 0)), LATE, zone=now)


def _working_day(day: date, *, n: int, is_working_day: IsWorkingDay) -> date:
    # A year of holidays would be a fault of the calendar's.
    for _ in range(n + 366):
        if n <= 0:
            break
        day += timedelta(days=1)
        n -= is_working_day(day)
    return day


def _days(folded: str, *, now: datetime) -> Iterator[_Found]:
    found = [*_named_days(folded, now=now), *_week_days(folded, now=now), *_dates(folded, now=now)]
    found += _weeks(folded, now=now)
    yield from sorted(found, key=lambda one: one.start)


def _named_days(folded: str, *, now: datetime) -> Iterator[_Found]:
    for one in DAY.finditer(folded):
        clock = time(10) if one[0] in ("明早", "今早") else None
        yield _Found(
            one.start(), one.end(), day=now.date() + timedelta(days=DAYS.get(one[0], 0)), clock=clock
        )


def _week_days(folded: str, *, now: datetime) -> Iterator[_Found]:
    monday = now.date() - timedelta(days=now.weekday())
    for one in WEEK_DAY.finditer(folded):
        if folded[max(one.start() - 1, 0) : one.start()] in ("上", "每"):
            continue
        if one["name"]:
            place, week = ENGLISH_DAYS.index(one["name"]), "下" if one["next"] else ""
        else:
            place, week = (
                min("一二三四五六日".find(one["day"].replace("天", "日").replace("末", "日")), 6),
                one["week"] or "",
            )
        weeks = {"下下": 2, "下": 1, "下个": 1}.get(week, 0)
        day = monday + timedelta(days=place + 7 * weeks)
        if not week and day < now.date():
            day += timedelta(days=7)
        yield _Found(one.start(), one.end(), day=day)


def _weeks(folded: str, *, now: datetime) -> Iterator[_Found]:
    sunday = now.date() + timedelta(days=6 - now.weekday())
    for one in WEEK.finditer(folded):
        follows = folded[one.end() : one.end() + 1]
        if follows and follows in "一二三四五六日天末":
            continue
        is_next = one["week"] == "下" or one[0].startswith("next")
        yield _Found(one.start(), one.end(), day=sunday + timedelta(days=7 * is_next))
    for one in MONTH_END.finditer(folded):
        year, month = now.year, now.month + bool(one["next"])
        year, month = year + (month > 12), (month - 1) % 12 + 1
        yield _Found(one.start(), one.end(), day=date(year, month, monthrange(year, month)[1]))


def _dates(folded: str, *, now: datetime) -> Iterator[_Found]:
    for one in DATE.finditer(folded):
        month, number = int(one["month"] or now.month), int(one["day"])
        year = int(one["year"] or now.year + (bool(one["month"]) and month < now.month - 6))
        if not one["month"] and number < now.day:
            year, month = year + (month == 12), month % 12 + 1
        if 1 <= month <= 12 and 1 <= number <= monthrange(year, month)[1]:
            yield _Found(one.start(), one.end(), day=date(year, month, number))


def _clocks(folded: str) -> Iterator[_Found]:
    last = 0
    for one in [*CLOCK.finditer(folded), *EN_CLOCK.finditer(folded)]:
        hour = int(_number(one["hour"]))
        part = one.groupdict().get("part") or one["half"] or ""
        before = folded[max(one.start() - 3, 0) : one.start()]
        part = (
            part
            if part in LATE_PARTS + EARLY_PARTS
            else next((p for p in LATE_PARTS if before.endswith(p)), "")
        )
        minute = {"半": 30, "一刻": 15}.get(one["half"] or "", int(one["minute"] or 0))
        if one["half"] and one["half"][0].isdigit():
            minute = int(one["half"].rstrip("分"))
        hour += 12 if part in LATE_PARTS and hour < 12 else 0
        if before.endswith(("到", "至", "-", "~")) and hour < last < hour + 12:
            hour += 12  # 下午两点到四点
        if hour < 24 and minute < 60:
            last = hour
            yield _Found(one.start(), one.end(), clock=time(hour, minute), has_part=bool(part) or hour > 12)


def _parts(folded: str) -> Iterator[_Found]:
    for one in PART.finditer(folded):
        clock = PART_ENDS.get(one[0], LATE)
        if one[0] == "中午" and folded[one.end() : one.end() + 2].startswith(("前", "之前")):
            clock = time(12)
        yield _Found(one.start(), one.end(), clock=clock, has_part=True)


def _number(words: str) -> float:
    if words[0].isdigit():
        return float(words)
    # "五六分钟" may take six.
    return chinese_number(words[1:] if len(words) == 2 and "十" not in words else words)
