"""What `zhiyin drivers` prints: a sentence with figures, the tables, and what is to be minded."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from zhiyin.cli.drivers_words import heading_of, name_of
from zhiyin.cli.words import say
from zhiyin.insight.drivers.table import Attribute, KanoAttribute, Why
from zhiyin.measure.estimate import SMALL_N, Estimate


def render_why(why: Why) -> RenderableType:
    """The whole answer for a terminal."""
    parts: list[RenderableType] = [Text(_headline(why)), Text(""), _driver_table(why)]
    if why.kano:
        parts += [Text(""), _kano_table(why.kano)]
    notes = list(_notes(why))
    return Group(*parts, *([Text("")] if notes else []), *(Text(note, style="dim") for note in notes))


def _headline(why: Why) -> str:
    result, first = why.result, why.attributes[0]
    explained, share = _percent(result.r_squared), _percent(first.driver.share)
    return say(
        f"{result.n:,} 份答卷中，{len(why.attributes)} 个要素解释了“{why.outcome}”差异的 {explained}；"
        f"最重要的是“{first.name}”，占其中的 {share}。",
        f"In {result.n:,} answers, {len(why.attributes)} attributes explain {explained} of the differences "
        f"in “{why.outcome}”; the heaviest is “{first.name}” with {share} of that.",
    )


def _driver_table(why: Why) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column(heading_of("attribute"), overflow="fold", min_width=14)
    names = ["share", "coefficient", "performance", "satisfied", "n", "quadrant"]
    has_stated = any(one.stated for one in why.attributes)
    names += ["stated", "stated_quadrant"] if has_stated else []
    for name in names:
        is_word = "quadrant" in name
        table.add_column(_short(name), justify="left" if is_word else "right", no_wrap=True)
    for one in why.attributes:
        cells = _cells(one)
        table.add_row(one.name, *(cells[name] for name in names))
    return table


def _short(name: str) -> str:
    return {
        "coefficient": say("多 1 分的效果", "per step"),
        "share": say("重要性占比", "importance"),
        "satisfied": say("高分占比", "top box"),
    }.get(name, heading_of(name))


def _cells(one: Attribute) -> dict[str, str]:
    driver = one.driver
    mark = "*" if driver.is_collinear else ""
    return {
        "share": _below(_percent(driver.share)),
        "coefficient": _below(_signed(driver.coefficient)) + mark,
        "performance": _plain(one.performance),
        "satisfied": "" if one.satisfied.value is None else f"{one.satisfied.value:.1%}",
        "n": f"{one.performance.n:,}",
        "quadrant": name_of(one.quadrant or ""),
        "stated": _plain(one.stated) if one.stated else "",
        "stated_quadrant": name_of(one.stated_quadrant or ""),
    }


def _kano_table(found: tuple[KanoAttribute, ...]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("Kano")
    for name in (*"AOMIRQ", "category", "better", "worse", "n"):
        table.add_column(heading_of(name), justify="left" if name == "category" else "right")
    for one in found:
        result = one.result
        category = name_of(result.category or "") + (
            "" if result.is_clear else say("（不明确）", " (unclear)")
        )
        table.add_row(
            one.name,
            *(str(n) for n in result.counts.values()),
            category,
            *(_signed(result.better), _signed(result.worse), f"{result.n:,}"),
        )
    return table


def _notes(why: Why) -> Iterator[str]:
    result = why.result
    if why.is_recognised:
        low, high = why.scale.worst, why.scale.best
        yield say(
            f"没有指定要素：取了与结果同为 {low:g} 至 {high:g} 分的列。",
            f"No columns were named: taken were those rated from {low:g} to {high:g} as the outcome is.",
        )
    if result.n_left_out or why.n_bad:
        n_left_out = result.n_left_out + why.n_bad
        yield say(f"{n_left_out:,} 行没有答完整，未计入。", f"{n_left_out:,} rows with a gap are left out.")
    for left in result.left_out:
        reason = name_of(left.reason)
        yield say(f"未使用“{left.name}”：{reason}。", f"Not used: “{left.name}”, {reason}.")
    if any(one.driver.is_collinear for one in why.attributes):
        yield say(
            "* 与其他要素几乎说的是同一件事（方差膨胀因子不低于 10）：请看占比，不要看单项效果。",
            "* Says nearly the same as the others (variance inflation of 10 or more): mind the shares, not "
            "the effect of one step.",
        )
    if result.n < SMALL_N:
        yield say(f"答卷少于 {SMALL_N} 份：仅供参考。", f"Fewer than {SMALL_N} answers: a hint at most.")
    apart = _apart(why)
    if apart is not None:
        yield say(
            f"按夏普利份额计算，占比最多相差 {apart:.1f} 个百分点。",
            f"By Shapley shares the importance differs by at most {apart:.1f} percentage points.",
        )
    yield say(
        "重要性是约翰逊相对权重；括号内是 95% 区间（自助法）。相关不等于因果。",
        "Importance is Johnson's relative weight; brackets hold the 95 % interval (bootstrap). A relation is "
        "no proof of a cause.",
    )


def _apart(why: Why) -> float | None:
    """How far the two methods lie apart at most, in percentage points; None where one has no figure."""
    total = why.result.r_squared.value
    drivers = [one.driver for one in why.attributes]
    if not total or any(one.shapley is None for one in drivers):
        return None
    return max(
        100 * abs((one.shapley.value or 0.0) - (one.weight.value or 0.0)) / total
        for one in drivers
        if one.shapley is not None
    )


def _percent(estimate: Estimate) -> str:
    return _interval(estimate, form=".1%")


def _plain(estimate: Estimate) -> str:
    return "" if estimate.value is None else f"{estimate.value:.2f}"


def _signed(estimate: Estimate) -> str:
    return _interval(estimate, form="+.2f")


def _below(text: str) -> str:
    """The interval in a line of its own."""
    return text.replace(" (", "\n(").replace(" – ", "–")


def _interval(estimate: Estimate, *, form: str) -> str:
    value, low, high = estimate.value, estimate.low, estimate.high
    if value is None:
        return ""
    if low is None or high is None:
        return format(value, form)
    return f"{value:{form}} ({low:{form}} – {high:{form}})"
