"""What an item must be to be taken in; what is merely untidy is tidied."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from zhiyin.listen.faults import Fault
from zhiyin.listen.items import (
    MAX_TEXT_CHARACTERS,
    AuthorIn,
    FeedbackIn,
    IdentityIn,
    MediaIn,
    RatingIn,
    ReplyIn,
    TurnIn,
    UnitIn,
)
from zhiyin.listen.tidy import tidy_line, tidy_text

MAX_EXTERNAL_ID = 200
MAX_NAME = 200
MAX_CHANNEL = 64
MAX_CODE = 64
MAX_LINK = 2_000
MAX_ATTRIBUTES = 50
MAX_ATTRIBUTE_VALUE = 2_000
MAX_IDENTITIES = 20
MAX_MEDIA = 50
MAX_TURNS = 2_000
FIRST_YEAR = 1990
LOCAL_ZONE = ZoneInfo("Asia/Shanghai")
_A_DAY = timedelta(days=1)

_replace = msgspec.structs.replace


class Unacceptable(Exception):
    """Carries the fault out of the nested checks to `check_item`; never leaves this module."""

    def __init__(self, field: str, code: str, limit: object = "") -> None:
        super().__init__(code)
        self.fault = Fault(field=field, code=code, limit=str(limit))


def check_item(item: FeedbackIn, *, now: datetime) -> FeedbackIn | Fault:
    """The item, tidied, or the first fault found. `now` is aware; times come back with a zone.

    Tidying: lone surrogates become U+FFFD, control characters go, names are stripped, empty names
    become None. A time without a zone is Beijing's.
    """
    try:
        return _checked(item, now)
    except Unacceptable as refusal:
        return refusal.fault


def _checked(item: FeedbackIn, now: datetime) -> FeedbackIn:
    changed: dict[str, object] = {}
    _set(changed, "external_id", item.external_id, check_external_id(item.external_id))
    _set(changed, "text", item.text, _text(item.text, "text"))
    if item.channel is not None:
        _set(changed, "channel", item.channel, check_name(item.channel, "channel", MAX_CHANNEL))
    if item.occurred_at is not None:
        _set(changed, "occurred_at", item.occurred_at, check_time(item.occurred_at, "occurred_at", now))
    for field, check in _OPTIONAL.items():
        value = getattr(item, field)
        if value:
            _set(changed, field, value, check(value, now))
    checked = _replace(item, **changed) if changed else item
    if checked.rating is None and not checked.text.strip() and not any(t.text.strip() for t in checked.turns):
        raise Unacceptable("text", "says_nothing")
    return checked


def _set(changed: dict[str, object], field: str, old: object, new: object) -> None:
    if new is not old:
        changed[field] = new


def check_external_id(value: str) -> str:
    """The id, tidied; raises `Unacceptable`."""
    tidied = tidy_line(value)
    if not tidied:
        raise Unacceptable("external_id", "missing")
    if len(tidied) > MAX_EXTERNAL_ID:
        raise Unacceptable("external_id", "too_long", MAX_EXTERNAL_ID)
    return tidied


def _text(value: str, field: str) -> str:
    if len(value) > MAX_TEXT_CHARACTERS:
        raise Unacceptable(field, "too_long", MAX_TEXT_CHARACTERS)
    return tidy_text(value)


def check_name(value: str, field: str, limit: int = MAX_NAME) -> str | None:
    """The line, tidied, None if nothing is left; raises `Unacceptable` if too long."""
    tidied = tidy_line(value)
    if len(tidied) > limit:
        raise Unacceptable(field, "too_long", limit)
    return tidied or None


def check_time(value: datetime, field: str, now: datetime) -> datetime:
    """The time with its zone; raises `Unacceptable` where nobody can mean it."""
    # The year first: comparing the years 1 and 9999 across zones overflows.
    if value.year < FIRST_YEAR:
        raise Unacceptable(field, "too_early", FIRST_YEAR)
    if value.year > now.year + 1:
        raise Unacceptable(field, "too_late")
    moment = value if value.tzinfo else value.replace(tzinfo=LOCAL_ZONE)
    if moment > now + _A_DAY:
        raise Unacceptable(field, "too_late")
    return moment


def check_number(value: float, field: str) -> float:
    """The number, if it is one; else raises `Unacceptable`."""
    if not math.isfinite(value):
        raise Unacceptable(field, "not_finite")
    return value


def check_unit(unit: UnitIn, _now: datetime) -> UnitIn:
    """The unit, tidied; raises `Unacceptable` where it has neither code nor name."""
    code = check_name(unit.code, "unit.code", MAX_CODE) if unit.code else None
    name = check_name(unit.name, "unit.name") if unit.name else None
    if not any(map(_is_visible, (code or "") + (name or ""))):
        raise Unacceptable("unit", "unnamed_unit")
    return unit if code == unit.code and name == unit.name else UnitIn(code=code, name=name)


def _is_visible(sign: str) -> bool:
    return sign.isprintable() and not sign.isspace()


def check_author(author: AuthorIn, _now: datetime) -> AuthorIn:
    """The author, tidied; raises `Unacceptable`."""
    if len(author.identities) > MAX_IDENTITIES:
        raise Unacceptable("author.identities", "too_many", MAX_IDENTITIES)
    name = check_name(author.name, "author.name") if author.name else None
    identities = [_identity(one) for one in author.identities]
    return AuthorIn(name=name, identities=[one for one in identities if one.value])


def _identity(identity: IdentityIn) -> IdentityIn:
    kind = check_name(identity.type, "author.identities.type", 50)
    value = check_name(identity.value, "author.identities.value")
    if kind is None:
        raise Unacceptable("author.identities.type", "missing")
    return IdentityIn(type=kind, value=value or "", verified=identity.verified)


def _rating(rating: RatingIn, _now: datetime) -> RatingIn:
    value = check_number(rating.value, "rating.value")
    best = check_number(rating.best, "rating.best")
    worst = check_number(rating.worst, "rating.worst")
    if best == worst:
        raise Unacceptable("rating", "empty_scale")
    if not min(worst, best) <= value <= max(worst, best):
        raise Unacceptable("rating.value", "outside_scale", f"{worst:g}–{best:g}")
    return rating


def _media(media: list[MediaIn], _now: datetime) -> list[MediaIn]:
    if len(media) > MAX_MEDIA:
        raise Unacceptable("media", "too_many", MAX_MEDIA)
    return [_medium(one) for one in media]


def _medium(medium: MediaIn) -> MediaIn:
    url = check_name(medium.url, "media.url", MAX_LINK) or ""
    scheme, _, rest = url.partition("://")
    if scheme.lower() not in ("http", "https") or not rest or any(sign.isspace() for sign in url):
        raise Unacceptable("media.url", "not_a_link")
    return MediaIn(url=url, type=check_name(medium.type, "media.type", 100) if medium.type else None)


def _turns(turns: list[TurnIn], _now: datetime) -> list[TurnIn]:
    if len(turns) > MAX_TURNS:
        raise Unacceptable("turns", "too_many", MAX_TURNS)
    if sum(len(turn.text) for turn in turns) > MAX_TEXT_CHARACTERS:
        raise Unacceptable("turns", "too_long", MAX_TEXT_CHARACTERS)
    return [_turn(turn) for turn in turns]


def _turn(turn: TurnIn) -> TurnIn:
    for seconds, field in ((turn.start_seconds, "start_seconds"), (turn.end_seconds, "end_seconds")):
        if seconds is not None and check_number(seconds, f"turns.{field}") < 0:
            raise Unacceptable(f"turns.{field}", "negative")
    text = tidy_text(turn.text)
    return turn if text is turn.text else _replace(turn, text=text)


def _reply(reply: ReplyIn, now: datetime) -> ReplyIn | None:
    text = _text(reply.text, "reply.text")
    at = check_time(reply.at, "reply.at", now) if reply.at else None
    return ReplyIn(text=text, at=at) if text.strip() else None


_Attributes = dict[str, str | float | bool | None]


def _attributes(attributes: _Attributes, _now: datetime) -> _Attributes:
    if len(attributes) > MAX_ATTRIBUTES:
        raise Unacceptable("attributes", "too_many", MAX_ATTRIBUTES)
    return {
        check_name(key, "attributes", 100) or "": _attribute(value, f"attributes.{key[:40]}")
        for key, value in sorted(attributes.items())
    }


def _attribute(value: str | float | bool | None, field: str) -> str | float | bool | None:
    if isinstance(value, str):
        return check_name(value, field, MAX_ATTRIBUTE_VALUE)
    return check_number(value, field) if isinstance(value, float) else value


_OPTIONAL: dict[str, Callable[..., object]] = {
    "source": lambda value, _now: check_name(value, "source"),
    "touchpoint": lambda value, _now: check_name(value, "touchpoint"),
    "product": lambda value, _now: check_name(value, "product"),
    "order_id": lambda value, _now: check_name(value, "order_id"),
    "unit": check_unit,
    "author": check_author,
    "rating": _rating,
    "media": _media,
    "turns": _turns,
    "reply": _reply,
    "attributes": _attributes,
}
