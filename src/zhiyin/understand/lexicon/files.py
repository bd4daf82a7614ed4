"""Reads the word lists of data/lexicon into entries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources

import yaml

from zhiyin.understand.contract import EMOTIONS, INTENTS, NEEDS, SIGNALS
from zhiyin.understand.lexicon.entries import NO_NAME, Entry, Kind

CAUSES = ("expectation", "product", "service")
AFTER_AND, AFTER_BUT, AFTER_THOUGH, AFTER_OTHERS = 0, 1, 2, 3
"""Values of a contrast: it parts clauses only, stresses what follows, grants it, or names something else."""
_CONTRASTS = {"and": AFTER_AND, "but": AFTER_BUT, "though": AFTER_THOUGH, "others": AFTER_OTHERS}
EXPECTED, PROMISED = 2, -1
"""Values of a hypothetical beside 1 (it has not happened) and 0 (it is past or wished)."""
TURNED, CONFIRMED, FACTUAL = 1, -1, 0
"""Values of what the speaker found: that is said to differ, to be so indeed, or follows as a bare fact."""
AHEAD, BELYING, SLOW = 1, -1, -2
"""Values of mockery: of what follows, of what went before, or of a speed that went before."""
_DOUBLED_REACH = 7.0
_WORD_KINDS = {
    "block": Kind.BLOCK,
    "closing": Kind.CLOSING,
    "denial": Kind.DENIAL,
    "report": Kind.REPORT,
    "untried": Kind.UNTRIED,
}
IN_BAD_WORDS, IN_GOOD_WORDS = 100, 200
"""Added to the name of an emotion whose phrase tells it only where the text is negative, or positive."""
_MOCKERY = {"ahead": AHEAD, "belying": BELYING, "slow": SLOW}
_OWN = {"turned": TURNED, "confirmed": CONFIRMED, "factual": FACTUAL}


@cache
def read_list(name: str) -> Mapping[str, object]:
    """Return the mapping in `data/lexicon/<name>.yaml`."""
    source = resources.files("zhiyin.understand").joinpath(f"data/lexicon/{name}.yaml")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    content = yaml.load(source.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506
    return _mapping(content)


@cache
def read_weights(name: str) -> dict[str, dict[str, float]]:
    """Return the weights in `data/lexicon/<name>.yaml`, by group and name."""
    groups = {group: _mapping(weights) for group, weights in read_list(name).items()}
    return {
        group: {key: float(str(value)) for key, value in weights.items()} for group, weights in groups.items()
    }


def field_entries() -> Iterator[Entry]:
    """Yield the entries of every field but the opinion words."""
    yield from _words()
    yield from _emotions()
    yield from _graded("intents", kind=Kind.INTENT, names=INTENTS)
    yield from _graded("causes", kind=Kind.CAUSE, names=CAUSES)
    yield from _needs()
    yield from _urgency()
    yield from _signals()


@cache
def urgency_reasons() -> tuple[str, ...]:
    """Return the names of the reasons for urgency, in the order of the file."""
    return tuple(reason for reason in read_list("urgency") if reason != "not")


def judgements() -> Iterator[tuple[str, float]]:
    """Yield the general opinion words with their polarity times strength, -1 to 1."""
    lists = read_list("opinions")
    for side, sign in (("positive", 1.0), ("negative", -1.0)):
        for strength, words in _mapping(lists[side]).items():
            for word in _list(words):
                yield word, sign * float(strength)


def word_group(name: str) -> frozenset[str]:
    """Return the opinion words of a group: `degree`, `yielding`, `final`, `middling` or `speedy`."""
    return frozenset(_list(read_list("words")[name]))


def _words() -> Iterator[Entry]:
    lists = read_list("words")
    for key, kind in _WORD_KINDS.items():
        yield from _plain(lists[key], kind=kind, name=0)
    for contrast, words in _mapping(lists["contrast"]).items():
        yield from _plain(words, kind=Kind.CONTRAST, name=0, value=float(_CONTRASTS[contrast]))
    for side, words in _mapping(lists["mockery"]).items():
        yield from _plain(words, kind=Kind.MOCKERY, name=0, value=float(_MOCKERY[side]))
    for side, words in _mapping(lists["own"]).items():
        yield from _plain(words, kind=Kind.OWN, name=0, value=float(_OWN[side]))
    for reach, words in _mapping(lists["negation"]).items():
        yield from _plain(words, kind=Kind.NEGATION, name=0, value=float(reach))
    yield from _plain(lists["doubled"], kind=Kind.NEGATION, name=0, value=-_DOUBLED_REACH)
    for is_open, words in _mapping(lists["hypothetical"]).items():
        yield from _plain(words, kind=Kind.HYPOTHETICAL, name=0, value=float(is_open))


def _graded(file: str, *, kind: Kind, names: tuple[str, ...]) -> Iterator[Entry]:
    """Yield a list of the form name → value → phrases."""
    yield from _grades(read_list(file), kind=kind, names=names)


def _grades(
    lists: Mapping[str, object], *, kind: Kind, names: tuple[str, ...], offset: int = 0
) -> Iterator[Entry]:
    for name, grades in lists.items():
        if name == "not":
            yield from _plain(grades, kind=kind, name=NO_NAME)
        elif name in names:
            for value, phrases in _mapping(grades).items():
                yield from _plain(phrases, kind=kind, name=offset + names.index(name), value=float(value))


def _emotions() -> Iterator[Entry]:
    lists = read_list("emotions")
    yield from _grades(lists, kind=Kind.EMOTION, names=EMOTIONS)
    for section, offset in (("in_bad_words", IN_BAD_WORDS), ("in_good_words", IN_GOOD_WORDS)):
        yield from _grades(_mapping(lists[section]), kind=Kind.EMOTION, names=EMOTIONS, offset=offset)


def _needs() -> Iterator[Entry]:
    for need, sides in read_list("needs").items():
        for side, phrases in _mapping(sides).items():
            met = {"met": 1.0, "unmet": 0.0}[side]
            yield from _plain(phrases, kind=Kind.NEED, name=_place(need, NEEDS), value=met)


def _urgency() -> Iterator[Entry]:
    reasons = urgency_reasons()
    for reason, entry in read_list("urgency").items():
        if reason == "not":
            yield from _plain(entry, kind=Kind.URGENCY, name=NO_NAME)
            continue
        level = _mapping(entry)["level"]
        assert isinstance(level, int)
        phrases = _mapping(entry)["phrases"]
        yield from _plain(phrases, kind=Kind.URGENCY, name=reasons.index(reason), value=level)


def _signals() -> Iterator[Entry]:
    for signal, entry in read_list("signals").items():
        place, parts = _place(signal, SIGNALS), _mapping(entry)
        yield from _plain(parts.get("not", []), kind=Kind.SIGNAL, name=NO_NAME)
        yield from _plain(parts.get("phrases", []), kind=Kind.SIGNAL, name=place)
        yield from _plain(parts.get("triggers", []), kind=Kind.TRIGGER, name=place)
        yield from _plain(parts.get("not_triggers", []), kind=Kind.TRIGGER, name=NO_NAME)
        yield from _plain(parts.get("not_units", []), kind=Kind.UNIT, name=NO_NAME)
        for unit, factor in _mapping(parts.get("units", {})).items():
            assert isinstance(factor, (int, float))
            yield Entry(phrase=unit, kind=Kind.UNIT, name=place, value=float(factor))


def _plain(phrases: object, *, kind: Kind, name: int, value: float = 1.0) -> Iterator[Entry]:
    for phrase in _list(phrases):
        yield Entry(phrase=phrase, kind=kind, name=name, value=value)


def _place(name: str, names: tuple[str, ...]) -> int:
    return names.index(name)


def _mapping(value: object) -> dict[str, object]:
    assert isinstance(value, Mapping)
    return {str(key): item for key, item in value.items()}


def _list(value: object) -> list[str]:
    assert isinstance(value, list)
    return [str(item) for item in value]
