"""What this room and the lake hold of a person: shown, and erased without a trace."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhiyin.customers.identifiers.sealing import open_identity, open_traits
from zhiyin.customers.linking.rejudging import rejudge
from zhiyin.customers.linking.rules import get_rules
from zhiyin.customers.linking.turns import linking_turn
from zhiyin.customers.models import ErasureDone, HeldKey, Identity, RightsRequest
from zhiyin.customers.rights.holders import Holder, Part, Person, Value, register_holder
from zhiyin.customers.rights.lake_words import LEFT_OUT, table_title
from zhiyin.customers.rights.saying import list_consents
from zhiyin.customers.rights.sealing import open_proof, open_words
from zhiyin.customers.rights.sealing import vault as open_vault
from zhiyin.engine import open_engine

_KEY_COLUMNS = ("author_key", "customer_key", "key")
_KEYS_A_DELETE = 500
_MAX_ROWS = 50_000


def register() -> None:
    """Adds the places of this room and of the lake."""
    register_holder(
        Holder(name="lake", title=gettext_lazy("Facts"), read=_read_lake, erase=_erase_lake, order=800),
        Holder(name="files", title=gettext_lazy("Roll-ups of figures"), erase=_erase_files, order=810),
        Holder(
            name="consents", title=gettext_lazy("Consents"), read=_read_consents, erase=_erase_rows, order=30
        ),
        Holder(
            name="requests",
            title=gettext_lazy("Data requests"),
            read=_read_requests,
            erase=_erase_requests,
            order=40,
        ),
        Holder(
            name="identities",
            title=gettext_lazy("Identifiers"),
            read=_read_identities,
            erase=_erase_identities,
            order=900,
        ),
    )


# --- the lake -----------------------------------------------------------------------------------------


def _read_lake(person: Person) -> list[Part]:
    lake = open_engine(settings.HOME).lake
    parts = []
    for table in lake.tables():
        names = lake.schema(table).names
        condition = _condition(names)
        if not condition or table in LEFT_OUT:
            continue
        columns = [name for name in names if name not in LEFT_OUT[""]]
        current = " AND is_current" if "is_current" in names else ""
        newest = "occurred_at" if "occurred_at" in names else "day" if "day" in names else "1"
        sql = (
            f"SELECT {', '.join(_quoted(name) for name in columns)} FROM {_quoted(table)}"  # noqa: S608 - names of the schema
            f" WHERE ({condition}){current} ORDER BY {newest} DESC LIMIT {_MAX_ROWS}"
        )
        given = {"keys": [*person.keys], "ids": [*person.feedback_ids]}
        with lake.connect(table) as connection:
            rows = connection.execute(
                sql, {name: given[name] for name in given if f"${name}" in sql}
            ).fetchall()
        if rows:
            told = [[plain(value) for value in row] for row in rows]
            parts.append(Part(name=table, title=table_title(table), columns=columns, rows=told))
    return parts


def _condition(names: Sequence[str]) -> str:
    ways = [f"{_quoted(name)} IN (SELECT unnest($keys))" for name in _KEY_COLUMNS if name in names]
    if "feedback_id" in names:
        ways.append("feedback_id IN (SELECT unnest($ids))")
    return " OR ".join(ways)


def _erase_lake(person: Person) -> int:
    """Every table that names people by their keys, whichever room made it."""
    lake = open_engine(settings.HOME).lake
    n_rows = 0
    for table in lake.tables():
        columns = [name for name in _KEY_COLUMNS if name in lake.schema(table).names]
        if not columns:
            continue
        for column in columns:
            for start in range(0, len(person.keys), _KEYS_A_DELETE):
                listed = ", ".join(
                    f"'{_hexadecimal(key)}'" for key in person.keys[start : start + _KEYS_A_DELETE]
                )
                n_rows += lake.delete(table, where=f"{column} IN ({listed})")
        lake.vacuum(table, keep_hours=0)
    return n_rows


def _hexadecimal(key: str) -> str:
    """The key as it is, if it is one: it becomes part of a condition."""
    return bytes.fromhex(key).hex()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def plain(value: object) -> Value:
    """The value as JSON and CSV hold it: times in ISO 8601, what is nested as text."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case datetime() | date():
            return value.isoformat()
        case list() | tuple():
            return [str(one) for one in value]
        case bytes() | memoryview():
            return None
        case _:
            return str(value)


# --- files of roll-ups and of the mapping -------------------------------------------------------------


def _erase_files(person: Person) -> int:
    """Rows about the person in the Parquet files under `customers/` of the home; each is swapped whole."""
    folder = settings.HOME.path / "customers"
    wanted = {*person.keys, *(str(one) for one in person.customers)}
    return sum(_without(file, wanted=wanted) for file in sorted(folder.rglob("*.parquet")))


def _without(file: Path, *, wanted: set[str]) -> int:
    try:
        names = pq.read_schema(file).names
        columns = [name for name in ("key", "customer", "customer_key", "author_key") if name in names]
        if not columns:
            return 0
        table = pq.read_table(file)
    except (OSError, pa.ArrowException):
        return 0  # a chore has just swapped it; what it wrote comes from tables that are erased too
    keep = None
    for column in columns:
        values = pc.cast(table[column], pa.string())
        is_other = pc.invert(pc.is_in(values, value_set=pa.array(sorted(wanted), pa.string())))
        keep = is_other if keep is None else pc.and_(keep, is_other)
    left = table.filter(keep)
    n_gone = int(table.num_rows - left.num_rows)
    if n_gone:
        fresh = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
        pq.write_table(left, fresh, compression="zstd")
        os.replace(fresh, file)
    return n_gone


# --- rows of the database -----------------------------------------------------------------------------

_OWN_WAY: tuple[type[models.Model], ...] = (Identity, RightsRequest, ErasureDone, HeldKey)


def _erase_rows(person: Person) -> int:
    """Rows of this room that name a key or a customer, whichever of its parts made the table."""
    n_rows = 0
    for model, condition in _tables_about(person):
        n_rows += int(model._default_manager.filter(condition).delete()[0])
    HeldKey.objects.filter(key__in=person.keys, hold__lifted_at__isnull=False).delete()
    return n_rows


def _tables_about(person: Person) -> Iterable[tuple[type[models.Model], models.Q]]:
    for model in apps.get_app_config("customers").get_models():
        if model in _OWN_WAY:
            continue
        names = {field.name: field for field in model._meta.concrete_fields}
        condition = models.Q()
        for name in ("key", "customer_key", "author_key"):
            if isinstance(names.get(name), models.CharField):
                condition |= models.Q(**{f"{name}__in": person.keys})
        if isinstance(names.get("customer"), models.UUIDField):
            condition |= models.Q(customer__in=person.customers)
        if condition:
            yield model, condition


def _read_consents(person: Person) -> list[Part]:
    rows: list[list[Value]] = [
        [
            row.at.isoformat(),
            row.purpose,
            row.channel or _("all"),
            _("agreed") if row.is_given else _("refused"),
            row.method,
            row.source,
            row.text.version if row.text else None,
            row.text.text_zh if row.text else None,
            open_proof(row.proof_sealed, key=row.key) or None,
        ]
        for row in list_consents(person.keys)
    ]
    columns = ["at", "purpose", "channel", "said", "method", "source", "text_version", "text", "proof"]
    return [Part(name="consents", title=_("Consents"), columns=columns, rows=rows)] if rows else []


# --- requests and identities --------------------------------------------------------------------------


def requests_of(person: Person) -> list[RightsRequest]:
    """The requests of the person, the newest first."""
    of_keys = Identity.objects.filter(key__in=person.keys).values_list("born", "customer")
    customers = {*person.customers, *(one for pair in of_keys for one in pair)}
    found = RightsRequest.objects.filter(customer__in=customers).order_by("-received_at", "-pk")
    mine, keys = {*person.customers}, {*person.keys}
    return [one for one in found if one.customer in mine or (one.keys and {*one.keys} <= keys)]


def _read_requests(person: Person) -> list[Part]:
    rows: list[list[Value]] = [
        [
            one.number,
            one.kind,
            one.status,
            one.received_at.isoformat(),
            one.due_at.isoformat(),
            one.ended_at.isoformat() if one.ended_at else None,
            open_words(one.words_sealed, number=one.number, part="words"),
            one.reason,
        ]
        for one in requests_of(person)
    ]
    columns = ["number", "kind", "status", "received_at", "due_at", "ended_at", "words", "reason"]
    return [Part(name="requests", title=_("Data requests"), columns=columns, rows=rows)] if rows else []


def _erase_requests(person: Person) -> int:
    """That there was a request, and when it ended, stays as proof; whose it was goes."""
    with transaction.atomic():
        ids = [one.pk for one in requests_of(person)]
        return RightsRequest.objects.filter(pk__in=ids).update(
            customer=None, keys=[], words_sealed=None, contact_sealed=None
        )


def _read_identities(person: Person) -> list[Part]:
    rows: list[list[Value]] = []
    traits: list[list[Value]] = []
    vault = open_vault()
    for one in Identity.objects.filter(key__in=person.keys).order_by("born"):
        value = open_identity(one, vault=vault)
        times = [one.first_seen_at.isoformat(), one.last_seen_at.isoformat()]
        rows.append([one.type, value, one.source, one.is_verified, *times])
        traits += [[name, told, one.source] for name, told in open_traits(one, vault=vault).items()]
    columns = ["type", "value", "source", "is_verified", "first_seen_at", "last_seen_at"]
    parts = [Part(name="identities", title=_("Identifiers"), columns=columns, rows=rows)] if rows else []
    if traits:
        title = _("What sources told of you")
        parts.append(Part(name="traits", title=title, columns=["name", "value", "source"], rows=traits))
    return parts


def _erase_identities(person: Person) -> int:
    """The identities with everything that hangs on them: units, sightings, links and their history.

    Others of the customer stay; who they are without these is judged anew.
    """
    with linking_turn():
        gone = Identity.objects.filter(key__in=person.keys)
        n_identities = gone.count()
        others = Identity.objects.filter(customer__in=gone.values("customer")).exclude(key__in=person.keys)
        seeds = list(others.values_list("pk", flat=True))
        gone.delete()
        if seeds:
            rejudge(seeds, rules=get_rules())
    return n_identities
