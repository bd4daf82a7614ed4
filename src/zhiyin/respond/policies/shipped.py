"""The tables that come with the product, with their test cases: to begin with, and to change."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import msgspec
from django.db import transaction

from zhiyin.people.actors import Actor
from zhiyin.people.scope import Scope
from zhiyin.respond.models import Policy, PolicyCase
from zhiyin.respond.policies.deciding import Value
from zhiyin.respond.policies.tables import Table, read_jdm
from zhiyin.respond.policies.versions import go_live, make_policy, save_draft


class ShippedTest(msgspec.Struct, frozen=True, kw_only=True):
    """A test case; `amount` in hundredths, null: any."""

    name_zh: str
    name_en: str
    input: dict[str, Value]
    answer: str
    amount: int | None = None


class Shipped(msgspec.Struct, frozen=True, kw_only=True):
    """One policy as the file holds it."""

    code: str
    name_zh: str
    name_en: str
    aspects: str
    tests: tuple[ShippedTest, ...]
    jdm: msgspec.Raw


def use_shipped(*, language: str, by: Actor, scope: Scope) -> int:
    """How many of the shipped policies were new: they are in force for the whole company from now on.

    What is there already, changed or not, stays as it is. Raises `NotFound` for who may not see all.
    """
    there = set(Policy.objects.values_list("code", flat=True))
    fresh = [one for one in list_shipped() if one.code not in there]
    with transaction.atomic():
        for one in fresh:
            _use(one, is_chinese=language.startswith("zh"), by=by, scope=scope)
    return len(fresh)


@cache
def list_shipped() -> tuple[Shipped, ...]:
    """All, in the order of their files."""
    folder = files("zhiyin.respond.policies").joinpath("shipped")
    found = sorted(one.name for one in folder.iterdir() if one.name.endswith(".json"))
    return tuple(msgspec.json.decode(folder.joinpath(name).read_bytes(), type=Shipped) for name in found)


def _in_language(table: Table, *, is_chinese: bool) -> Table:
    """The table with its notes for colleagues in one language; the file holds both, parted by a slash."""
    rows = [
        msgspec.structs.replace(row, note=row.note.split(" / ")[0 if is_chinese else -1])
        for row in table.rows
    ]
    return msgspec.structs.replace(table, rows=tuple(rows))


def _use(one: Shipped, *, is_chinese: bool, by: Actor, scope: Scope) -> None:
    policy = make_policy(
        code=one.code,
        name=one.name_zh if is_chinese else one.name_en,
        unit_id=None,
        aspects=one.aspects,
        by=by,
        scope=scope,
    )
    PolicyCase.objects.bulk_create(
        PolicyCase(
            policy=policy,
            name=test.name_zh if is_chinese else test.name_en,
            input=test.input,
            answer=test.answer,
            amount_cents=test.amount,
        )
        for test in one.tests
    )
    save_draft(policy, _in_language(read_jdm(bytes(one.jdm)), is_chinese=is_chinese), by=by)
    go_live(policy, by=by)
