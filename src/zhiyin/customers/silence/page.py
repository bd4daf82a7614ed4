"""What the page of silence is asked for, and the links of its choices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from zhiyin.customers.identifiers.pseudonyms import pseudonyms
from zhiyin.customers.silence.features import day_of
from zhiyin.customers.silence.naming import KIND_NAMES, REASON_NAMES, SORT_NAMES
from zhiyin.customers.silence.queries import KINDS, Kind, SilentCustomer, Sort
from zhiyin.people.access import scope_of
from zhiyin.people.queries.units import list_subtree_ids, list_units
from zhiyin.people.scope import Scope

if TYPE_CHECKING:
    from zhiyin.people.models import OrgUnit

LEASTS = (1.0, 1.5, 2.0, 3.0, 5.0)
DEFAULT_LEAST = 1.5
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A choice of the page; `query` is the page's address with it."""

    name: str
    query: str
    is_chosen: bool
    n: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How the page is asked to look: `scope` is narrowed to `unit` and what lies below."""

    kind: Kind
    least: float
    sort: Sort
    number: int
    unit_id: int | None
    scope: Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class SilentLine:
    """One customer as the list shows it."""

    customer: SilentCustomer
    name: str
    last_day: date
    reasons: Sequence[str]


def read_asked(request: HttpRequest) -> Asked:
    """What the address asks for; what cannot be read counts as not given."""
    given = request.GET
    kind: Kind = next((one for one in KINDS if one == given.get("kind")), "overdue")
    sort: Sort = next((one for one in SORT_NAMES if one == given.get("sort")), "overdue")
    least = next((one for one in LEASTS if f"{one:g}" == given.get("least")), DEFAULT_LEAST)
    scope, unit_id = scope_of(request), _whole(given.get("unit", ""))
    below = list_subtree_ids(unit_id) if unit_id and scope.allows(unit_id) else []
    return Asked(
        kind=kind,
        least=least,
        sort=sort,
        number=max(1, _whole(given.get("page", "")) or 1),
        unit_id=unit_id if below else None,
        scope=scope.narrowed_to(frozenset(below)) if below else scope,
    )


def list_choices(request: HttpRequest, *, asked: Asked) -> dict[str, list[Choice]]:
    """The choices of the page by what they choose."""

    def query(**changes: str) -> str:
        given = request.GET.copy()
        given.pop("page", None)
        for name, value in changes.items():
            given[name] = value
        return f"?{given.urlencode()}"

    return {
        "kinds": [
            Choice(name=str(name), query=query(kind=kind), is_chosen=kind == asked.kind)
            for kind, name in KIND_NAMES.items()
        ],
        "leasts": [
            Choice(name=f"× {least:g}", query=query(least=f"{least:g}"), is_chosen=least == asked.least)
            for least in LEASTS
        ],
        "sorts": [
            Choice(name=str(name), query=sort, is_chosen=sort == asked.sort)
            for sort, name in SORT_NAMES.items()
        ],
    }


def list_own_units(request: HttpRequest) -> list[OrgUnit]:
    """The units to choose from, for a menu."""
    return list_units(scope=scope_of(request))


def make_lines(found: Sequence[SilentCustomer]) -> list[SilentLine]:
    """The customers with their names for staff and the reasons that weigh most, in words."""
    names = pseudonyms([one.customer for one in found])
    return [
        SilentLine(
            customer=one,
            name=name,
            last_day=_EPOCH + timedelta(days=one.last_day),
            reasons=[str(REASON_NAMES[reason]) for reason, _value in one.main_parts if reason != "tenure"],
        )
        for one, name in zip(found, names, strict=True)
    ]


def day_name(day: int) -> str:
    """A day counted from 1970 as pages write it."""
    return (_EPOCH + timedelta(days=day)).isoformat()


def is_behind(last_day: int, *, now_day: int) -> bool:
    """Whether the newest facts are more than a week old, so that everybody looks silent."""
    return now_day - last_day > 7


def today() -> int:
    """Today in the company's zone, counted from 1970."""
    return day_of(timezone.now())


def unit_label(names: dict[int, str], unit_id: int) -> str:
    """The unit's name; the whole company for facts of no unit."""
    return names.get(unit_id) or _("No unit")


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None
