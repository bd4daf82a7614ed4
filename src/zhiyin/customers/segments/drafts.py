"""A definition while somebody builds it: what was typed, right or wrong, and where it goes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import msgspec
from django.utils.translation import gettext as _

from zhiyin.customers.segments.catalogue import KINDS, Field
from zhiyin.customers.segments.definition import (
    CONDITIONS,
    MAX_CONDITIONS,
    MAX_DEPTH,
    MAX_WORDS,
    Condition,
    Group,
    kind_of,
    list_faults,
)
from zhiyin.people.forms.fields import find_typed_unit
from zhiyin.people.scope import Scope

_OPS = ("all", "any", "none")
_GROUP = "group"


@dataclass(slots=True, kw_only=True)
class DraftCondition:
    """One condition as typed; `errors` by field."""

    kind: str
    values: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    is_group = False


@dataclass(slots=True, kw_only=True)
class DraftGroup:
    """A group and its parts."""

    op: str = "all"
    parts: list[DraftGroup | DraftCondition] = field(default_factory=list)
    is_group = True


def draft_of(definition: Group) -> DraftGroup:
    """The definition as somebody would have typed it."""
    return DraftGroup(
        op=definition.op,
        parts=[draft_of(part) if isinstance(part, Group) else _draft(part) for part in definition.parts],
    )


def read_draft(given: Mapping[str, str]) -> DraftGroup:
    """The draft that a posted form holds; what is too deep or too much is left out."""
    budget = [MAX_CONDITIONS * 2]
    found = _read("0", given, depth=0, budget=budget)
    return found if isinstance(found, DraftGroup) else DraftGroup()


def change_draft(draft: DraftGroup, command: str, *, given: Mapping[str, str]) -> None:
    """Do what a button says: `add:PATH` (what stands in `new.PATH`) or `remove:PATH`."""
    verb, _colon, path = command.partition(":")
    places = [int(one) for one in path.split("-") if one.isascii() and one.isdigit()]
    if verb == "add" and (group := _find(draft, places)) is not None:
        kind = given.get(f"new.{path}", "")
        n_nodes = sum(1 for _node in _nodes(draft))
        if n_nodes > MAX_CONDITIONS:
            return
        if kind == _GROUP and len(places) < MAX_DEPTH:
            group.parts.append(DraftGroup(op="any" if group.op == "all" else "all"))
        elif kind in KINDS:
            group.parts.append(_blank(kind))
    elif verb == "remove" and len(places) > 1:
        above = _find(draft, places[:-1])
        if above is not None and places[-1] < len(above.parts):
            del above.parts[places[-1]]


def finish_draft(draft: DraftGroup, *, scope: Scope) -> tuple[Group, bool]:
    """The definition of all that is right, and whether everything is; what is wrong gets its errors.

    Units are named as people type them, and must be among those of the scope.
    """
    parts: list[Condition | Group] = []
    is_right = True
    for part in draft.parts:
        if isinstance(part, DraftGroup):
            group, is_group_right = finish_draft(part, scope=scope)
            is_right &= is_group_right
            parts.append(group)
            continue
        condition = _finish(part, scope=scope)
        is_right &= condition is not None
        if condition is not None:
            parts.append(condition)
    return msgspec.convert(
        {"is": _GROUP, "op": draft.op, "parts": msgspec.to_builtins(parts)}, Group
    ), is_right


def _finish(draft: DraftCondition, *, scope: Scope) -> Condition | None:
    draft.errors = {}
    content: dict[str, object] = {"is": draft.kind}
    for one in KINDS[draft.kind].fields:
        text = draft.values.get(one.name, "").strip()
        if one.is_needed and not text:
            draft.errors[one.name] = _("This is needed.")
        elif one.type == "check":
            content[one.name] = text == "1"
        elif one.type == "number" and text:
            if (number := _number(text)) is None:
                draft.errors[one.name] = _("Give a number.")
            else:
                content[one.name] = number
        elif one.type == "unit" and text:
            if (unit := find_typed_unit(text, scope=scope)) is None:
                draft.errors[one.name] = _("There is no such unit, or several have the name.")
            else:
                content[one.name] = unit.code
        elif text:
            content[one.name] = text
    if draft.errors:
        return None
    try:
        condition = msgspec.convert(content, CONDITIONS[draft.kind])
    except msgspec.ValidationError as error:
        # The error names its field as `$.n`.
        named = str(error).rpartition("$.")[2].strip("`")
        draft.errors[named if "$." in str(error) else KINDS[draft.kind].fields[0].name] = _(
            "This does not fit here."
        )
        return None
    draft.errors = {name: _("This does not fit here.") for name, _reason in list_faults(condition)}
    return None if draft.errors else condition


def _number(text: str) -> int | float | None:
    try:
        number = float(text.replace("，", "").replace(",", ""))
    except ValueError:
        return None
    return int(number) if number.is_integer() else number


def _draft(condition: Condition) -> DraftCondition:
    kind = kind_of(condition)
    values = {one.name: _typed(getattr(condition, one.name)) for one in KINDS[kind].fields}
    return DraftCondition(kind=kind, values=values)


def _typed(value: object) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return "1"
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _blank(kind: str) -> DraftCondition:
    return DraftCondition(kind=kind, values={one.name: one.default for one in KINDS[kind].fields})


def _read(
    path: str, given: Mapping[str, str], *, depth: int, budget: list[int]
) -> DraftGroup | DraftCondition | None:
    budget[0] -= 1
    if budget[0] < 0 or depth > MAX_DEPTH:
        return None
    if (op := given.get(f"g.{path}.op")) is not None:
        count = given.get(f"g.{path}.n", "0")
        n_parts = min(int(count), MAX_CONDITIONS) if count.isascii() and count.isdigit() else 0
        parts = [_read(f"{path}-{place}", given, depth=depth + 1, budget=budget) for place in range(n_parts)]
        return DraftGroup(op=op if op in _OPS else "all", parts=[part for part in parts if part is not None])
    kind = given.get(f"c.{path}.kind", "")
    if kind not in KINDS:
        return None
    return DraftCondition(
        kind=kind, values={one.name: _given(one, path, given) for one in KINDS[kind].fields}
    )


def _given(one: Field, path: str, given: Mapping[str, str]) -> str:
    return given.get(f"c.{path}.{one.name}", "")[: MAX_WORDS + 1]


def _find(draft: DraftGroup, places: list[int]) -> DraftGroup | None:
    """The group at the place; the first number, the root's, is 0."""
    found = draft
    for place in places[1:]:
        part = found.parts[place] if place < len(found.parts) else None
        if not isinstance(part, DraftGroup):
            return None
        found = part
    return found


def _nodes(draft: DraftGroup) -> Iterator[DraftGroup | DraftCondition]:
    yield draft
    for part in draft.parts:
        if isinstance(part, DraftGroup):
            yield from _nodes(part)
        else:
            yield part
