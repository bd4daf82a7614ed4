"""What platforms show of customers on the slips of orders: the last digits of a number, a surname.

All of it as keyed hashes, by which it is compared with the numbers and names of others.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from zhiyin.customers.events.tables import CUSTOMER_EVENTS
from zhiyin.customers.linking.mapping import register_mapping
from zhiyin.engine import Engine
from zhiyin.engine.vault import Vault
from zhiyin.listen.records.receivers import SURNAME_PURPOSE, surname_of
from zhiyin.listen.records.tables import PURCHASES

_LEAST_SHARE = 0.5
_COLUMNS = ("tail_key", "surname_key")
_TABLES = ((PURCHASES.name, "is_current"), (CUSTOMER_EVENTS.name, "TRUE"))
# Until the slips themselves tell: as if of fifty there had been five for others.
_BEGINS_SLIPS, _BEGINS_OTHERS = 50, 0.1
_MANY_SLIPS = 3
_OTHERS = """
SELECT coalesce(sum(n_tails), 0), coalesce(sum(n_tails - n_most), 0) FROM (
  SELECT customer, sum(n) AS n_tails, max(n) AS n_most FROM (
    SELECT customer, tail_key, count(*) AS n FROM slips WHERE tail_key IS NOT NULL GROUP BY ALL
  ) GROUP BY customer HAVING sum(n) >= ?
)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slips:
    """Hashes of tail and surname by customer, and how many slips show that tail.

    `share_others` is how often a slip shows another tail than most of its customer's: orders for others.
    """

    tails: dict[UUID, str] = field(default_factory=dict)
    surnames: dict[UUID, str] = field(default_factory=dict)
    n_slips: dict[UUID, int] = field(default_factory=dict)
    share_others: float = 0.0

    def share_own(self, customer: UUID) -> float:
        """How likely the customer's tail is the customer's own: one slip alone may be somebody else's."""
        return 1.0 - self.share_others ** self.n_slips.get(customer, 1)


def read_slips(engine: Engine) -> Slips:
    """What at least half of a customer's slips show, of those that show anything.

    So who now and then orders for others has one's own.
    """
    lake = engine.lake
    present = [
        name for name, _ in _TABLES if name in {*lake.tables()} and {*_COLUMNS} <= {*lake.schema(name).names}
    ]
    if not present:
        return Slips()
    parts = " UNION ALL ".join(
        f"SELECT customer_key, tail_key, surname_key FROM {name} WHERE {rows}"  # noqa: S608 - own names
        for name, rows in _TABLES
        if name in present
    )
    with lake.connect(*present) as connection:
        register_mapping(connection, home=engine.home)
        connection.execute(
            f"CREATE TEMP TABLE slips AS SELECT customer, tail_key, surname_key FROM ({parts})"  # noqa: S608
            " JOIN customer_keys ON customer_keys.key = customer_key"
            " WHERE tail_key IS NOT NULL OR surname_key IS NOT NULL"
        )
        tails, surnames = (
            connection.execute(_most(column), [_LEAST_SHARE]).fetchall() for column in _COLUMNS
        )
        ((n_tails, n_others),) = connection.execute(_OTHERS, [_MANY_SLIPS]).fetchall()
    return Slips(
        tails={UUID(one): tail for one, tail, _ in tails},
        surnames={UUID(one): surname for one, surname, _ in surnames},
        n_slips={UUID(one): n for one, _, n in tails},
        share_others=(n_others + _BEGINS_OTHERS * _BEGINS_SLIPS) / (n_tails + _BEGINS_SLIPS),
    )


class SurnameKeys:
    """The hashes of surnames, as orders have them; each made once."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._keys: dict[str, str] = {}

    def of(self, names: Iterable[str]) -> list[str]:
        """Those of the names' surnames, each once, in order; none for names that show none."""
        found = [*dict.fromkeys(surname for name in names if (surname := surname_of(name)))]
        return [self._key(surname) for surname in found]

    def _key(self, surname: str) -> str:
        if surname not in self._keys:
            self._keys[surname] = self._vault.blind_index(surname, purpose=SURNAME_PURPOSE).hex()
        return self._keys[surname]


def _most(column: str) -> str:
    return (
        f"SELECT customer, arg_max({column}, n), max(n) FROM (SELECT customer, {column}, count(*) AS n"  # noqa: S608
        f" FROM slips WHERE {column} IS NOT NULL GROUP BY ALL ORDER BY {column}) GROUP BY customer"
        " HAVING max(n) >= ? * sum(n)"
    )
