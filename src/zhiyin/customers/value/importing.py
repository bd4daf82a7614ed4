"""Takes a file of entries in: the columns are known by their headings, the same file again adds nothing."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib.resources import files
from pathlib import Path

import msgspec

from zhiyin.customers.value.contract import ValueIn
from zhiyin.customers.value.taking import take_values
from zhiyin.engine import Engine
from zhiyin.errors import InvalidInput
from zhiyin.listen.faults import Fault
from zhiyin.listen.importers.cells import as_text
from zhiyin.listen.importers.dates import Unreadable, parse_time
from zhiyin.listen.importers.files import open_tables
from zhiyin.listen.importers.names import normal_name
from zhiyin.listen.importers.tables import Cell
from zhiyin.listen.items import AuthorIn, IdentityIn, UnitIn
from zhiyin.listen.receipts import Receipt
from zhiyin.people.scope import Scope

MOST_ROWS = 50_000
_ROWS_A_BATCH = 2_000
_MOST_TOLD = 100
_IDENTITIES = ("member", "customer", "phone", "email")


_Text = Callable[[str], str]


class _Words(msgspec.Struct, frozen=True):
    columns: dict[str, list[str]]
    kinds: dict[str, list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A row that was not taken; `line` as a spreadsheet counts."""

    line: int
    fault: Fault


@dataclass(slots=True, kw_only=True)
class Imported:
    """What became of a file; the first hundred refused rows are told."""

    n_accepted: int = 0
    n_unchanged: int = 0
    n_refused: int = 0
    refused: list[Refused] = field(default_factory=list)


def import_values(path: Path, *, name: str, source: str, engine: Engine, scope: Scope, by: str) -> Imported:
    """Take every row in that can be; when it returns, they stand in the ledger.

    A row without a number of its own is known again by its contents and by how often these came before.

    Raises:
        InvalidInput: the file is unreadable, has too many rows, or lacks a column that is needed.
    """
    found = Imported()
    repeated: Counter[str] = Counter()
    n_rows = 0
    with open_tables(path, name=name) as tables:
        for table in tables:
            for chunk in table.chunks():
                places = _places(chunk.names)
                n_rows += len(chunk.rows)
                if n_rows > MOST_ROWS:
                    raise InvalidInput(
                        f"The file has more than {MOST_ROWS} rows.", next_step="Cut it, or use the API."
                    )
                values = [_read(row, places=places, repeated=repeated) for row in chunk.rows]
                for start in range(0, len(values), _ROWS_A_BATCH):
                    receipts = take_values(
                        values[start : start + _ROWS_A_BATCH],
                        source=source,
                        engine=engine,
                        by=by,
                        allowed_units=scope.unit_ids,
                    )
                    _count(receipts, lines=chunk.lines[start:], found=found)
    return found


def _count(receipts: Sequence[Receipt], *, lines: Sequence[int], found: Imported) -> None:
    for receipt in receipts:
        if receipt.fault is None:
            found.n_accepted += receipt.status == "accepted"
            found.n_unchanged += receipt.status == "unchanged"
            continue
        found.n_refused += 1
        if len(found.refused) < _MOST_TOLD:
            found.refused.append(Refused(line=lines[receipt.row], fault=receipt.fault))


def _places(names: Sequence[str]) -> dict[str, int]:
    known = {name: one for one, names_of in _words().columns.items() for name in names_of}
    places: dict[str, int] = {}
    for place, name in enumerate(names):
        column = known.get(normal_name(name).replace("_", ""))
        if column is not None:
            places.setdefault(column, place)
    lacking = [name for name in ("occurred_at", "kind") if name not in places and "corrects" not in places]
    if not places.keys() & {*_IDENTITIES, "corrects"}:
        lacking.append("member")
    if lacking:
        raise InvalidInput(
            f"No column holds what every row needs: {', '.join(lacking)}.",
            next_step="Name the columns for example 会员号, 时间, 类型, 金额.",
            field="file",
        )
    return places


def _read(row: Sequence[Cell], *, places: Mapping[str, int], repeated: Counter[str]) -> ValueIn | Fault:
    def text(name: str) -> str:
        return as_text(row[places[name]]) if name in places else ""

    at = parse_time(row[places["occurred_at"]]) if "occurred_at" in places else None
    if isinstance(at, Unreadable):
        return Fault(field="occurred_at", code="unreadable_date")
    amount, points = _number(text("amount")), _number(text("points"))
    if isinstance(amount, Fault) or isinstance(points, Fault):
        return Fault(field="amount" if isinstance(amount, Fault) else "points", code="unreadable_number")
    external_id = text("external_id") or _row_id(row, repeated=repeated)
    if text("corrects"):
        return ValueIn(external_id=external_id, corrects=text("corrects"), note=text("note") or None)
    return _entry(text, external_id=external_id, at=at, amount=amount, points=points)


def _entry(
    text: _Text,
    *,
    external_id: str,
    at: datetime | None,
    amount: Decimal | None,
    points: Decimal | None,
) -> ValueIn:
    identities = [IdentityIn(type=name, value=text(name)) for name in _IDENTITIES if text(name)]
    unit = UnitIn(code=text("unit_code") or None, name=text("unit_name") or None)
    return ValueIn(
        external_id=external_id,
        occurred_at=at,
        kind=_kind(text("kind")),
        customer=AuthorIn(identities=identities) if identities else None,
        unit=unit if unit.code or unit.name else None,
        amount=amount,
        points=None if points is None else int(points),
        note=text("note") or None,
    )


def _kind(said: str) -> str:
    folded = normal_name(said).replace("_", "")
    return next((kind for kind, names in _words().kinds.items() if folded in names), said)


def _number(said: str) -> Decimal | Fault | None:
    cleaned = said.replace(",", "").replace("，", "").lstrip("¥￥").removesuffix("元").strip()
    if cleaned in ("", "-"):
        return None
    try:
        return Decimal(cleaned)
    except InvalidOperation:
        return Fault(field="", code="unreadable_number")


def _row_id(row: Sequence[Cell], *, repeated: Counter[str]) -> str:
    said = hashlib.blake2b("\0".join(as_text(cell) for cell in row).encode(), digest_size=12).hexdigest()
    repeated[said] += 1
    return f"row-{said}-{repeated[said]}"


@cache
def _words() -> _Words:
    text = files("zhiyin.customers.value").joinpath("data/columns.yaml").read_bytes()
    return msgspec.yaml.decode(text, type=_Words)


def list_refused(found: Imported, *, language: str) -> Iterator[tuple[int, str, str]]:
    """Line, field and reason of the refused rows that are told."""
    for one in found.refused:
        yield one.line, one.fault.field, one.fault.reason(language)
