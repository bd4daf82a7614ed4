"""What platforms show of customers on the slips of orders: the last digits of a number, a surname.

All of it as keyed hashes, by which it is compared with the numbers and names of others.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from zhiyin.customers.linking.mapping import register_mapping
from zhiyin.engine import Engine
from zhiyin.engine.vault import Vault
from zhiyin.listen.records.receivers import SURNAME_PURPOSE, surname_of
from zhiyin.listen.records.tables import PURCHASES

_LEAST_SHARE = 0.5
_COLUMNS = ("tail_key", "surname_key")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slips:
    """Hashes of tail and surname by customer."""

    tails: dict[UUID, str] = field(default_factory=dict)
    surnames: dict[UUID, str] = field(default_factory=dict)


def read_slips(engine: Engine) -> Slips:
    """What at least half of a customer's slips show, of those that show anything.

    So who now and then orders for others has one's own.
    """
    lake = engine.lake
    if PURCHASES.name not in set(lake.tables()) or not {*_COLUMNS} <= {*lake.schema(PURCHASES.name).names}:
        return Slips()
    with lake.connect(PURCHASES.name) as connection:
        register_mapping(connection, home=engine.home)
        connection.execute(
            "CREATE TEMP TABLE slips AS SELECT customer, tail_key, surname_key FROM purchases"
            " JOIN customer_keys ON customer_keys.key = customer_key"
            " WHERE is_current AND (tail_key IS NOT NULL OR surname_key IS NOT NULL)"
        )
        tails, surnames = (
            {UUID(one): found for one, found in connection.execute(_most(column), [_LEAST_SHARE]).fetchall()}
            for column in _COLUMNS
        )
    return Slips(tails=tails, surnames=surnames)


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
        f"SELECT customer, arg_max({column}, n) FROM (SELECT customer, {column}, count(*) AS n"  # noqa: S608
        f" FROM slips WHERE {column} IS NOT NULL GROUP BY ALL ORDER BY {column}) GROUP BY customer"
        " HAVING max(n) >= ? * sum(n)"
    )
