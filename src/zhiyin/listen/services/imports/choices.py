"""What a person chose on the import page for a table, made into a mapping."""

from __future__ import annotations

import msgspec

from zhiyin.listen.importers.dates import DateForm
from zhiyin.listen.importers.guess import choose_row_ids, says_something, with_forms
from zhiyin.listen.importers.mapping import FIELDS, SINGLE_FIELDS, ColumnUse, Mapping
from zhiyin.listen.services.imports.report import TablePreview

_DATE_FORMS: tuple[str, ...] = DateForm.__args__  # type: ignore[attr-defined] # a Literal has them


class TableChoice(msgspec.Struct, frozen=True, kw_only=True):
    """The field of each column by its position; columns that are not named stay as guessed.

    `date_form` is that of the time, `worst` and `best` those of the rating; None leaves them as guessed.
    """

    fields: dict[int, str]
    date_form: str | None = None
    worst: float | None = None
    best: float | None = None


def make_mapping(preview: TablePreview, *, choice: TableChoice) -> Mapping:
    """The mapping of the preview as the person changed it."""
    before = {use.column: use for use in preview.plan.mapping.columns}
    uses = [
        _chosen(position, name, choice=choice, before=before) for position, name in enumerate(preview.names)
    ]
    fresh = [
        position for position, name in enumerate(preview.names) if uses[position] is not before.get(name)
    ]
    formed = with_forms(preview.names, preview.rows, uses=uses)
    uses = [formed[position] if position in fresh else use for position, use in enumerate(uses)]
    uses = [_adjusted(use, choice=choice) for use in uses]
    return Mapping(columns=uses, row_ids=choose_row_ids(uses))


def find_faults(mapping: Mapping) -> list[tuple[str, str]]:
    """Why it cannot be imported like this: codes of `import_problems.yaml`, with the field to blame."""
    faults = [("twice", field) for field in SINGLE_FIELDS if len(mapping.columns_of(field)) > 1]
    if not says_something(mapping.columns):
        faults.append(("says_nothing", ""))
    return faults


def has_chosen_id(preview: TablePreview, *, mapping: Mapping) -> bool:
    """Whether the column of ids is the person's choice rather than the guess."""
    guessed = [use.column for use in preview.plan.mapping.columns_of("external_id")]
    return [use.column for use in mapping.columns_of("external_id")] != guessed


def _chosen(position: int, name: str, *, choice: TableChoice, before: dict[str, ColumnUse]) -> ColumnUse:
    known = before.get(name) or ColumnUse(column=name, field="attribute")
    field = choice.fields.get(position, known.field)
    if field == known.field or field not in FIELDS:
        return known
    return ColumnUse(column=name, field=field)


def _adjusted(use: ColumnUse, *, choice: TableChoice) -> ColumnUse:
    if use.field == "occurred_at" and choice.date_form in _DATE_FORMS:
        return msgspec.structs.replace(use, form=choice.date_form)
    worst, best = choice.worst, choice.best
    if use.field == "rating" and worst is not None and best is not None and worst != best:
        return msgspec.structs.replace(use, worst=worst, best=best)
    return use
