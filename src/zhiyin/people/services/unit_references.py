"""Finds the org units that imported rows name, and makes those that nobody knows."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat

from zhiyin.errors import InvalidInput
from zhiyin.people.caches import forgets
from zhiyin.people.models import OrgUnit
from zhiyin.people.models.units import ROOT_KIND, fold_name

ROOT_CODE = "company"
_MAX_CODE, _MAX_NAME = 64, 200
_MAX_CACHED = 100_000
_CHUNK = 500

_Key = tuple[str | None, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitReference:
    """A unit as a row names it: by code or, where there is none, by name."""

    code: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """A reference made fit for the table; `code` is made from the name where the row gives none."""

    code: str
    name: str
    is_by_name: bool


_ids: dict[_Key, int] = {}
_lock = threading.Lock()


@forgets
def _forget_ids() -> None:
    with _lock:
        _ids.clear()


def ensure_root() -> OrgUnit:
    """The root of the tree; made under the code `company` before anybody has named it."""
    root = OrgUnit.objects.filter(parent__isnull=True).first()
    if root is None:
        with transaction.atomic():
            zone = settings.TIME_ZONE
            new = OrgUnit(code=ROOT_CODE, name="公司", folded_name="公司", kind=ROOT_KIND, time_zone=zone)
            OrgUnit.objects.bulk_create([new], ignore_conflicts=True)
            root = OrgUnit.objects.get(parent__isnull=True)
            OrgUnit.objects.filter(pk=root.pk, path="").update(path=f"/{root.pk}/")
            root.refresh_from_db()
    return root


def ensure_units(references: Sequence[UnitReference]) -> list[int]:
    """The unit's id for each reference, in order.

    A code decides; without one, the name does where exactly one unit has it. What nobody knows, or a
    name that several units share, becomes a unit under the root with `needs_review`. Known references
    cost a dictionary look-up, unknown ones four queries for all together.

    Raises:
        InvalidInput: a reference has neither code nor name (`row` is its position).
    """
    keys = [(reference.code, reference.name) for reference in references]
    found = dict.fromkeys(keys, 0)
    missing: list[_Key] = []
    for key in found:
        found[key] = _ids.get(key, 0)
        if not found[key]:
            missing.append(key)
    if missing:
        wanted = {key: _fit(key, row=keys.index(key)) for key in missing}
        found |= _find_or_create(wanted)
    return [found[key] for key in keys]


def _find_or_create(wanted: dict[_Key, _Wanted]) -> dict[_Key, int]:
    with transaction.atomic():
        distinct = set(wanted.values())
        found = _find(distinct)
        lacking = distinct - found.keys()
        if lacking:
            _create(lacking)
            found |= _find(lacking)
        result = {key: found[unit] for key, unit in wanted.items()}
        # Only what is committed may be remembered: a rolled back unit's id will be another's.
        transaction.on_commit(lambda: _remember(result))
    return result


def _find(wanted: Collection[_Wanted]) -> dict[_Wanted, int]:
    ids_by_code = dict(_rows("code", {unit.code for unit in wanted}))
    ids_by_name: dict[str, set[int]] = {}
    for name, unit_id in _rows(
        "folded_name",
        {fold_name(unit.name) for unit in wanted if unit.is_by_name and unit.code not in ids_by_code},
    ):
        ids_by_name.setdefault(name, set()).add(unit_id)
    found = {}
    for unit in wanted:
        if unit.code in ids_by_code:
            found[unit] = ids_by_code[unit.code]
        elif unit.is_by_name and len(ids_by_name.get(fold_name(unit.name), ())) == 1:
            (found[unit],) = ids_by_name[fold_name(unit.name)]
    return found


def _rows(field: str, values: Collection[str]) -> Iterator[tuple[str, int]]:
    """Value of the field and id of each unit; of a merged one, the id of the unit that it is."""
    ordered = sorted(values)
    for start in range(0, len(ordered), _CHUNK):
        chunk = ordered[start : start + _CHUNK]
        units = OrgUnit.objects.filter(**{f"{field}__in": chunk})
        for value, unit_id, merged_into_id in units.values_list(field, "pk", "merged_into_id"):
            yield value, merged_into_id or unit_id


def _create(lacking: Collection[_Wanted]) -> None:
    root = ensure_root()
    # In one order everywhere, or two processes that make the same units could lock each other out.
    # The last name of a code stays: one that is not just the code again.
    ordered = sorted(lacking, key=lambda unit: (unit.code, unit.name != unit.code, unit.name))
    names = {unit.code: unit.name for unit in ordered}
    OrgUnit.objects.bulk_create(
        [
            OrgUnit(
                code=code,
                name=name,
                folded_name=fold_name(name),
                parent=root,
                time_zone=root.time_zone,
                needs_review=True,
            )
            for code, name in names.items()
        ],
        ignore_conflicts=True,
        batch_size=_CHUNK,
    )
    path = Concat(Value(root.path), Cast("pk", CharField()), Value("/"))
    OrgUnit.objects.filter(parent=root, path="").update(path=path)


def _remember(ids: dict[_Key, int]) -> None:
    with _lock:
        if len(_ids) + len(ids) > _MAX_CACHED:
            _ids.clear()
        _ids.update(ids)


def _fit(key: _Key, *, row: int) -> _Wanted:
    code, name = (_tidy(text) for text in key)
    if not code and not name:
        raise InvalidInput(
            "An org unit has neither code nor name.", next_step="Give one of them.", row=row, field="unit"
        )
    if not code:
        return _Wanted(code=f"name:{_digest(fold_name(name))}", name=name[:_MAX_NAME], is_by_name=True)
    short = code if len(code) <= _MAX_CODE else f"long:{_digest(code)}"
    return _Wanted(code=short, name=(name or code)[:_MAX_NAME], is_by_name=False)


def _tidy(text: str | None) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text or "").split())


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
