"""Takes the sample's people away: identities with their links, what was written of them, their rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TypeVar

import pyarrow as pa
from django.apps import apps
from django.conf import settings
from django.db import models

from zhiyin.customers.linking.mapping import forget_keys
from zhiyin.customers.linking.rejudging import rejudge
from zhiyin.customers.linking.rules import get_rules
from zhiyin.customers.linking.sharing import unmark_shared
from zhiyin.customers.linking.turns import linking_turn
from zhiyin.customers.models import ErasureDone, HeldKey, Identity, RightsRequest, Sighting
from zhiyin.engine import Engine
from zhiyin.listen.facts import FEEDBACK, RAW
from zhiyin.listen.records.kinds import SAMPLE_SOURCE
from zhiyin.listen.records.tables import RECORD_TABLES
from zhiyin.listen.services.sample_state import CONNECTOR

T = TypeVar("T")
_CHUNK = 450
_TABLES_OF_SAMPLE = ("value_entries", "customer_events", "customer_traits")
_KEY_COLUMNS = ("customer_key", "author_key", "key")
# What was asked and done by law stays in its register.
_KEPT_MODELS: tuple[type[models.Model], ...] = (Identity, RightsRequest, ErasureDone, HeldKey)


def take_people_away(engine: Engine) -> None:
    """Removes every identity that only the sample names, and all that hangs on it; repeatable.

    While the sample's facts still stand, for they tell who its people are. An identity that a fact of
    others names stays, and so does what was seen together with it.
    """
    found = _find_identities(engine)
    keys = [key for key, _ in found.values()]
    customers = [customer for _, customer in found.values()]
    _delete_rows(keys=keys, customers=customers)
    _delete_identities(found)
    forget_keys(keys, home=settings.HOME)
    for table in _tables(engine, _TABLES_OF_SAMPLE):
        engine.lake.delete(table, where=f"source = '{SAMPLE_SOURCE}'")
    for table in _tables(engine, (*_TABLES_OF_SAMPLE, "segment_members")):
        _delete_facts(engine, table, keys=keys)


Found = dict[int, tuple[str, object]]
"""Key and customer of identities by their ids."""


def _find_identities(engine: Engine) -> Found:
    found: Found = {}
    kept: set[int] = set()
    frontier = _identities("key", _keys_of_facts(engine, is_sample=True))
    while frontier:
        of_others = _named_by_others(engine, {key for key, _ in frontier.values()})
        kept |= {pk for pk, (key, _) in frontier.items() if key in of_others}
        fresh = {pk: told for pk, told in frontier.items() if pk not in kept}
        found |= fresh
        frontier = _identities("pk", _neighbours(fresh) - found.keys() - kept)
    beside = _neighbours(kept)
    return {pk: told for pk, told in found.items() if pk not in beside}


def _identities(column: str, values: Collection[object]) -> Found:
    found: Found = {}
    for part in _parts(values):
        rows = Identity.objects.filter(**{f"{column}__in": part}).values_list("pk", "key", "customer")
        found |= {pk: (key, customer) for pk, key, customer in rows}
    return found


def _neighbours(ids: Collection[int]) -> set[int]:
    found: set[int] = set()
    for part in _parts(ids):
        found.update(Sighting.objects.filter(left_id__in=part).values_list("right_id", flat=True))
        found.update(Sighting.objects.filter(right_id__in=part).values_list("left_id", flat=True))
    return found


def _named_by_others(engine: Engine, keys: Collection[str]) -> set[str]:
    return _keys_of_facts(engine, is_sample=False, among=keys)


def _keys_of_facts(engine: Engine, *, is_sample: bool, among: Collection[str] | None = None) -> set[str]:
    """Keys of the facts of the sample, or of the others; what staff entered for somebody is nobody's."""
    found: set[str] = set()
    no = "" if is_sample else "NOT "
    records = [spec.name for spec in RECORD_TABLES if "customer_key" in spec.schema.names]
    queries = {
        table: f"SELECT customer_key FROM {table} WHERE {no}source = '{SAMPLE_SOURCE}'"  # noqa: S608 - own names
        for table in _tables(engine, (*records, "customer_events"))
    }
    if _tables(engine, (FEEDBACK.name, RAW.name)):
        queries[FEEDBACK.name] = (
            f"SELECT author_key FROM feedback WHERE feedback_id {no}IN"  # noqa: S608 - own names
            f" (SELECT feedback_id FROM raw WHERE connector = '{CONNECTOR}')"
        )
    for table, query in queries.items():
        names = (table, RAW.name) if table == FEEDBACK.name else (table,)
        with engine.lake.connect(*names) as connection:
            sql = query
            if among is not None:
                connection.register("among", pa.table({"key": pa.array([*among], pa.string())}))
                sql = f"SELECT key FROM among WHERE key IN ({query})"  # noqa: S608 - own names
            found.update(key for (key,) in connection.execute(sql).fetchall() if key)
    return found


def _tables(engine: Engine, wanted: Iterable[str]) -> list[str]:
    here = engine.lake.tables()
    return [name for name in wanted if name in here]


def _delete_rows(*, keys: Collection[str], customers: Collection[object]) -> None:
    """Rows of this room that name a key or a customer, whichever of its parts made the table."""
    for model in apps.get_app_config("customers").get_models():
        names = {field.name: field for field in model._meta.concrete_fields}
        if model in _KEPT_MODELS:
            continue
        for name in _KEY_COLUMNS:
            if isinstance(names.get(name), models.CharField):
                _delete_by(model, name, keys)
        if isinstance(names.get("customer"), models.UUIDField):
            _delete_by(model, "customer", set(customers))


def _delete_by(model: type[models.Model], column: str, values: Collection[object]) -> None:
    for part in _parts(values):
        model._default_manager.filter(**{f"{column}__in": part}).delete()


def _delete_identities(found: Found) -> None:
    """Parts of a turn each, so that who links meanwhile waits for a moment only.

    Those farthest from the facts go first, so that the others are found again, should this be cut off.
    """
    for part in _parts([*reversed(found)]):
        with linking_turn():
            others = _neighbours(part) - found.keys()
            Identity.objects.filter(pk__in=part).delete()
            if others:
                rules = get_rules()
                unmark_shared(others, rules=rules)
                rejudge(sorted(others), rules=rules)


def _delete_facts(engine: Engine, table: str, *, keys: Collection[str]) -> None:
    """What others, such as staff, noted of the people who are gone."""
    with engine.lake.connect(table) as connection:
        connection.register("gone", pa.table({"key": pa.array([*keys], pa.string())}))
        left = connection.execute(
            f"SELECT DISTINCT customer_key FROM {table} WHERE customer_key IN (SELECT key FROM gone)"  # noqa: S608
        ).fetchall()
    for part in _parts(key for (key,) in left):
        engine.lake.delete(table, where=f"customer_key IN ({', '.join(repr(key) for key in part)})")


def _parts(values: Iterable[T]) -> Iterator[Sequence[T]]:
    every = [*values]
    for start in range(0, len(every), _CHUNK):
        yield every[start : start + _CHUNK]
