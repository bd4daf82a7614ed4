"""How many facts go with each part of a customer that would be split."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec
from django.utils.translation import gettext_lazy as _

from zhiyin.customers.events.tables import CUSTOMER_EVENTS
from zhiyin.customers.models import Consent
from zhiyin.customers.profile.facts import ask, units_of, within, write_keys
from zhiyin.listen.api import open_lake
from zhiyin.people.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A table of facts: the column of the key, what is counted, which rows count."""

    table: str
    title: object
    key: str = "customer_key"
    counted: str = "record_id"
    rows: str = "is_current"


_PLACES = (
    _Place(
        table="feedback",
        title=_("Voices"),
        key="author_key",
        counted="feedback_id",
        rows="is_current AND NOT coalesce(is_duplicate, FALSE)",
    ),
    _Place(table="purchases", title=_("Purchases"), counted="coalesce(order_key, record_id)"),
    _Place(table="contacts", title=_("Contacts")),
    _Place(table="products_owned", title=_("Products")),
    _Place(table="visits", title=_("Visits")),
    _Place(table=CUSTOMER_EVENTS.name, title=_("Events"), counted="event_id", rows="TRUE"),
)


class _Row(msgspec.Struct, frozen=True, kw_only=True):
    key: str
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many facts of a kind the parts have, in their order."""

    title: str
    counts: Sequence[int]


def count_facts(parts: Sequence[Sequence[str]], *, scope: Scope) -> list[Counted]:
    """The facts of each part, given by its keys, as far as the scope lets see.

    Kinds without any are left out.
    """
    keys = [key for part in parts for key in part]
    found = [(place.title, _count(place, keys, scope=scope)) for place in _PLACES if _is_there(place)]
    consents = Consent.objects.filter(key__in=keys).values_list("key", flat=True)
    of_consents: dict[str, int] = {}
    for key in consents:
        of_consents[key] = of_consents.get(key, 0) + 1
    rows = [
        Counted(title=str(title), counts=[sum(counts.get(key, 0) for key in part) for part in parts])
        for title, counts in [*found, (_("Consents"), of_consents)]
    ]
    return [row for row in rows if any(row.counts)]


def _is_there(place: _Place) -> bool:
    return place.table in open_lake().tables()


def _count(place: _Place, keys: Sequence[str], *, scope: Scope) -> Mapping[str, int]:
    # A question of the page alone: the index is no part of linking.
    from zhiyin.customers.profile.index.finding import NOTHING, OTHERS, days_of

    is_said = place.table == "feedback"
    days = days_of(keys, table=place.table, kinds=OTHERS if is_said else (), excluded=is_said)
    if days == NOTHING:
        return {}
    query = (
        f"SELECT {place.key} AS key, count(DISTINCT {place.counted}) AS n FROM {place.table}"  # noqa: S608 - own parts
        f" WHERE {place.key} IN ({write_keys(keys)}) AND {place.rows} AND {within(scope)} AND {days}"
        " GROUP BY 1"
    )
    with open_lake().connect(place.table) as connection:
        rows = ask(connection, query, row=_Row, values={"units": units_of(scope)})
    return {row.key: row.n for row in rows}
