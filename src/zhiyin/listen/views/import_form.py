"""The import page: what was filled in, what the file says, and how both are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import msgspec
from django.http import QueryDict

from zhiyin.console.templatetags.shell import page_language
from zhiyin.listen.importers.mapping import Mapping, header_mark
from zhiyin.listen.items import FeedbackIn
from zhiyin.listen.services.imports import ImportRequest, TablePreview, preview_import
from zhiyin.listen.services.imports.choices import TableChoice, find_faults, has_chosen_id, make_mapping
from zhiyin.listen.services.imports.report import RefusedRow
from zhiyin.listen.wording import Choices, field_name, list_date_forms, list_field_choices, problem_words

ENCODINGS = ("utf-8", "gb18030", "big5", "utf-16", "cp1252", "shift_jis", "euc_kr")
DELIMITERS = (",", ";", "\t", "|")
N_ROWS = 200
N_SHOWN = 3
N_REFUSED_SHOWN = 8
MAX_COLUMNS_SHOWN = 150
_N_SAMPLES = 3
_SURE = 0.7
# Ten thousand rows tell ids from other numbers well enough for a look; the import looks at all.
_CHUNKS_CHECKED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnRow:
    """One column as the page shows it: its first values, what it is taken for."""

    position: int
    name: str
    samples: list[str]
    field: str
    is_unsure: bool
    worst: str
    best: str
    date_form: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableForm:
    """One table of the file as the page shows it. `blocks` are reasons why it cannot be imported so.

    `n_guessed` is in how many conversations the speakers were guessed.
    """

    number: int
    name: str
    kind: str
    mark: str
    is_used: bool
    is_known: bool
    is_native: bool
    source: str
    columns: list[ColumnRow]
    n_more_columns: int
    problems: list[str]
    blocks: list[str]
    items: list[tuple[int, FeedbackIn]]
    n_read: int
    refused: list[RefusedRow]
    n_refused: int
    encoding: str
    delimiter: str
    has_header: bool | None
    is_transcript: bool
    n_guessed: int


@dataclass(slots=True, kw_only=True)
class ImportForm:
    """The whole form: the request it makes, and its tables."""

    request: ImportRequest
    tables: list[TableForm]
    unusable: list[str]
    field_choices: list[Choices] = field(default_factory=list_field_choices)
    date_forms: list[tuple[str, str]] = field(default_factory=list_date_forms)

    @property
    def is_text(self) -> bool:
        """Whether encoding and delimiter mean anything for it."""
        return any(table.encoding for table in self.tables)

    @property
    def can_start(self) -> bool:
        """Whether at least one table is wanted, and nothing stands against any that is."""
        used = [table for table in self.tables if table.is_used]
        return bool(used) and not any(table.blocks for table in used)


def read_form(given: QueryDict, *, path: Path, name: str) -> ImportForm:
    """What the file looks like under what was filled in; nothing filled in: as guessed or as last time.

    Raises:
        InvalidInput: the file cannot be read like this.
    """
    reading = _reading(given)
    looked = preview_import(
        path,
        request=reading,
        name=name,
        n_rows=N_ROWS,
        n_chunks_checked=_CHUNKS_CHECKED,
        may_say_nothing=True,
    )
    mappings: dict[str, Mapping] = {}
    has_own_ids = False
    for number, table in enumerate(looked.tables):
        choice = _choice(given, number=number, names=table.names)
        if choice is None or table.plan.origin == "native":
            continue
        mappings[table.plan.name] = make_mapping(table, choice=choice)
        has_own_ids |= has_chosen_id(table, mapping=mappings[table.plan.name])
    left_out = _left_out(given, looked.tables)
    request = msgspec.structs.replace(
        reading,
        mappings={
            **{table.plan.name: table.plan.mapping for table in looked.tables if _has_columns(table)},
            **mappings,
        },
        left_out=left_out,
        is_checking_ids=not has_own_ids,
        is_confirmed=True,
    )
    shown = preview_import(
        path,
        request=request,
        name=name,
        n_rows=N_ROWS,
        n_chunks_checked=_CHUNKS_CHECKED,
        language=page_language(),
    )
    tables = [
        _table_form(number, table, guessed=guessed, is_used=table.plan.name not in left_out)
        for number, (guessed, table) in enumerate(zip(looked.tables, shown.tables, strict=True))
    ]
    return ImportForm(request=request, tables=tables, unusable=looked.unusable)


def _has_columns(table: TablePreview) -> bool:
    return table.plan.origin != "native"


def _reading(given: QueryDict) -> ImportRequest:
    """The part that holds for the whole file."""

    def text(name: str, most: int) -> str | None:
        return given.get(name, "").strip()[:most] or None

    delimiter = given.get("delimiter", "")
    encoding = given.get("encoding", "")
    return ImportRequest(
        source=text("source", 64),
        channel=text("channel", 64),
        unit=text("unit", 64),
        product=text("product", 200),
        encoding=encoding if encoding in ENCODINGS else None,
        delimiter=delimiter if delimiter in DELIMITERS else None,
        has_header={"yes": True, "no": False}.get(given.get("header", "")),
    )


def _choice(given: QueryDict, *, number: int, names: Sequence[str]) -> TableChoice | None:
    """What was chosen for the table; None where the form was made for other columns."""
    if given.get(f"t{number}.mark") != header_mark(names):
        return None
    fields = {
        position: value
        for position in range(min(len(names), MAX_COLUMNS_SHOWN))
        if (value := given.get(f"t{number}.c{position}", ""))
    }
    return TableChoice(
        fields=fields,
        date_form=given.get(f"t{number}.date") or None,
        worst=_number(given.get(f"t{number}.worst", "")),
        best=_number(given.get(f"t{number}.best", "")),
    )


def _left_out(given: QueryDict, tables: Sequence[TablePreview]) -> tuple[str, ...]:
    if len(tables) < 2 or "t0.mark" not in given:
        return ()
    return tuple(
        table.plan.name for number, table in enumerate(tables) if given.get(f"t{number}.use") != "on"
    )


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if -1e6 < number < 1e6 else None


def _table_form(number: int, table: TablePreview, *, guessed: TablePreview, is_used: bool) -> TableForm:
    plan = table.plan
    notes = dict(note.partition(" ")[::2] for note in plan.notes)
    problems = list(dict.fromkeys([*_kept(guessed, plan.mapping), *plan.problems]))
    return TableForm(
        number=number,
        name=plan.name,
        kind=plan.kind,
        mark=header_mark(table.names),
        is_used=is_used,
        is_known=guessed.plan.origin == "saved",
        is_native=plan.origin == "native",
        source=plan.source,
        columns=[] if plan.origin == "native" else _columns(table),
        n_more_columns=max(0, len(table.names) - MAX_COLUMNS_SHOWN),
        problems=[problem_words(code) for code in problems if code != "says_nothing"],
        blocks=[] if plan.origin == "native" else _blocks(plan.mapping),
        items=[*islice(zip(table.lines, table.items, strict=True), N_SHOWN)],
        n_read=len(table.items) + len(table.refused),
        refused=table.refused[:N_REFUSED_SHOWN],
        n_refused=len(table.refused),
        encoding=notes.get("encoding", ""),
        delimiter=notes.get("delimiter", ""),
        has_header={"header": True, "no": False}.get(plan.notes[-1].partition(" ")[0])
        if plan.notes
        else None,
        is_transcript="conversations" in notes,
        n_guessed=int(notes.get("guessed", "0")),
    )


def _kept(guessed: TablePreview, mapping: Mapping) -> list[str]:
    """The doubts about the guess that what was chosen has not settled."""
    fields = {use.field for use in mapping.columns}
    settled = {
        "no_text": bool(fields & {"text", "title"}),
        "no_time": "occurred_at" in fields,
        "text_uncertain": mapping.columns_of("text") != guessed.plan.mapping.columns_of("text"),
        "month_first": not any(use.form == "mdy" for use in mapping.columns_of("occurred_at")),
    }
    return [code for code in guessed.plan.problems if not settled.get(code)]


def _blocks(mapping: Mapping) -> list[str]:
    return [problem_words(code, field_name(name)) for code, name in find_faults(mapping)]


def _columns(table: TablePreview) -> list[ColumnRow]:
    rows = []
    uses = {use.column: use for use in table.plan.mapping.columns}
    for position, name in enumerate(table.names[:MAX_COLUMNS_SHOWN]):
        use = uses.get(name)
        filled = (row[position] for row in table.rows if row[position])
        rows.append(
            ColumnRow(
                position=position,
                name=name,
                samples=[*islice(dict.fromkeys(filled), _N_SAMPLES)],
                field=use.field if use else "attribute",
                is_unsure=bool(use and use.field != "attribute" and use.confidence < _SURE),
                worst=f"{use.worst:g}" if use else "",
                best=f"{use.best:g}" if use else "",
                date_form=use.form if use else "",
            )
        )
    return rows
