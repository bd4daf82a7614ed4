"""Writes what explains a survey's outcome: CSV, XLSX or JSON."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
import xlsxwriter

from zhiyin.errors import InvalidInput
from zhiyin.insight.drivers.table import Attribute, Why
from zhiyin.measure.estimate import Estimate

Cell = str | int | float | None
Names = Callable[[str], str]

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = (
    *("attribute", "column", "share", "share_low", "share_high", "weight", "weight_low", "weight_high"),
    *("shapley", "shapley_low", "shapley_high", "coefficient", "coefficient_low", "coefficient_high"),
    *("beta", "correlation", "inflation", "performance", "performance_low", "performance_high", "n"),
    *("satisfied", "satisfied_low", "satisfied_high", "quadrant", "stated", "stated_quadrant"),
)
KANO_COLUMNS = (
    *("attribute", "A", "O", "M", "I", "R", "Q", "category", "is_clear", "n", "n_left_out"),
    *("better", "better_low", "better_high", "worse", "worse_low", "worse_high"),
)


def write_why(why: Why, path: Path, *, headings: Mapping[str, str], name_of: Names) -> int:
    """Write the answer to a `.csv`, `.xlsx` or `.json` file; returns how many attributes it holds.

    `headings` are the words for `COLUMNS` and `KANO_COLUMNS`, `name_of` those for quadrants and
    categories. CSV has the attributes alone, XLSX a sheet for Kano too, JSON everything under its codes.

    Raises:
        InvalidInput: another suffix, or the file cannot be written.
    """
    check_output(path)
    try:
        _BY_SUFFIX[path.suffix.lower()](why, path, headings, name_of)
    except (OSError, xlsxwriter.exceptions.FileCreateError):
        raise InvalidInput("The output cannot be written.", next_step="Name another place.") from None
    return len(why.attributes)


def check_output(path: Path) -> None:
    """Nothing where `write_why` knows the suffix.

    Raises:
        InvalidInput: it does not.
    """
    if path.suffix.lower() not in _BY_SUFFIX:
        known = ", ".join(_BY_SUFFIX)
        raise InvalidInput(f"An output cannot end in '{path.suffix}'.", next_step=f"Use {known}.")


def _write_csv(why: Why, path: Path, headings: Mapping[str, str], name_of: Names) -> None:
    # With BOM, so that Excel reads it as UTF-8.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        rows.writerow([headings.get(name, name) for name in COLUMNS])
        rows.writerows([_harmless(cell) for cell in row] for row in _rows(why, name_of=name_of))


def _write_xlsx(why: Why, path: Path, headings: Mapping[str, str], name_of: Names) -> None:
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "nan_inf_to_errors": True}) as book:
        tables: list[tuple[str, tuple[str, ...], Iterator[list[Cell]]]] = [
            ("drivers", COLUMNS, _rows(why, name_of=name_of))
        ]
        if why.kano:
            tables.append(("kano", KANO_COLUMNS, _kano_rows(why, name_of=name_of)))
        for name, columns, rows in tables:
            sheet = book.add_worksheet(headings.get(name, name))
            sheet.freeze_panes(1, 1)
            sheet.write_row(0, 0, [headings.get(column, column) for column in columns])
            for number, row in enumerate(rows, start=1):
                sheet.write_row(number, 0, row)


def _write_json(why: Why, path: Path, headings: Mapping[str, str], name_of: Names) -> None:
    del headings, name_of  # codes, for machines
    path.write_bytes(msgspec.json.format(msgspec.json.encode(why), indent=2) + b"\n")


_BY_SUFFIX = {".csv": _write_csv, ".xlsx": _write_xlsx, ".json": _write_json}


def _rows(why: Why, *, name_of: Names) -> Iterator[list[Cell]]:
    for one in why.attributes:
        yield [one.name, one.column, *_driver_cells(one), *_place_cells(one, name_of=name_of)]


def _driver_cells(one: Attribute) -> list[Cell]:
    driver = one.driver
    return [
        *_with_interval(driver.share),
        *_with_interval(driver.weight),
        *(_with_interval(driver.shapley) if driver.shapley else (None, None, None)),
        *_with_interval(driver.coefficient),
        *(driver.beta, driver.correlation, driver.inflation),
    ]


def _place_cells(one: Attribute, *, name_of: Names) -> list[Cell]:
    return [
        *(*_with_interval(one.performance), one.performance.n, *_with_interval(one.satisfied)),
        name_of(one.quadrant) if one.quadrant else None,
        one.stated.value if one.stated else None,
        name_of(one.stated_quadrant) if one.stated_quadrant else None,
    ]


def _kano_rows(why: Why, *, name_of: Names) -> Iterator[list[Cell]]:
    for one in why.kano:
        found = one.result
        yield [
            *(one.name, *found.counts.values(), name_of(found.category) if found.category else None),
            *(found.is_clear, found.n, found.n_left_out),
            *(*_with_interval(found.better), *_with_interval(found.worse)),
        ]


def _with_interval(estimate: Estimate) -> Sequence[float | None]:
    return estimate.value, estimate.low, estimate.high


def _harmless(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell
