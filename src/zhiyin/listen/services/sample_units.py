"""The sample company's units: which they are, and which of them may go."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from django.db import transaction
from django.db.models import ProtectedError, RestrictedError

from zhiyin.engine import Engine
from zhiyin.listen.facts import FEEDBACK
from zhiyin.listen.records.tables import RECORD_TABLES
from zhiyin.listen.sample.datafiles import places
from zhiyin.listen.services.sample_state import get_own_company_name
from zhiyin.people.caches import forget_everything
from zhiyin.people.models import OrgUnit
from zhiyin.people.services.units import ensure_root, rename_unit

_STORE_CODE = re.compile(r"S\d{4,}")
_CITY_CODE = re.compile(r"(R\d+)C\d+")
_UNNAMED = "公司"

find_used_units: list[Callable[[Collection[int]], Collection[int]]] = []
"""Rooms above add what tells, of some unit ids, those that their own things still speak of."""


def list_sample_units() -> list[OrgUnit]:
    """Units as the sample made them, the lowest first; one that somebody renamed is theirs now."""
    units = OrgUnit.objects.filter(parent__isnull=False, code__regex=r"^[RS][0-9]")
    found = [unit for unit in units if _is_of_sample(unit.code, unit.name)]
    return sorted(found, key=lambda unit: -unit.path.count("/"))


def remove_sample_units(engine: Engine) -> tuple[int, int]:
    """Removes those that nothing speaks of any more; returns how many went and how many were kept."""
    units = list_sample_units()
    used = _used(engine, {unit.pk for unit in units})
    n_removed = sum(_remove(unit) for unit in units if unit.pk not in used)
    forget_everything()
    return n_removed, len(units) - n_removed


def give_name_back() -> bool:
    """Calls the company as it was called before; whether it still had the sample's name."""
    root = ensure_root()
    if root.name != places().company["name"]:
        return False
    rename_unit(root, name=get_own_company_name() or _UNNAMED)
    return True


def _is_of_sample(code: str, name: str) -> bool:
    regions = {region.code: region for region in places().regions}
    if code in regions:
        return name == regions[code].name
    if city := _CITY_CODE.fullmatch(code):
        return city[1] in regions and name in regions[city[1]].cities
    return bool(_STORE_CODE.fullmatch(code)) and name.startswith(f"{places().company['name']}（")


def _used(engine: Engine, unit_ids: Collection[int]) -> set[int]:
    """Those that have voices or records, or that a room above speaks of."""
    used: set[int] = set()
    tables = {FEEDBACK.name, *(spec.name for spec in RECORD_TABLES)} & set(engine.lake.tables())
    for table in sorted(tables):
        with engine.lake.connect(table) as connection:
            rows = connection.execute(
                f"SELECT DISTINCT unit_id FROM {table} WHERE unit_id IS NOT NULL"  # noqa: S608 - of ours
            )
            used |= {unit_id for (unit_id,) in rows.fetchall()} & set(unit_ids)
    for find in find_used_units:
        used |= set(find(unit_ids))
    return used


def _remove(unit: OrgUnit) -> bool:
    """False where grants, keys, units below or anything else still need it."""
    try:
        with transaction.atomic():
            unit.delete()
    except (ProtectedError, RestrictedError):
        return False
    return True
