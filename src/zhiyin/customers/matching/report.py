"""The report of a linking: what was compared, how the model weighs it, and the curve."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from importlib import resources
from pathlib import Path
from string import Template

import msgspec
import numpy as np

from zhiyin.customers.matching.curve import STEPS
from zhiyin.customers.matching.link import Found, Source
from zhiyin.customers.matching.report_words import words_of
from zhiyin.customers.matching.reviewed import Judged, measured_curve
from zhiyin.customers.matching.wording import Language, field_name, level_name

_WIDTH, _HEIGHT = 480, 240


class CurvePoint(msgspec.Struct, frozen=True, kw_only=True):
    """Shares 0 to 1; `low` and `high` bound the precision where it was measured."""

    threshold: float
    n_pairs: int
    precision: float
    recall: float
    f1: float
    low: float | None = None
    high: float | None = None


class Weight(msgspec.Struct, frozen=True, kw_only=True):
    """The mean bits that a degree of agreement of a field added over `n_pairs` pairs."""

    field: str
    level: str
    bits: float
    n_pairs: int


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What the report tells; `curve` is what the model expects, `measured` what reviewed pairs show."""

    n_rows: tuple[int, ...]
    columns: dict[str, str]
    rules: list[str]
    weights: list[Weight]
    threshold: float
    curve: list[CurvePoint]
    measured: list[CurvePoint]


def make_report(
    found: Found, *, sources: Sequence[Source], reviewed: dict[tuple[str, str], bool], ids: Sequence[str]
) -> Report:
    """Everything the report tells, without a row of the data."""
    return Report(
        n_rows=found.n_rows,
        columns={column.name: column.kind.value for column in sources[0].columns},
        rules=[" + ".join(sorted(rule.codes)) for rule in found.rules],
        weights=_weights(found),
        threshold=found.threshold,
        curve=[
            CurvePoint(
                threshold=p.threshold, n_pairs=p.n_pairs, precision=p.precision, recall=p.recall, f1=p.f1
            )
            for p in found.curve
        ],
        measured=_measured(found, reviewed=reviewed, ids=ids) if reviewed else [],
    )


def _weights(found: Found) -> list[Weight]:
    scored = found.scored
    weights = []
    for field in found.fields:
        met, bits = scored.agreements[field.code], scored.parts[field.code]
        for number, level in enumerate(scored.levels[field.code]):
            mask = met == number
            if mask.any():
                mean = float(np.mean(bits[mask]))
                weights.append(
                    Weight(field=field.code, level=level, bits=round(mean, 2), n_pairs=int(mask.sum()))
                )
    return weights


def _measured(found: Found, *, reviewed: dict[tuple[str, str], bool], ids: Sequence[str]) -> list[CurvePoint]:
    probability = found.scored.probability
    known = {
        frozenset((ids[left], ids[right])): p
        for left, right, p in zip(
            found.scored.left.tolist(), found.scored.right.tolist(), probability.tolist(), strict=True
        )
    }
    judged = [
        Judged(probability=known.get(frozenset(pair), 0.0), is_same=is_same)
        for pair, is_same in reviewed.items()
    ]
    points = []
    for point in measured_curve(judged, steps=STEPS):
        precision, recall = point.precision.value or 0.0, point.recall.value or 0.0
        total = precision + recall
        points.append(
            CurvePoint(
                threshold=point.threshold,
                n_pairs=point.n_taken,
                precision=precision,
                recall=recall,
                f1=2 * precision * recall / total if total else 0.0,
                low=point.precision.low,
                high=point.precision.high,
            )
        )
    return points


def write_report(report: Report, path: Path, *, language: Language) -> None:
    """Write it as JSON or as a page that needs nothing else, by the name's ending."""
    if path.suffix.lower() == ".json":
        path.write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n")
    else:
        path.write_text(_page(report, language=language), encoding="utf-8")


def _page(report: Report, *, language: Language) -> str:
    words = words_of(language)
    page = Template(resources.files(__package__).joinpath("report.html").read_text(encoding="utf-8"))
    return page.substitute(
        words,
        language="zh-CN" if language == "zh" else "en",
        n_rows=" + ".join(f"{n:,}" for n in report.n_rows),
        threshold=f"{report.threshold:.2f}",
        curve=_drawn(report.curve),
        curve_rows=_curve_rows(report.curve),
        measured_section=_measured_section(report, words=words) if report.measured else "",
        column_rows="".join(
            f"<tr><td>{escape(name)}</td><td>{escape(kind)}</td></tr>"
            for name, kind in report.columns.items()
        ),
        weight_rows="".join(
            f"<tr><td>{escape(field_name(w.field, language=language))}</td>"
            f"<td>{escape(level_name(w.level, language=language))}</td>"
            f"<td class=n>{w.bits:+.1f}</td><td class=n>{w.n_pairs:,}</td></tr>"
            for w in report.weights
        ),
    )


def _measured_section(report: Report, *, words: dict[str, str]) -> str:
    headings = "".join(
        f"<th>{words[f'w_{name}']}</th>" for name in ("threshold", "pairs", "precision", "recall")
    )
    return (
        f"<h2>{words['w_measured']}</h2>{_drawn(report.measured)}"
        f"<table><tr>{headings}<th>F1</th></tr>{_curve_rows(report.measured)}</table>"
    )


def _curve_rows(points: Sequence[CurvePoint]) -> str:
    rows = []
    for p in points:
        bounds = f" ({p.low:.3f}–{p.high:.3f})" if p.low is not None and p.high is not None else ""
        rows.append(
            f"<tr><td class=n>{p.threshold:g}</td><td class=n>{p.n_pairs:,}</td>"
            f"<td class=n>{p.precision:.3f}{bounds}</td><td class=n>{p.recall:.3f}</td>"
            f"<td class=n>{p.f1:.3f}</td></tr>"
        )
    return "".join(rows)


def _drawn(points: Sequence[CurvePoint]) -> str:
    """Precision over recall as a line, both from 0 to 1."""
    line = " ".join(f"{p.recall * _WIDTH:.1f},{(1 - p.precision) * _HEIGHT:.1f}" for p in points)
    return (
        f'<svg viewBox="-4 -4 {_WIDTH + 8} {_HEIGHT + 8}" role="img" aria-hidden="true">'
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" class="frame"/><polyline points="{line}"/></svg>'
    )
