"""Strings built to be slow: from the parts of every pattern and list; time must grow as their length does."""

from __future__ import annotations

import importlib
import pkgutil
import re
import re._parser as sre
from collections.abc import Callable, Iterator
from functools import cache

import pytest
import yaml
from tests.costs import grows_at_most

import zhiyin.understand
from zhiyin.understand import Analyser
from zhiyin.understand.privacy import find_private
from zhiyin.understand.quality import assess_quality
from zhiyin.understand.text import fold_batch
from zhiyin.understand.text.lists import read_rows

N_SHORT, N_LONG = 25_000, 100_000
# Four times the signs may take four times as long, and as much again for caches, sorting and a busy machine.
MOST_GROWTH = 4 * 2.5


def grows_linearly(call: Callable[[str], object], unit: str) -> bool:
    short, long = ((unit * (n_signs // len(unit) + 1))[:n_signs] for n_signs in (N_SHORT, N_LONG))
    return grows_at_most(MOST_GROWTH, lambda: call(short), lambda: call(long))


def modules() -> Iterator[object]:
    prefix = zhiyin.understand.__name__ + "."
    for found in pkgutil.walk_packages(zhiyin.understand.__path__, prefix):
        if ".tests" not in found.name:
            yield importlib.import_module(found.name)


def patterns() -> list[re.Pattern[str]]:
    found: dict[str, re.Pattern[str]] = {}
    for module in modules():
        for value in vars(module).values():
            many = value if isinstance(value, (tuple, list)) else [value]
            found |= {one.pattern: one for one in many if isinstance(one, re.Pattern)}
    return [one for one in found.values() if isinstance(one.pattern, str)]


def sample(tree: object, *, n_times: int) -> str:
    """Return a string that the parsed pattern matches, or nearly; repeats are taken up to `n_times`."""
    parts = []
    for kind, what in tree:
        name = str(kind)
        if name == "LITERAL":
            parts.append(chr(what))
        elif name == "NOT_LITERAL":
            parts.append("啊" if what != ord("啊") else "a")
        elif name == "ANY":
            parts.append("a")
        elif name == "IN":
            parts.append(_sign_of(what))
        elif name in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}:
            least, most, inner = what
            parts.append(sample(inner, n_times=n_times) * max(int(least), min(int(most), n_times)))
        elif name == "SUBPATTERN":
            parts.append(sample(what[-1], n_times=n_times))
        elif name == "ATOMIC_GROUP":
            parts.append(sample(what, n_times=n_times))
        elif name == "BRANCH":
            parts.append(sample(what[1][-1], n_times=n_times))
    return "".join(parts)


def _sign_of(items: list[tuple[object, object]]) -> str:
    for kind, what in items:
        if str(kind) == "LITERAL":
            return chr(what)
        if str(kind) == "RANGE":
            return chr(what[0])
        if str(kind) == "CATEGORY":
            return {"CATEGORY_DIGIT": "1", "CATEGORY_SPACE": " "}.get(str(what), "a")
    return "a"


def hostile_units(pattern: str) -> set[str]:
    """Return what to repeat: matches, matches without an end, their halves, single signs."""
    tree = sre.parse(pattern)
    units = {sample(tree, n_times=n_times) for n_times in (1, 3)}
    units |= {unit[:-1] for unit in units} | {unit[: len(unit) // 2] for unit in units}
    units |= {sign for unit in units for sign in unit[:6]}
    return {unit for unit in units if unit and "\n" not in unit}


PATTERNS = patterns()


def test_the_patterns_of_the_room_are_found():
    assert len(PATTERNS) > 15


@pytest.mark.parametrize("pattern", PATTERNS, ids=[one.pattern[:24] for one in PATTERNS])
def test_no_pattern_backtracks_from_one_place(pattern):
    # Where a pattern is tried at many places the product bounds the window; the tests below run it so.
    slow = [unit for unit in hostile_units(pattern.pattern) if not grows_linearly(pattern.match, unit)]
    assert slow == []


@pytest.mark.slow
def test_no_part_of_a_pattern_makes_the_analyser_slow():
    units = {sample(sre.parse(one.pattern), n_times=3) for one in PATTERNS}
    units |= {unit[:-1] for unit in units}
    units = {unit.replace("\n", "") for unit in units} - {""}
    assert [unit for unit in sorted(units) if not grows_linearly(analyser().analyse, unit)] == []


@cache
def analyser() -> Analyser:
    return Analyser(taxonomy="general", private_patterns=["XZ##########"])


def phrases_of(name: str) -> list[str]:
    folder = importlib.resources.files("zhiyin.understand") / "data/lexicon"
    found: list[str] = []

    def walk(value: object) -> None:
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, dict):
            found.extend(str(key) for key in value if len(str(key)) < 8)
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    walk(yaml.safe_load((folder / f"{name}.yaml").read_text(encoding="utf-8")))
    return found


def list_units(name: str) -> Iterator[tuple[str, str]]:
    """Yield hostile units of a list: everything in it, the ends of its gaps, heads without tails."""
    found = phrases_of(name)
    gaps = [one.split("…", 1) for one in found if "…" in one]
    yield "all", "".join(one.replace("…", "") for one in found)
    yield "shortest", "".join(sorted(found, key=len)[:40])
    if gaps:
        yield "heads", "".join(head for head, _ in gaps)
        yield "tails", "".join(tail for _, tail in gaps)
        yield "pairs", "".join(head + tail for head, tail in gaps)


LISTS = ("causes", "emotions", "intents", "needs", "opinions", "signals", "urgency", "words")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "kind", "unit"), [(name, kind, unit) for name in LISTS for kind, unit in list_units(name)]
)
def test_no_list_makes_the_analyser_slow(name, kind, unit):
    assert grows_linearly(analyser().analyse, unit), f"{kind} of {name}"


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit",
    [
        "不",
        "不是不",
        "虽然但是",
        "等了1小时",
        "三点才",
        "12:00送12:50才",
        "一",
        "1",
        "1-",
        "一三八",
        "138 ",
        "@",
        "a@b.",
        "微信",
        "微信a",
        "中山路1号",
        "路1号2栋",
        "京A",
        "京A1",
        "先生",
        "王先生",
        "订单号",
        "XZ1",
        "好评返现",
        "五星送",
        "<",
        "<a",
        "&",
        "&#1",
        "锟斤拷",
        "鎴戠殑",
        "Ã©",
        "😀",
        "\u200d",
        "\ud800",
        "ー",
        "ا",
        "。",
        "，",
        '"',
        " ",
        "the ",
        "好吃但是",
    ],
)
def test_no_repeated_part_makes_the_analyser_slow(unit):
    assert grows_linearly(analyser().analyse, unit)


@pytest.mark.parametrize("file", ["private_cues.tsv", "quality_cues.tsv", "name_signs.tsv", "not_names.txt"])
def test_no_cue_makes_the_search_slow(file):
    unit = "".join(row[-1] for row in read_rows(file))[:20_000]

    def search(text: str) -> None:
        folded = fold_batch([text])
        assess_quality(folded, private=find_private(folded))

    assert grows_linearly(search, unit.replace(" ", ""))
    assert grows_linearly(search, unit)
