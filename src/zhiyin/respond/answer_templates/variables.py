"""What stands in braces in a template, and what it is filled with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zhiyin.people.models import OrgUnit
from zhiyin.respond.models import Case

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

_IN_BRACES = re.compile(r"\{([a-z_]{2,40})\}")
# Whatever else people leave open for somebody to fill in, such as {Name} or {金额}.
_HOLE = re.compile(r"\{\s?([A-Za-z_][A-Za-z0-9_ ]{1,39}|[\u4e00-\u9fff]{1,12})\s?\}")


class Variable(StrEnum):
    """What a template may name."""

    CUSTOMER_NAME = "customer_name"
    CASE_NUMBER = "case_number"
    OWNER = "owner"
    DUE = "due"
    STORE = "store"
    TODAY = "today"


VARIABLE_NAMES: Mapping[Variable, StrPromise] = {
    Variable.CUSTOMER_NAME: _("the customer’s name, filled in when the answer is sent"),
    Variable.CASE_NUMBER: _("number of the case"),
    Variable.OWNER: _("who answers, by their public name"),
    Variable.DUE: _("until when the next step is promised"),
    Variable.STORE: _("name of the unit"),
    Variable.TODAY: _("today’s date"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A text with its variables filled in; those of `missing` stand in it still, in their braces."""

    text: str
    missing: tuple[str, ...]


def fill(text: str, *, values: Mapping[str, str]) -> Filled:
    """The text with every variable that has a value.

    >>> fill("{store}，单号 {case_number}", values={"store": "一店", "case_number": ""})
    Filled(text='一店，单号 {case_number}', missing=('case_number',))
    """
    filled = _IN_BRACES.sub(lambda found: values.get(found[1]) or found[0], text)
    return Filled(text=filled, missing=tuple(find_variables(filled)))


def find_variables(text: str) -> list[str]:
    """The known variables that stand in the text, each once."""
    return list(dict.fromkeys(one for one in _IN_BRACES.findall(text) if one in set(Variable)))


def find_holes(text: str) -> list[str]:
    """What stands in braces, known or not, each once: no customer is to read it."""
    return list(dict.fromkeys(one.strip() for one in _HOLE.findall(text)))


def find_unknown(text: str) -> list[str]:
    """What stands in braces and is no variable, most often a slip of the pen."""
    return list(dict.fromkeys(one for one in _IN_BRACES.findall(text) if one not in set(Variable)))


def values_for(*, unit: OrgUnit | None, case: Case | None, owner: str, is_chinese: bool) -> dict[str, str]:
    """Values for an answer, but for the customer's name, which no page shows."""
    now = timezone.now()
    zone = unit.time_zone if unit else ""
    return {
        Variable.CASE_NUMBER: case.number if case else "",
        Variable.OWNER: owner,
        Variable.DUE: say_time(case.due_at, zone_name=zone, is_chinese=is_chinese) if case else "",
        Variable.STORE: unit.name if unit else "",
        Variable.TODAY: say_day(_local(now, zone), is_chinese=is_chinese),
    }


def put_name(text: str, *, name: str) -> str:
    """The text with the customer's name, as it is sent; unchanged where nobody knows the name."""
    return fill(text, values={Variable.CUSTOMER_NAME: name}).text


def say_time(moment: datetime, *, zone_name: str, is_chinese: bool) -> str:
    """Day and hour in the unit's zone: 11月24日 18:00, 24 November 18:00."""
    local = _local(moment, zone_name)
    return f"{say_day(local, is_chinese=is_chinese)} {local:%H:%M}"


def say_day(local: datetime, *, is_chinese: bool) -> str:
    """The day: 11月24日, 24 November."""
    return f"{local.month}月{local.day}日" if is_chinese else f"{local.day} {_MONTHS[local.month - 1]}"


def _local(moment: datetime, zone_name: str) -> datetime:
    try:
        return moment.astimezone(ZoneInfo(zone_name))
    except (ZoneInfoNotFoundError, ValueError):
        return timezone.localtime(moment)


# Not from the system's locale: the customer's language counts, not the server's.
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
