"""Guesses the mapping of a table from its names and a sample of its cells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from zhiyin.errors import InvalidInput
from zhiyin.listen.importers.columns import ColumnSample, sample_column
from zhiyin.listen.importers.fitness import fits_field, form_of
from zhiyin.listen.importers.mapping import (
    SINGLE_FIELDS,
    ColumnUse,
    Mapping,
    Override,
    RowIds,
    find_column,
)
from zhiyin.listen.importers.names import NamedField, field_of_name
from zhiyin.listen.importers.ratings import guess_scale, words_share
from zhiyin.listen.importers.tables import Cell, Chunk

SAMPLE_ROWS = 1_000


class Guess(msgspec.Struct, frozen=True, kw_only=True):
    """A mapping and what is doubtful about it, as codes of `problems.yaml`."""

    mapping: Mapping
    problems: list[str] = []


def guess_mapping(
    sample: Chunk, *, overrides: Sequence[Override] = (), may_say_nothing: bool = False
) -> Guess:
    """The most likely use of each column; what the user says (`overrides`) stands above it.

    Whether the column of ids truly holds ids shows only in the whole file: see `row_ids.has_conflicts`.
    With `may_say_nothing` a table without words or rating is a problem, for a person to solve.

    Raises:
        InvalidInput: an override names a column that is not there; or nothing in the table says
            anything: no words, no rating.
    """
    columns = _sampled(sample)
    chosen = {
        column.name: ColumnUse(column=column.name, field="attribute", confidence=0.5) for column in columns
    }
    taken = _apply_overrides(columns, chosen=chosen, overrides=overrides)
    _choose_by_name(columns, chosen=chosen, taken=taken)
    _choose_by_contents(columns, chosen=chosen, taken=taken)
    uses = [_with_form(column, use=chosen[column.name]) for column in columns]
    if not may_say_nothing and not says_something(uses):
        raise InvalidInput(
            "No column holds customers' words or a rating.",
            next_step="Name it, for example --map text=评论内容. The columns are: "
            + ", ".join(sample.names[:40]),
        )
    mapping = Mapping(columns=uses, row_ids=choose_row_ids(uses))
    return Guess(mapping=mapping, problems=_problems(mapping))


def says_something(uses: Sequence[ColumnUse]) -> bool:
    """Whether any column is taken for words or a rating."""
    return any(use.field in ("text", "title", "rating") for use in uses)


def with_forms(
    names: Sequence[str], rows: Sequence[Sequence[Cell]], *, uses: Sequence[ColumnUse]
) -> list[ColumnUse]:
    """The uses with the form of their dates and the scale of their ratings, as the cells suggest."""
    columns = [
        sample_column(name, position=position, cells=[row[position] for row in rows])
        for position, name in enumerate(names)
    ]
    return [_with_form(column, use=use) for column, use in zip(columns, uses, strict=True)]


def choose_row_ids(uses: Sequence[ColumnUse]) -> RowIds:
    """Own ids if there are any; else by content where a time tells equal words apart; else by
    content within a file known by its beginning."""
    fields = {use.field for use in uses}
    if "external_id" in fields:
        return "own"
    return "content" if "occurred_at" in fields else "file"


def without_own_ids(mapping: Mapping) -> Mapping:
    """The same mapping, with the column of ids that proved to be none as an attribute."""
    uses = [
        msgspec.structs.replace(use, field="attribute") if use.field == "external_id" else use
        for use in mapping.columns
    ]
    return Mapping(columns=uses, row_ids=choose_row_ids(uses))


def _sampled(sample: Chunk) -> list[ColumnSample]:
    rows = sample.rows[:SAMPLE_ROWS]
    return [
        sample_column(name, position=position, cells=[row[position] for row in rows])
        for position, name in enumerate(sample.names)
    ]


def _apply_overrides(
    columns: Sequence[ColumnSample], *, chosen: dict[str, ColumnUse], overrides: Sequence[Override]
) -> set[str]:
    """Sets what the user said; returns the fields that are settled by it."""
    names = [column.name for column in columns]
    settled: set[str] = set()
    for override in overrides:
        for wanted in override.columns:
            name = find_column(wanted, names=names)
            use = ColumnUse(column=name, field=override.field)
            if override.scale:
                worst, best = override.scale
                use = msgspec.structs.replace(use, worst=worst, best=best, form="scale")
            chosen[name] = use
        settled.add(override.field)
        if override.field == "text":
            settled.add("title")
    return settled


def _is_free(column: ColumnSample, chosen: dict[str, ColumnUse]) -> bool:
    use = chosen[column.name]
    return use.field == "attribute" and use.confidence < 1


def _choose_by_name(
    columns: Sequence[ColumnSample], *, chosen: dict[str, ColumnUse], taken: set[str]
) -> None:
    """Each column whose name tells its field and whose cells do not contradict it."""
    candidates: list[tuple[ColumnSample, NamedField]] = []
    for column in columns:
        named = field_of_name(column.name)
        if (
            named
            and _is_free(column, chosen)
            and named.field not in taken
            and fits_field(column, named.field)
        ):
            candidates.append((column, named))
    candidates.sort(key=lambda pair: (-pair[1].confidence, pair[1].rank, pair[0].position))
    has_whole_text = any(named.field == "text" and named.confidence == 1 for _, named in candidates)
    for column, named in candidates:
        if named.field in SINGLE_FIELDS and named.field in taken:
            continue
        if named.field == "text" and named.confidence < 1 and has_whole_text:
            continue
        chosen[column.name] = ColumnUse(column=column.name, field=named.field, confidence=named.confidence)
        if named.field in SINGLE_FIELDS:
            taken.add(named.field)


def _choose_by_contents(
    columns: Sequence[ColumnSample], *, chosen: dict[str, ColumnUse], taken: set[str]
) -> None:
    free = [column for column in columns if _is_free(column, chosen)]
    fields = {use.field for use in chosen.values()} | taken
    if "occurred_at" not in fields:
        _take(chosen, free, "occurred_at", (c for c in free if c.date_share >= 0.95 and c.number_share < 0.5))
    if "rating" not in fields:
        _take(chosen, free, "rating", (c for c in free if c.filled and words_share(c.filled) >= 0.95))
    if "author_email" not in fields:
        _take(chosen, free, "author_email", (c for c in free if c.email_share >= 0.8))
    if "author_phone" not in fields:
        _take(chosen, free, "author_phone", (c for c in free if c.mobile_share >= 0.8))
    if "text" not in fields:
        wordy = sorted((c for c in free if _is_wordy(c)), key=lambda c: -c.mean_characters * c.distinct_share)
        has_title = any(use.field == "title" for use in chosen.values())
        if not has_title or (wordy and wordy[0].mean_characters > 12):
            _take(chosen, free, "text", wordy)


def _take(
    chosen: dict[str, ColumnUse], free: list[ColumnSample], field: str, fitting: Iterable[ColumnSample]
) -> None:
    column = next(iter(fitting), None)
    if column:
        chosen[column.name] = ColumnUse(column=column.name, field=field, confidence=0.6)
        free.remove(column)


def _is_wordy(column: ColumnSample) -> bool:
    """Whether the cells could be words of many people."""
    is_plain = column.number_share < 0.2 and column.date_share < 0.2 and column.link_share < 0.2
    return is_plain and column.mean_characters >= 1.5 and bool(column.filled) and _is_varied(column)


def _is_varied(column: ColumnSample) -> bool:
    return column.distinct_share >= 0.2 or column.n_distinct >= 50


def _with_form(column: ColumnSample, *, use: ColumnUse) -> ColumnUse:
    if use.field == "rating":
        if use.form == "scale":
            return use
        scale = guess_scale(column.filled, name=column.name) or _reach()
        return msgspec.structs.replace(use, worst=scale[0], best=scale[1])
    return msgspec.structs.replace(use, form=form_of(column, use.field))


def _reach() -> tuple[float, float]:
    """For a rating that the user named and that fits no common scale: 0 to 100."""
    return 0.0, 100.0


def _problems(mapping: Mapping) -> list[str]:
    fields = {use.field for use in mapping.columns}
    problems = []
    if not says_something(mapping.columns):
        problems.append("says_nothing")
    elif not fields & {"text", "title"}:
        problems.append("no_text")
    if "occurred_at" not in fields:
        problems.append("no_time")
    if any(use.field == "text" and use.confidence < 0.7 for use in mapping.columns):
        problems.append("text_uncertain")
    if any(use.field == "occurred_at" and use.form == "mdy" for use in mapping.columns):
        problems.append("month_first")
    if sum(use.field == "attribute" for use in mapping.columns) > MAX_ATTRIBUTES:
        problems.append("too_many_attributes")
    return problems


MAX_ATTRIBUTES = 50
