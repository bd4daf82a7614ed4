"""Customers as a table to be compared: what is known of each, in clear, in memory only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

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

_TRAITS = {"name": "name", "address": "address", "birthday": "birthday", "gender": "gender"}
_IDENTIFIERS = {"phone": "phone", "email": "email", "member": "member"}
_TAIL, _SURNAME = "tail", "surname"
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
}
_AT_LEAST = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class People:
    """Customers of whom at least two things are known; `speaker[row]` is the identity that a link names."""

    source: Source
    customers: list[UUID]
    speakers: list[int]


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
            told.append(known)
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


def _speaker(identities: list[Identity]) -> Identity:
    """The identity that a link is about: one that tells of the person, else the oldest."""
    return min(identities, key=lambda one: (one.traits_sealed is None, one.pk))
