"""What is different between two taxonomies, aspect by aspect."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from zhiyin.understand.taxonomy import CHOICES, FLAGS, FREE_TEXTS, PHRASE_KEYS
from zhiyin.understand.taxonomy_tree import Node, Tree


class Difference(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One difference; `zh` and `en` name the aspect (as it was called, where it is gone).

    `kind`: `replaced` (another taxonomy altogether, `old` and `new` its names), `named` (the whole has
    another name), `added`, `removed`, `merged` (into `new`, an id), `renamed` (`old` and `new` in Chinese,
    or in English where only that differs), `moved` (`old` and `new` are ids of parents, empty at the top),
    `ordered`, `phrases` (`key`, `gained`, `lost`), `label` (`key`, `old`, `new`) or `flag` (`key`).
    `new_zh` and `new_en` are the names of the aspect that `new` is.
    """

    kind: str
    aspect: str = ""
    zh: str = ""
    en: str = ""
    key: str = ""
    old: str = ""
    new: str = ""
    new_zh: str = ""
    new_en: str = ""
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


def compare_trees(before: Tree, after: Tree) -> tuple[Difference, ...]:
    """What the later one has otherwise, in the order of its tree; empty where nothing differs.

    Where the two share no aspect, that alone is told.
    """
    old, new = {node.id: node for node in before.walk()}, {node.id: node for node in after.walk()}
    if not old.keys() & new.keys():
        return (Difference(kind="replaced", old=before.name, new=after.name),)
    return tuple(_differences(before, after, old=old, new=new))


def _differences(
    before: Tree, after: Tree, *, old: dict[str, Node], new: dict[str, Node]
) -> Iterator[Difference]:
    if before.name != after.name:
        yield Difference(kind="named", old=before.name, new=after.name)
    heirs = {gone: node for node in new.values() for gone in node.was}
    for aspect, node in old.items():
        if aspect not in new:
            gone = Difference(kind="removed", aspect=aspect, zh=node.zh, en=node.en)
            yield _led_to(gone, heirs[aspect], kind="merged") if aspect in heirs else gone
    for aspect, node in new.items():
        if aspect not in old:
            said = node.phrases.get("terms", ())
            yield Difference(kind="added", aspect=aspect, zh=node.zh, en=node.en, gained=said)
        else:
            yield from _of_node(old[aspect], node)
            yield from _of_place(before, after, aspect=aspect, node=node)


def _of_node(before: Node, after: Node) -> Iterator[Difference]:
    base = Difference(kind="", aspect=after.id, zh=after.zh, en=after.en)

    def told(kind: str, **more: object) -> Difference:
        return msgspec.structs.replace(base, kind=kind, **more)

    if before.zh != after.zh:
        yield told("renamed", old=before.zh, new=after.zh)
    elif before.en != after.en:
        yield told("renamed", old=before.en, new=after.en)
    for key in (*CHOICES, *FREE_TEXTS):
        if before.labels.get(key) != after.labels.get(key):
            yield told("label", key=key, old=before.labels.get(key, ""), new=after.labels.get(key, ""))
    for key in FLAGS:
        if (key in before.flags) != (key in after.flags):
            yield told("flag", key=key, new="true" if key in after.flags else "")
    for key in PHRASE_KEYS:
        was, now = before.phrases.get(key, ()), after.phrases.get(key, ())
        gained = tuple(one for one in now if one not in was)
        lost = tuple(one for one in was if one not in now)
        if gained or lost:
            yield told("phrases", key=key, gained=gained, lost=lost)


def _of_place(before: Tree, after: Tree, *, aspect: str, node: Node) -> Iterator[Difference]:
    old, new = before.parent_of(aspect), after.parent_of(aspect)
    old_id, new_id = old.id if old else "", new.id if new else ""
    if old_id != new_id:
        moved = Difference(kind="moved", aspect=aspect, zh=node.zh, en=node.en, old=old_id)
        yield _led_to(moved, new, kind="moved") if new else moved
        return
    before_it = _shared_before(before.siblings(old_id or None), after.siblings(new_id or None), aspect=aspect)
    after_it = _shared_before(after.siblings(new_id or None), before.siblings(old_id or None), aspect=aspect)
    if before_it != after_it:
        yield Difference(kind="ordered", aspect=aspect, zh=node.zh, en=node.en)


def _led_to(one: Difference, node: Node, *, kind: str) -> Difference:
    return msgspec.structs.replace(one, kind=kind, new=node.id, new_zh=node.zh, new_en=node.en)


def _shared_before(siblings: tuple[Node, ...], others: tuple[Node, ...], *, aspect: str) -> set[str]:
    """Siblings before it that both trees have."""
    known = {one.id for one in others}
    ids = [one.id for one in siblings]
    return {one for one in ids[: ids.index(aspect)] if one in known}
