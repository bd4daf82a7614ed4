"""Customers as a table to be compared: what is known of each, in clear, in memory only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from django.db.models import QuerySet

from zhiyin.customers.identifiers.sealing import open_identity, open_traits
from zhiyin.customers.matching.habits import COLUMNS, read_habits
from zhiyin.customers.matching.kinds import ONLY_SHOWN, Column, Kind
from zhiyin.customers.matching.link import Source
from zhiyin.customers.matching.shown import Slips, SurnameKeys, read_slips
from zhiyin.customers.models import Identity
from zhiyin.engine import Engine
from zhiyin.engine.vault import Vault
from zhiyin.errors import ZhiyinError
from zhiyin.listen.identifiers import rank_of

_TRAITS = {"name": "name", "address": "address", "birthday": "birthday", "gender": "gender"}
_IDENTIFIERS = {"phone": "phone", "email": "email", "member": "member"}
_TAIL, _SURNAME, _ACCOUNTS = "tail", "surname", "accounts"
_KINDS = {
    "name": Kind.FULL_NAME,
    "address": Kind.STREET,
    "birthday": Kind.BIRTH,
    "gender": Kind.CATEGORY,
    "phone": Kind.PHONE,
    "email": Kind.EMAIL,
    "member": Kind.NUMBER,
    _TAIL: Kind.TAIL,
    _SURNAME: Kind.SURNAME,
    _ACCOUNTS: Kind.ACCOUNTS,
}
_AT_LEAST = 2
_ACCOUNT = 0  # the class of accounts in the rank of a type


@dataclass(frozen=True, kw_only=True, slots=True)
class People:
    """Customers of whom at least two things are known; `speaker[row]` is the identity that a link names.

    `share_own[row]` is how likely last digits that only slips show are the customer's own; 1 for the others.
    """

    source: Source
    customers: list[UUID]
    speakers: list[int]
    share_own: npt.NDArray[np.float64]


def read_people(engine: Engine) -> People:
    """Every customer of whom enough is known to be compared, by the newest that each source tells.

    Where they come, and what they buy when, stands beside it; by that alone nobody is compared.
    """
    reader = _Reader(vault=engine.vault, slips=read_slips(engine))
    customers, speakers, told = [], [], []
    for customer, identities in _by_customer(Identity.objects.all()):
        known = reader.read(identities)
        if len(known) >= _AT_LEAST:
            customers.append(customer)
            speakers.append(_speaker(identities).pk)
            told.append(_with_accounts(known, identities=identities))
    columns = [name for name in _KINDS if any(name in known for known in told)]
    table = pa.table(
        {name: pa.array([known.get(name) for known in told], type=pa.string()) for name in columns}
    )
    habits = read_habits(engine, customers)
    for name, array in habits.items():
        table = table.append_column(name, array)
    kinds = [*((name, _KINDS[name]) for name in columns), *((name, COLUMNS[name]) for name in habits)]
    return People(
        source=Source(table=table, columns=[Column(name=name, kind=kind) for name, kind in kinds]),
        customers=customers,
        speakers=speakers,
        share_own=np.array([reader.share_own(*one) for one in zip(customers, told, strict=True)], float),
    )


def _by_customer(identities: QuerySet[Identity]) -> Iterator[tuple[UUID, list[Identity]]]:
    """Identities of one customer together, the newest first."""
    found: list[Identity] = []
    ordered = identities.filter(is_shared=False).order_by("customer", "-last_seen_at", "pk")
    for identity in ordered.iterator(chunk_size=5000):
        if found and identity.customer != found[0].customer:
            yield found[0].customer, found
            found = []
        found.append(identity)
    if found:
        yield found[0].customer, found


class _Reader:
    """Opens what is known of a customer."""

    def __init__(self, *, vault: Vault, slips: Slips) -> None:
        self._vault = vault
        self._slips = slips
        self._surnames = SurnameKeys(vault)

    def read(self, identities: list[Identity]) -> dict[str, str]:
        """What is known by column; no more than tail and surname of whom only platforms show something."""
        known: dict[str, str] = {}
        names: list[str] = []
        for identity in identities:
            name = _IDENTIFIERS.get(identity.type)
            try:
                if name and name not in known:
                    known[name] = open_identity(identity, vault=self._vault)
                for trait, value in open_traits(identity, vault=self._vault).items():
                    if trait in _TRAITS and value:
                        known.setdefault(_TRAITS[trait], value)
                        names += [value] if trait == "name" else []
            except ZhiyinError:  # a token that does not open tells nothing; `zhiyin doctor` names it
                continue
        if len(known) >= _AT_LEAST or identities[0].customer in self._slips.tails:
            self._add_shown(known, identities=identities, names=names)
        return known

    def share_own(self, customer: UUID, known: Mapping[str, str]) -> float:
        """How likely the last digits are the customer's own, where only slips show them."""
        is_shown = known.get(_TAIL, "").startswith(ONLY_SHOWN)
        return self._slips.share_own(customer) if is_shown else 1.0

    def _add_shown(self, known: dict[str, str], *, identities: list[Identity], names: list[str]) -> None:
        customer = identities[0].customer
        tails = [*dict.fromkeys(one.tail_key for one in identities if one.type == "phone" and one.tail_key)]
        surname = self._slips.surnames.get(customer)
        surnames = [*dict.fromkeys([*([surname] if surname else []), *self._surnames.of(names)])]
        if tails:
            known[_TAIL] = " ".join(tails)
            if surnames:
                known[_SURNAME] = " ".join(surnames)
        elif customer in self._slips.tails:
            known[_TAIL] = f"{ONLY_SHOWN} {self._slips.tails[customer]}"
            if surname:
                known[_SURNAME] = f"{ONLY_SHOWN} {surname}"
                # The same once more, or what the person calls itself there.
                known.pop("name", None)


def _with_accounts(known: dict[str, str], *, identities: list[Identity]) -> dict[str, str]:
    """With the systems in which the customer has an account: a person seldom has two of one."""
    systems = {
        f"{one.type}@{one.source}".replace(" ", "_") for one in identities if rank_of(one.type)[0] == _ACCOUNT
    }
    return {**known, _ACCOUNTS: " ".join(sorted(systems))} if systems else known


def _speaker(identities: list[Identity]) -> Identity:
    """The identity that a link is about: one that tells of the person, else the oldest."""
    return min(identities, key=lambda one: (one.traits_sealed is None, one.pk))
