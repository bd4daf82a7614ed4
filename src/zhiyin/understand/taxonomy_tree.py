"""The tree of a taxonomy as its file has it: each node with its own keys, nothing inherited."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import yaml

from zhiyin.understand.taxonomy import (
    CHOICES,
    FLAGS,
    FREE_TEXTS,
    PHRASE_KEYS,
    Taxonomy,
    build_taxonomy,
    read_yaml,
)

_LABELS = (*CHOICES, *FREE_TEXTS)
_WIDE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One aspect with the keys that stand with it; `labels` are group, cause, need, touchpoint, owner.

    `phrases` holds the lists that are not empty, by key; `flags` those that are true.
    """

    id: str
    zh: str
    en: str
    labels: Mapping[str, str] = field(default_factory=dict)
    phrases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    flags: frozenset[str] = frozenset()
    was: tuple[str, ...] = ()
    children: tuple[Node, ...] = ()

    def walk(self) -> Iterator[Node]:
        """This node and all below it, parents first."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """A whole taxonomy; changed only by making another one. `titles` are `zh` and `en` of the file."""

    name: str
    version: str
    titles: Mapping[str, str] = field(default_factory=dict)
    children: tuple[Node, ...]

    def walk(self) -> Iterator[Node]:
        """Every node, parents first."""
        for child in self.children:
            yield from child.walk()

    def find(self, aspect: str) -> Node | None:
        """The node of that id."""
        return next((node for node in self.walk() if node.id == aspect), None)

    def parent_of(self, aspect: str) -> Node | None:
        """The node right above; None at the top."""
        return next((node for node in self.walk() if any(one.id == aspect for one in node.children)), None)

    def siblings(self, parent: str | None) -> tuple[Node, ...]:
        """The children of a node, or of the whole."""
        above = self.find(parent) if parent is not None else None
        return above.children if above else self.children if parent is None else ()


def read_tree(text: str, *, file: str) -> Tree:
    """The tree of a YAML text; `file` is its name in messages. Comments are not kept.

    Raises:
        InvalidInput: the taxonomy is unusable; the message names node and key.
    """
    raw = read_yaml(text, file=file)
    taxonomy = build_taxonomy(raw, file=file)
    assert isinstance(raw, dict)
    return Tree(
        name=taxonomy.name,
        version=taxonomy.version,
        titles={key: str(raw[key]) for key in ("zh", "en") if raw.get(key)},
        children=tuple(_node(one) for one in raw["aspects"]),
    )


def write_tree(tree: Tree) -> str:
    """The YAML text: keys in the order of the documentation, each list of words on its line."""
    return str(
        yaml.dump(
            _mapping(tree),
            Dumper=_Dumper,
            allow_unicode=True,
            sort_keys=False,
            default_flow_style=False,
            width=_WIDE,
        )
    )


def to_taxonomy(tree: Tree, *, file: str = "taxonomy") -> Taxonomy:
    """The taxonomy that the tree is. Raises: `InvalidInput`, which names node and key."""
    return build_taxonomy(_mapping(tree), file=file)


def with_children(tree: Tree, parent: str | None, *, children: tuple[Node, ...]) -> Tree:
    """The tree with these children of a node, or of the whole."""
    if parent is None:
        return replace(tree, children=children)
    return replace_node(tree, parent, change=lambda node: replace(node, children=children))


def replace_node(tree: Tree, aspect: str, *, change: Callable[[Node], Node]) -> Tree:
    """The tree with the node of that id changed."""

    def walk(node: Node) -> Node:
        if node.id == aspect:
            return change(node)
        below = tuple(walk(child) for child in node.children)
        return node if below == node.children else replace(node, children=below)

    return replace(tree, children=tuple(walk(child) for child in tree.children))


def _node(raw: dict[str, object]) -> Node:
    below = raw.get("children", [])
    assert isinstance(below, list)
    return Node(
        id=str(raw["id"]).strip(),
        zh=str(raw["zh"]).strip(),
        en=str(raw["en"]).strip(),
        labels={key: str(raw[key]).strip() for key in _LABELS if raw.get(key) is not None},
        phrases={key: words for key in PHRASE_KEYS if (words := _words(raw.get(key)))},
        flags=frozenset(key for key in FLAGS if raw.get(key)),
        was=_words(raw.get("was")),
        children=tuple(_node(one) for one in below),
    )


def _words(value: object) -> tuple[str, ...]:
    return tuple(str(word).strip() for word in value) if isinstance(value, list) else ()


class _Line(list[str]):
    """Words that stand on one line."""


def _mapping(tree: Tree) -> dict[str, object]:
    return {
        "name": tree.name,
        "version": tree.version,
        **tree.titles,
        "aspects": [_node_mapping(node) for node in tree.children],
    }


def _node_mapping(node: Node) -> dict[str, object]:
    written: dict[str, object] = {"id": node.id, "zh": node.zh, "en": node.en}
    written |= {key: node.labels[key] for key in _LABELS if key in node.labels}
    written |= {key: True for key in FLAGS if key in node.flags}
    written |= {key: _Line(node.phrases[key]) for key in PHRASE_KEYS if node.phrases.get(key)}
    if node.was:
        written["was"] = _Line(node.was)
    if node.children:
        written["children"] = [_node_mapping(child) for child in node.children]
    return written


class _Dumper(yaml.SafeDumper):
    """Lists of aspects one below the other, indented below their key; lists of words in one line."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indents lists too, as the built-in files do."""
        super().increase_indent(flow, False)


_Dumper.add_representer(
    _Line, lambda dumper, words: dumper.represent_sequence("tag:yaml.org,2002:seq", words, flow_style=True)
)
