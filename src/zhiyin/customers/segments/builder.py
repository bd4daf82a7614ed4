"""The form in which a definition is built: every field with its name, its choices and what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import duckdb

from zhiyin.console.templatetags.shell import page_language
from zhiyin.customers.profile.naming import channel_names
from zhiyin.customers.segments.catalogue import ANY, KINDS, OPS, Field
from zhiyin.customers.segments.drafts import DraftCondition, DraftGroup
from zhiyin.errors import InvalidInput
from zhiyin.listen.services.taxonomy import get_taxonomy

Choices = Sequence[tuple[str, str]]
_A_LOOK = 20_000
_MOST_OFFERED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldView:
    """A field as it is drawn; `options` of a select, `list_id` the datalist of what may be typed."""

    name: str
    id: str
    label: str
    type: str
    value: str
    error: str
    is_needed: bool
    options: Choices = ()
    list_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionView:
    """A condition as it is drawn."""

    path: str
    kind: str
    name: str
    fields: Sequence[FieldView]
    is_group: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupView:
    """A group as it is drawn; `joint` stands between its parts."""

    path: str
    op: str
    parts: Sequence[GroupView | ConditionView]
    is_root: bool
    ops: Choices
    kinds: Choices
    is_group: bool = True

    @property
    def n_parts(self) -> int:
        """How many parts it has."""
        return len(self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What may be chosen or typed: products, ways, events and traits as the customers have them."""

    products: Sequence[str]
    ways: Sequence[str]
    events: Sequence[str]
    traits: Sequence[str]


def find_offered(connection: duckdb.DuckDBPyConnection) -> Offered:
    """What some twenty thousand customers have. Four statements."""

    def read(sql: str) -> list[str]:
        rows = connection.execute(
            f"SELECT DISTINCT value FROM ({sql}) WHERE value IS NOT NULL AND value <> ''"  # noqa: S608
            f" ORDER BY value LIMIT {_MOST_OFFERED}"
        ).fetchall()
        return [str(row[0]) for row in rows]

    some = f"(SELECT * FROM customers LIMIT {_A_LOOK})"  # noqa: S608 - a number of ours
    return Offered(
        products=read(f"SELECT unnest(products) AS value FROM {some}"),  # noqa: S608 - own texts
        ways=read(
            f"SELECT channel AS value FROM (SELECT channel FROM fact_purchases LIMIT {_A_LOOK})"  # noqa: S608
            f" UNION ALL SELECT channel FROM (SELECT channel FROM fact_contacts LIMIT {_A_LOOK})"
            f" UNION ALL SELECT channel FROM (SELECT channel FROM fact_visits LIMIT {_A_LOOK})"
        ),
        events=read(f"SELECT name AS value FROM (SELECT name FROM fact_events LIMIT {_A_LOOK})"),  # noqa: S608
        traits=read(f"SELECT unnest(map_keys(traits)) AS value FROM {some}"),  # noqa: S608
    )


def draw(draft: DraftGroup) -> GroupView:
    """The draft as a form."""
    return _draw_group(draft, path="0", choices=_Choices())


class _Choices:
    """Aspects and channels in the page's language, read when first needed."""

    def __init__(self) -> None:
        self._kept: dict[str, Choices] = {}

    def of(self, one: Field) -> Choices:
        """What a select offers; nothing for a field that is typed."""
        if one.type in ("aspect", "channel"):
            if one.type not in self._kept:
                self._kept[one.type] = _aspects() if one.type == "aspect" else list(channel_names().items())
            return [("", str(ANY)), *self._kept[one.type]]
        if one.choices is None:
            return ()
        named = [(value, str(label)) for value, label in one.choices.items()]
        return named if one.is_needed or one.name == "compare" else [("", str(ANY)), *named]


def _aspects() -> Choices:
    with suppress(InvalidInput):
        return list(get_taxonomy().taxonomy.names(page_language()).items())
    return ()


def _draw_group(draft: DraftGroup, *, path: str, choices: _Choices) -> GroupView:
    parts: list[GroupView | ConditionView] = []
    for place, part in enumerate(draft.parts):
        below = f"{path}-{place}"
        if isinstance(part, DraftGroup):
            parts.append(_draw_group(part, path=below, choices=choices))
        else:
            parts.append(_draw_condition(part, path=below, choices=choices))
    return GroupView(
        path=path,
        op=draft.op,
        parts=parts,
        is_root=path == "0",
        ops=[(value, str(label)) for value, label in OPS.items()],
        kinds=[(kind, str(one.name)) for kind, one in KINDS.items()],
    )


def _draw_condition(draft: DraftCondition, *, path: str, choices: _Choices) -> ConditionView:
    return ConditionView(
        path=path,
        kind=draft.kind,
        name=str(KINDS[draft.kind].name),
        fields=[_draw_field(one, draft, path=path, choices=choices) for one in KINDS[draft.kind].fields],
    )


_LISTS: Mapping[str, str] = {
    "product": "segment-products",
    "way": "segment-ways",
    "event": "segment-events",
    "trait": "segment-traits",
    "unit": "unit-options",
}


def _draw_field(one: Field, draft: DraftCondition, *, path: str, choices: _Choices) -> FieldView:
    options = list(choices.of(one))
    value = draft.values.get(one.name, "")
    if options and value not in dict(options):
        options.append((value, value))
    return FieldView(
        name=f"c.{path}.{one.name}",
        id=f"c-{path}-{one.name}",
        label=str(one.label),
        type="choice" if options else one.type,
        value=value,
        error=draft.errors.get(one.name, ""),
        is_needed=one.is_needed,
        options=options,
        list_id=_LISTS.get(one.type, ""),
    )
