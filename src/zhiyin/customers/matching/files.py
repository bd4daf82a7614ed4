"""Links files: from the paths that a person names to the written pairs and the report."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from zhiyin.customers.matching.link import Found, Source, find_people
from zhiyin.customers.matching.pairs import ids_of, list_pairs, write_pairs
from zhiyin.customers.matching.reading import (
    Configuration,
    check_configuration,
    read_configuration,
    read_source,
)
from zhiyin.customers.matching.report import CurvePoint, Report, make_report, write_report
from zhiyin.customers.matching.reviewed import read_reviewed
from zhiyin.customers.matching.wording import Language
from zhiyin.errors import InvalidInput

_MOST_FILES = 2
_REPORTS = (".html", ".json")


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What a person asks for; paths that are None are not wanted."""

    files: list[Path]
    output: Path
    configuration: Path | None
    threshold: float | None
    reviewed: Path | None
    report: Path | None
    language: Language


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """What was found; `columns` is what each heading was taken for, `seconds` from reading to writing."""

    n_rows: int
    n_persons: int
    n_pairs: int
    threshold: float
    columns: dict[str, str]
    curve: list[CurvePoint]
    measured: list[CurvePoint]
    seconds: float


def check_request(request: Request) -> None:
    """Raises InvalidInput before work begins where it could not end."""
    if len(request.files) > _MOST_FILES:
        raise InvalidInput("One file, or two to find who is who between them.", field="file")
    if request.report and request.report.suffix.lower() not in _REPORTS:
        raise InvalidInput("A report is written as .html or .json.", field="report")
    for path in (request.output, request.report):
        if path and not path.parent.is_dir():
            raise InvalidInput(f"There is no folder {path.parent}.", field="output")


def link_files(request: Request, *, tell: Callable[[str], None] = lambda _: None) -> Summary:
    """Read, link, write; `tell` hears the code of each step as it begins.

    Raises InvalidInput where a file, the configuration or the columns cannot be used.
    """
    began = time.monotonic()
    tell("read")
    configuration = read_configuration(request.configuration) if request.configuration else Configuration()
    sources = [read_source(path, configuration=configuration) for path in request.files]
    check_configuration(configuration, sources)
    wanted = request.threshold if request.threshold is not None else configuration.threshold
    found = find_people(sources, threshold=wanted, tell=tell)
    ids = ids_of(sources)
    tell("write")
    n_pairs = write_pairs(list_pairs(found, ids=ids, language=request.language), request.output)
    report = make_report(found, sources=sources, reviewed=_reviewed(request, ids), ids=ids)
    if request.report:
        write_report(report, request.report, language=request.language)
    return _summary(found, sources=sources, report=report, n_pairs=n_pairs, seconds=time.monotonic() - began)


def _reviewed(request: Request, ids: list[str]) -> dict[tuple[str, str], bool]:
    return read_reviewed(request.reviewed, ids=ids) if request.reviewed else {}


def _summary(found: Found, *, sources: list[Source], report: Report, n_pairs: int, seconds: float) -> Summary:
    return Summary(
        n_rows=sum(found.n_rows),
        n_persons=len(set(found.person.tolist())),
        n_pairs=n_pairs,
        threshold=found.threshold,
        columns={column.name: column.kind.value for column in sources[0].columns},
        curve=report.curve,
        measured=report.measured,
        seconds=round(seconds, 1),
    )
