"""A decision table as people edit it, and its way to and from JSON Decision Model (JDM)."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Literal

import msgspec

from zhiyin.errors import InvalidInput
from zhiyin.respond.policies.kinds import Answer, GrantKind

OUTPUTS = (
    "answer",
    "kind",
    "amount",
    "points",
    "reason_zh",
    "reason_en",
    "condition_zh",
    "condition_en",
    "agreed_zh",
    "agreed_en",
    "approvers",
)
"""What a row says, in the order of the columns. `amount` and `points` are expressions, the rest words."""
_EXPRESSIONS = frozenset({"amount", "points"})
_IN, _TABLE, _OUT = "request", "table", "response"
MAX_BYTES = 512 * 1024


class ColumnType(StrEnum):
    """What stands in a column."""

    MONEY = "money"
    NUMBER = "number"
    YES_NO = "yes_no"
    CHOICE = "choice"


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked about the matter. `field` is its name in expressions; `options` those of a choice."""

    field: str
    type: ColumnType = ColumnType.NUMBER
    name: str = ""
    options: tuple[str, ...] = ()


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One rule: where all `cells` hold (empty: whatever), this is the answer.

    `condition`: of *yes, if* what has to be so; of *instead* what can be done instead.
    `agreed`: the reason once everybody who is asked agreed; empty where it is said by itself.
    """

    cells: tuple[str, ...] = ()
    note: str = ""
    answer: str = Answer.YES.value
    kind: str = GrantKind.NONE.value
    amount: str = ""
    points: str = ""
    reason_zh: str = ""
    reason_en: str = ""
    condition_zh: str = ""
    condition_en: str = ""
    agreed_zh: str = ""
    agreed_en: str = ""
    approvers: str = ""


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """The columns and the rows; the first that fits counts, or all that fit where `hit` is collect."""

    columns: tuple[Column, ...] = ()
    rows: tuple[Row, ...] = ()
    hit: Literal["first", "collect"] = "first"


def write_jdm(table: Table, *, name: str) -> str:
    """The table as JDM: a request, the decision table, the response. Words are literals."""
    inputs = [
        {
            "id": f"in{i}",
            "name": column.name or column.field,
            "field": column.field,
            "type": column.type.value,
            "options": list(column.options),
        }
        for i, column in enumerate(table.columns)
    ]
    outputs = [{"id": f"out-{field}", "name": field, "field": field} for field in OUTPUTS]
    rules = [_write_rule(row, n=n) for n, row in enumerate(table.rows)]
    content = {"hitPolicy": table.hit, "inputs": inputs, "outputs": outputs, "rules": rules}
    nodes = [
        {"id": _IN, "type": "inputNode", "name": "Request", "position": {"x": 0, "y": 0}},
        {
            "id": _TABLE,
            "type": "decisionTableNode",
            "name": name,
            "position": {"x": 300, "y": 0},
            "content": content,
        },
        {"id": _OUT, "type": "outputNode", "name": "Response", "position": {"x": 600, "y": 0}},
    ]
    edges = [
        {"id": "to-table", "sourceId": _IN, "targetId": _TABLE, "type": "edge"},
        {"id": "to-response", "sourceId": _TABLE, "targetId": _OUT, "type": "edge"},
    ]
    return json.dumps({"nodes": nodes, "edges": edges}, ensure_ascii=False, indent=1)


def _write_rule(row: Row, *, n: int) -> dict[str, str]:
    rule = {"_id": f"row{n + 1}", "_description": row.note}
    rule |= {f"in{i}": cell for i, cell in enumerate(row.cells)}
    for field in OUTPUTS:
        text = getattr(row, field)
        rule[f"out-{field}"] = text if field in _EXPRESSIONS else _quote(text)
    return rule


def _quote(text: str) -> str:
    """A literal of the expression language, which knows no escapes: quotes become those of print."""
    plain = " ".join(text.replace("\\", "/").replace('"', "”").split())
    return f'"{plain}"' if plain else ""


def _unquote(text: str) -> str:
    clean = text.strip()
    for sign in "\"'`":
        if len(clean) > 1 and clean[0] == clean[-1] == sign:
            return clean[1:-1]
    return clean


class _In(msgspec.Struct, kw_only=True):
    id: str
    field: str = ""
    name: str = ""
    type: str = ""
    options: list[str] = []


class _Out(msgspec.Struct, kw_only=True):
    id: str
    field: str


class _Content(msgspec.Struct, kw_only=True):
    hitPolicy: str = "first"  # noqa: N815 - the name in JDM
    inputs: list[_In] = []
    outputs: list[_Out] = []
    rules: list[dict[str, str]] = []


class _Node(msgspec.Struct, kw_only=True):
    type: str
    content: msgspec.Raw = msgspec.Raw(b"null")


class _File(msgspec.Struct, kw_only=True):
    nodes: list[_Node]


def read_jdm(text: str | bytes) -> Table:
    """The table in the file.

    Raises:
        InvalidInput: it is no JDM, holds more than one decision table or other nodes that decide, or a
        table without `answer`.
    """
    if len(text) > MAX_BYTES:
        raise _refuse("The file is larger than 512 KB.")
    try:
        nodes = msgspec.json.decode(text, type=_File).nodes
        tables = [node for node in nodes if node.type == "decisionTableNode"]
        others = {node.type for node in nodes} - {"decisionTableNode", "inputNode", "outputNode"}
        if len(tables) != 1 or others:
            raise _refuse("The file has to hold one decision table and nothing else that decides.")
        content = msgspec.json.decode(tables[0].content, type=_Content)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise _refuse("The file holds no decision table (JDM).") from None
    if "answer" not in {output.field for output in content.outputs}:
        raise _refuse("The table in the file has no column “answer”.")
    return Table(
        columns=tuple(_column(one) for one in content.inputs),
        rows=tuple(_row(rule, content=content) for rule in content.rules),
        hit="collect" if content.hitPolicy == "collect" else "first",
    )


def _column(found: _In) -> Column:
    known = {one.value for one in ColumnType}
    return Column(
        field=found.field,
        name="" if found.name == found.field else found.name[:80],
        type=ColumnType(found.type) if found.type in known else ColumnType.NUMBER,
        options=tuple(found.options),
    )


def _row(rule: dict[str, str], *, content: _Content) -> Row:
    words = {
        out.field: rule.get(out.id, "").strip()
        if out.field in _EXPRESSIONS
        else _unquote(rule.get(out.id, ""))
        for out in content.outputs
        if out.field in OUTPUTS
    }
    cells = tuple(rule.get(one.id, "").strip() for one in content.inputs)
    return Row(cells=cells, note=rule.get("_description", "")[:200], **words)


def _refuse(text: str) -> InvalidInput:
    return InvalidInput(text, next_step="Export a table here to see how it looks.", field="file")
