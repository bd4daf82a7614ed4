"""Compiles the lines of the data files into clauses that fill in quickly."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain

from zhiyin.errors import InvalidInput
from zhiyin.listen.sample.datafiles import DATA, read_yaml

# Slots that depend on the voice. Those from `PRIVATE_FROM` on are somebody's private data.
LIVE = (
    *("drink", "drink2", "price", "price2", "oldprice", "store", "city", "city_en", "en_drink"),
    *("rival", "staff", "surname", "badge", "sweet", "ice", "when"),
)
PRIVATE = (
    *("phone", "name", "address", "wechat", "email", "order_number", "qq", "plate", "landline"),
    *("bank_card", "spam_wechat", "spam_qq", "spam_phone"),
)
PRIVATE_FROM = 100
_SLOT_NUMBERS = {name: i for i, name in enumerate(LIVE)} | {
    name: PRIVATE_FROM + i for i, name in enumerate(PRIVATE)
}
_SLOT_NUMBERS["order"] = _SLOT_NUMBERS["order_number"]

_SLOT = re.compile(r"<([a-z_0-9]+)>")
_MARK = re.compile(r"\s+@(\S+)")
_MIXED = re.compile(r"[A-Za-z]{2,}")
# What a clause needs to make sense: a drink of a kind, a time of the year.
_NEEDS = {
    "milk": re.compile("奶(?!茶)|奶味茶"),
    "fruit": re.compile("果肉|水果|果粒|柠檬|酸酸甜甜"),
    "summer": re.compile("夏天|冰冰凉凉|天太热|晒太阳|太阳底下|冷气|没有空调"),
    "winter": re.compile("天冷|热的喝下去|温吞"),
    "christmas": re.compile("圣诞"),
}
_HAN = re.compile(r"[\u4e00-\u9fff]")

Part = str | tuple[str, ...] | int


@dataclass(frozen=True, slots=True)
class Clause:
    """One compiled line: its parts, what it says of which aspect, what is special about it."""

    parts: tuple[Part, ...]
    polarity: str
    opinions: tuple[tuple[str, str], ...]
    marks: tuple[str, ...]
    where: str
    needs: str

    @property
    def is_sarcastic(self) -> bool:
        """Whether its words mean the opposite."""
        return "sarcasm" in self.marks


@cache
def slots() -> dict[str, tuple[str, ...]]:
    """The alternatives of each slot that does not depend on the voice."""
    return {name: tuple(line.split("|")) for name, line in read_yaml("slots.yaml", dict[str, str]).items()}


def _parts(template: str) -> Iterator[Part]:
    for i, piece in enumerate(_SLOT.split(template)):
        if i % 2 == 0:
            if piece:
                yield piece
        elif piece in _SLOT_NUMBERS:
            yield _SLOT_NUMBERS[piece]
        elif piece in slots():
            yield slots()[piece]
        else:
            raise InvalidInput(f"The sample's grammar names an unknown slot <{piece}>.", field=template)


def _need(template: str) -> str:
    return next((name for name, words in _NEEDS.items() if words.search(template)), "")


def compile_line(line: str, *, aspect: str | None = None, polarity: str = "neutral") -> Clause:
    """The clause of one line; `aspect` and `polarity` are those of its heading.

    Raises:
        InvalidInput: a slot is unknown.
    """
    marks = _MARK.findall(line)
    template = _MARK.sub("", line).strip()
    opinions = [(aspect, polarity)] if aspect else []
    opinions += [(name, value) for name, _, value in (m.partition(":") for m in marks) if value]
    special = [m for m in marks if ":" not in m and m not in {"in", "to"}]
    if _MIXED.search(_SLOT.sub("", template)) and _HAN.search(template):
        special.append("mixed_language")
    where = "in" if "in" in marks else "to" if "to" in marks else ""
    return Clause(tuple(_parts(template)), polarity, tuple(opinions), tuple(special), where, _need(template))


def compile_lines(block: str, *, aspect: str | None = None, polarity: str = "neutral") -> tuple[Clause, ...]:
    """The clauses of a block of lines."""
    lines = (line.strip() for line in block.splitlines())
    return tuple(compile_line(line, aspect=aspect, polarity=polarity) for line in lines if line)


def fitting(clauses: Iterable[Clause], *, is_takeaway: bool) -> tuple[Clause, ...]:
    """Those that can be said of a delivery, or of a visit."""
    other = "in" if is_takeaway else "to"
    return tuple(clause for clause in clauses if clause.where != other)


Pair = tuple[tuple[Clause, ...], tuple[Clause, ...]]  # of a visit, of a delivery


def _pair(clauses: tuple[Clause, ...]) -> Pair:
    return fitting(clauses, is_takeaway=False), fitting(clauses, is_takeaway=True)


@cache
def clauses() -> dict[tuple[str, str], Pair]:
    """(aspect, polarity) → clauses of a visit and of a delivery."""
    files = sorted((DATA / "clauses").glob("*.yaml"))
    trees = [read_yaml(f"clauses/{file.name}", dict[str, dict[str, str]]) for file in files]
    return {
        (aspect, polarity): _pair(compile_lines(block, aspect=aspect, polarity=polarity))
        for aspect, blocks in chain.from_iterable(tree.items() for tree in trees)
        for polarity, block in blocks.items()
    }


@cache
def english() -> tuple[dict[tuple[str, str], Pair], dict[str, Pair]]:
    """English clauses by (aspect, polarity), and what stands around them."""
    tree = read_yaml("english.yaml", dict[str, dict[str, str]])
    frames = {name: _pair(compile_lines(block)) for name, block in tree.pop("frames").items()}
    table = {
        (aspect, polarity): _pair(compile_lines(block, aspect=aspect, polarity=polarity))
        for aspect, blocks in tree.items()
        for polarity, block in blocks.items()
    }
    return table, frames


@cache
def phrases(name: str) -> dict[str, Pair]:
    """The plain blocks of `name`.yaml, such as openings, short texts, replies or lines of a call."""
    tree = read_yaml(f"{name}.yaml", dict[str, str])
    return {key: _pair(compile_lines(block, polarity=key)) for key, block in tree.items()}


@cache
def connectors(name: str) -> tuple[str, ...]:
    """Connecting words of frames.yaml with their punctuation."""
    return tuple(read_yaml("frames.yaml", dict[str, str])[name].split())


@cache
def incident_clauses(kind: str) -> tuple[Pair, Pair]:
    """What is said during an incident of this kind, and its urgent lines (may be empty)."""
    blocks = dict(read_yaml("incidents.yaml", dict[str, dict[str, str]])[kind])
    urgent = compile_lines(blocks.pop("urgent", ""), polarity="negative")
    [(heading, block)] = blocks.items()
    aspect, _, polarity = heading.partition(":")
    return _pair(compile_lines(block, aspect=aspect, polarity=polarity)), _pair(urgent)
