"""The taxonomy: a tree of aspects with their terms and evaluative words, read from YAML."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path

import yaml

from zhiyin.errors import InvalidInput
from zhiyin.understand.contract import NEEDS

BUILT_IN: tuple[str, ...] = (
    "general",
    "restaurant",
    "hotels_sights",
    "retail",
    "telecom",
    "appliances",
    "cars",
    "public_services",
)
GROUPS = ("quality", "service", "cleanliness")
CAUSES = ("expectation", "product", "service")
MAX_LEVELS = 5
PHRASE_KEYS = (
    "terms",
    "weak_terms",
    "patterns",
    "exclusions",
    "positive",
    "negative",
    "positive_with_term",
    "negative_with_term",
    "too_much",
)
FLAGS = ("speaks_of_children", "takes_the_rest", "mention_praises")
CHOICES = {"group": GROUPS, "cause": CAUSES, "need": NEEDS}
FREE_TEXTS = ("touchpoint", "owner")
MAX_FREE_TEXT = 60
_NODE_KEYS = {"id", "zh", "en", "was", "children", *CHOICES, *FREE_TEXTS, *FLAGS, *PHRASE_KEYS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Aspect:
    """One node of the tree.

    `terms` name the aspect by themselves, `weak_terms` only beside a judgement; `positive` and
    `negative` words imply it; the `_with_term` words judge it only beside one of its terms;
    `too_much` words are faults after 太, 有点, 偏. `exclusions` are phrases that look like terms and
    are none. `speaks_of_children`: its own terms speak of each child (环境不错). `takes_the_rest`: judgements
    on nothing that is named are ascribed to it. `mention_praises`: to name it is to praise it (在步行街上).
    `touchpoint` is where on their way customers meet it, `owner` whoever minds it. These two, `group`,
    `cause` and `need` are inherited from the parent where a node has none. `was`: ids of aspects that were
    merged into it.
    """

    id: str
    zh: str
    en: str
    parent: str | None
    level: int
    group: str | None
    cause: str | None
    need: str | None
    terms: tuple[str, ...]
    weak_terms: tuple[str, ...]
    patterns: tuple[str, ...]
    exclusions: tuple[str, ...]
    positive: tuple[str, ...]
    negative: tuple[str, ...]
    positive_with_term: tuple[str, ...]
    negative_with_term: tuple[str, ...]
    too_much: tuple[str, ...]
    speaks_of_children: bool = False
    takes_the_rest: bool = False
    mention_praises: bool = False
    touchpoint: str | None = None
    owner: str | None = None
    was: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Taxonomy:
    """A named, versioned tree of aspects, in the order of the file (parents before children)."""

    name: str
    version: str
    aspects: tuple[Aspect, ...]

    @property
    def label(self) -> str:
        """`name@version`, as stored with every result."""
        return f"{self.name}@{self.version}"

    def names(self, language: str) -> dict[str, str]:
        """Each aspect's name by its id, in Chinese (`zh`) or English."""
        return {one.id: one.zh if language == "zh" else one.en for one in self.aspects}

    def heirs(self) -> dict[str, str]:
        """The aspect that each one which was merged away went into, by the id that it had."""
        return {old: one.id for one in self.aspects for old in one.was}


def load_taxonomy(name_or_path: str | Path) -> Taxonomy:
    """Return a built-in taxonomy by name, or the one in a YAML file.

    Raises:
        InvalidInput: no such file or name, broken YAML, unknown key, double id or term, more than
            five levels; the message names file, node and key.
    """
    if isinstance(name_or_path, str) and name_or_path in BUILT_IN:
        return _built_in(name_or_path)
    path = Path(name_or_path)
    try:
        content = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(
            f"The taxonomy {str(name_or_path)!r} cannot be read: {type(error).__name__}.",
            next_step=f"Give a UTF-8 YAML file or one of: {', '.join(BUILT_IN)}.",
            field="taxonomy",
        ) from error
    return parse_taxonomy(content, file=path.name)


@lru_cache(maxsize=len(BUILT_IN))
def _built_in(name: str) -> Taxonomy:
    source = resources.files("zhiyin.understand").joinpath(f"taxonomies/{name}.yaml")
    return parse_taxonomy(source.read_text(encoding="utf-8"), file=f"{name}.yaml")


@cache
def shipped_names(language: str) -> Mapping[str, str]:
    """Each aspect's name by its id, of all built-in taxonomies; the first that has an aspect names it.

    Reading them all takes a second, once.
    """
    return ChainMap(*(_built_in(name).names(language) for name in BUILT_IN))


def parse_taxonomy(content: str, *, file: str) -> Taxonomy:
    """Return the taxonomy of a YAML text; `file` is its name in messages. Raises: `InvalidInput`."""
    return build_taxonomy(read_yaml(content, file=file), file=file)


def read_yaml(content: str, *, file: str) -> object:
    """Return what a YAML text holds; `file` is its name in messages. Raises: `InvalidInput`."""
    try:
        return yaml.load(content, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}" if mark else ""
        raise _invalid(file, where="file", problem=f"is no valid YAML{where}") from error


def build_taxonomy(tree: object, *, file: str) -> Taxonomy:
    """Return the taxonomy of what a YAML text holds, read already. Raises: `InvalidInput`."""
    if not isinstance(tree, dict):
        raise _invalid(file, where="file", problem="must be a mapping with name, version, aspects")
    return _Reader(file).read(tree)


def _invalid(file: str, *, where: str, problem: str) -> InvalidInput:
    return InvalidInput(
        f"Taxonomy {file}: {where} {problem}.",
        next_step="Compare it with a built-in one, such as understand/taxonomies/restaurant.yaml.",
        field=where,
    )


class _Reader:
    """Walks the tree of one file and gathers its aspects."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._aspects: list[Aspect] = []
        self._ids: set[str] = set()
        self._owners: dict[str, str] = {}
        self._was: dict[str, str] = {}

    def read(self, tree: dict[object, object]) -> Taxonomy:
        name, version = self._text(tree, "name", at=""), self._text(tree, "version", at="")
        unknown = {str(key) for key in tree} - {"name", "version", "aspects", "zh", "en"}
        if unknown:
            raise _invalid(self._file, where=sorted(unknown)[0], problem="is an unknown key")
        self._children(tree.get("aspects"), key="aspects", parent=None)
        for old, where in self._was.items():
            if old in self._ids:
                raise _invalid(self._file, where=where, problem=f"names {old!r}, an aspect that is there")
        return Taxonomy(name=name, version=version, aspects=tuple(self._aspects))

    def _children(self, nodes: object, *, key: str, parent: Aspect | None) -> None:
        if not isinstance(nodes, list) or not nodes:
            raise _invalid(self._file, where=key, problem="must be a list of at least one aspect")
        for place, node in enumerate(nodes):
            if not isinstance(node, dict):
                raise _invalid(self._file, where=f"{key}[{place}]", problem="must be a mapping")
            self._node(node, at=f"{key}[{place}]", parent=parent)

    def _node(self, node: dict[object, object], *, at: str, parent: Aspect | None) -> None:
        level = parent.level + 1 if parent else 1
        if level > MAX_LEVELS:
            raise _invalid(self._file, where=at, problem=f"is deeper than {MAX_LEVELS} levels")
        unknown = {str(key) for key in node} - _NODE_KEYS
        if unknown:
            raise _invalid(self._file, where=f"{at}.{sorted(unknown)[0]}", problem="is an unknown key")
        aspect = self._aspect(node, at=at, parent=parent, level=level)
        self._ids.add(aspect.id)
        self._aspects.append(aspect)
        if "children" in node:
            self._children(node["children"], key=f"{at}.children", parent=aspect)

    def _aspect(self, node: dict[object, object], *, at: str, parent: Aspect | None, level: int) -> Aspect:
        aspect_id = self._text(node, "id", at=at)
        if aspect_id in self._ids:
            raise _invalid(self._file, where=f"{at}.id", problem=f"repeats the id {aspect_id!r}")
        phrases = {key: self._phrases(node, key, at=at) for key in PHRASE_KEYS}
        for phrase in (*phrases["terms"], *phrases["weak_terms"]):
            if self._owners.setdefault(phrase.lower(), aspect_id) != aspect_id:
                owner = self._owners[phrase.lower()]
                raise _invalid(
                    self._file, where=f"{at}.terms", problem=f"has {phrase!r}, a term of {owner!r} too"
                )
        was = self._phrases(node, "was", at=at)
        for old in was:
            if old in self._was:
                raise _invalid(self._file, where=f"{at}.was", problem=f"repeats the id {old!r}")
            self._was[old] = f"{at}.was"
        return Aspect(
            id=aspect_id,
            zh=self._text(node, "zh", at=at),
            en=self._text(node, "en", at=at),
            parent=parent.id if parent else None,
            level=level,
            group=self._choice(node, "group", at=at) or (parent.group if parent else None),
            cause=self._choice(node, "cause", at=at) or (parent.cause if parent else None),
            need=self._choice(node, "need", at=at) or (parent.need if parent else None),
            touchpoint=self._free(node, "touchpoint", at=at) or (parent.touchpoint if parent else None),
            owner=self._free(node, "owner", at=at) or (parent.owner if parent else None),
            was=was,
            speaks_of_children=self._flag(node, "speaks_of_children", at=at),
            takes_the_rest=self._flag(node, "takes_the_rest", at=at),
            mention_praises=self._flag(node, "mention_praises", at=at),
            **phrases,
        )

    def _text(self, node: dict[object, object], key: str, *, at: str) -> str:
        value = node.get(key)
        where = f"{at}.{key}" if at else key
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str) or not value.strip():
            raise _invalid(self._file, where=where, problem="must be a text that is not empty")
        return value.strip()

    def _free(self, node: dict[object, object], key: str, *, at: str) -> str | None:
        if node.get(key) is None:
            return None
        value = self._text(node, key, at=at)
        if len(value) > MAX_FREE_TEXT:
            raise _invalid(self._file, where=f"{at}.{key}", problem=f"is longer than {MAX_FREE_TEXT} signs")
        return value

    def _choice(self, node: dict[object, object], key: str, *, at: str) -> str | None:
        value, allowed = node.get(key), CHOICES[key]
        if value is not None and value not in allowed:
            raise _invalid(self._file, where=f"{at}.{key}", problem=f"must be one of {', '.join(allowed)}")
        return None if value is None else str(value)

    def _flag(self, node: dict[object, object], key: str, *, at: str) -> bool:
        value = node.get(key, False)
        if not isinstance(value, bool):
            raise _invalid(self._file, where=f"{at}.{key}", problem="must be true or false")
        return value

    def _phrases(self, node: dict[object, object], key: str, *, at: str) -> tuple[str, ...]:
        value = node.get(key, [])
        if not isinstance(value, list):
            raise _invalid(self._file, where=f"{at}.{key}", problem="must be a list of words")
        for word in value:
            if isinstance(word, bool) or not isinstance(word, (str, int)) or not str(word).strip():
                raise _invalid(self._file, where=f"{at}.{key}", problem=f"has {word!r}, which is no word")
        return tuple(str(word).strip() for word in value)
