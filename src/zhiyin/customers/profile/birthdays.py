"""The birthday that a source told of, as day and month alone: the year stays covered."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from zhiyin.customers.events.traits import fold_trait
from zhiyin.customers.identifiers.sealing import open_traits
from zhiyin.customers.models import Identity, Restriction
from zhiyin.engine.vault import Vault
from zhiyin.errors import ZhiyinError

_NAMES = frozenset(
    fold_trait(one) for one in ("birthday", "birth date", "date of birth", "dob", "生日", "出生日期")
)
_LEAP_YEAR = 2000
_SHAPES = tuple(
    re.compile(shape, re.ASCII)
    for shape in (
        r"(?:19|20)\d\d[-/.年]?(?P<month>\d{1,2})[-/.月]?(?P<day>\d{1,2})日?(?:[T ].*)?",
        r"(?:--)?(?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?",
        r"(?:(?:19|20)\d\d[-/.年])?(?P<month>\d{1,2})月?(?P<day>)",
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Birthday:
    """Month and day; without a day only the month is known."""

    month: int
    day: int | None

    def days_until(self, today: date) -> int | None:
        """From that day to the next birthday, 0 on it; None where the day is not known.

        29 February is kept on 1 March in other years.

        >>> Birthday(month=2, day=29).days_until(date(2026, 2, 27))
        2
        """
        if self.day is None:
            return None
        return min(n for year in (today.year, today.year + 1) if (n := (self._in(year) - today).days) >= 0)

    def _in(self, year: int) -> date:
        try:
            return date(year, self.month, self.day or 1)
        except ValueError:
            return date(year, 3, 1)


def read_birthday(text: str) -> Birthday | None:
    """The birthday that is meant; None where the words name no day and no month of the year.

    >>> read_birthday("1990年5月17日")
    Birthday(month=5, day=17)
    >>> read_birthday("5月")
    Birthday(month=5, day=None)
    """
    for shape in _SHAPES:
        found = shape.fullmatch(text.strip())
        month, day = (int(found["month"]), int(found["day"] or 0)) if found else (0, 0)
        try:
            date(_LEAP_YEAR, month, day or 1)
        except ValueError:
            continue
        return Birthday(month=month, day=day or None)
    return None


def find_birthday(identities: Iterable[Identity], *, vault: Vault) -> Birthday | None:
    """What the newest source tells; one that names the day before one that names the month."""
    only_month = None
    for identity in sorted(identities, key=lambda one: (one.last_seen_at, one.pk), reverse=True):
        for told in _tell(identity, vault=vault):
            birthday = read_birthday(told)
            if birthday is not None and birthday.day is not None:
                return birthday
            only_month = only_month or birthday
    return only_month


def is_deceased(keys: Iterable[str]) -> bool:
    """Whether staff noted that the person has died: then nobody is reminded."""
    return Restriction.objects.filter(key__in=list(keys), kind="deceased", lifted_at__isnull=True).exists()


def _tell(identity: Identity, *, vault: Vault) -> list[str]:
    if identity.is_shared:  # many people's
        return []
    try:
        traits = open_traits(identity, vault=vault)
    except ZhiyinError:  # a token that does not open tells nothing; `zhiyin doctor` names it
        return []
    return [value for name, value in traits.items() if fold_trait(name) in _NAMES]
