"""Carries changes of a taxonomy out, on a tree that stays as it was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import reduce, singledispatch

from zhiyin.errors import InvalidInput, NotFound
from zhiyin.understand.taxonomy import CHOICES, FREE_TEXTS, MAX_LEVELS, PHRASE_KEYS
from zhiyin.understand.taxonomy_edits import (
    AddAspect,
    AddPhrases,
    Edit,
    MergeAspect,
    MoveAspect,
    NameTaxonomy,
    RemoveAspect,
    RemovePhrases,
    RenameAspect,
    SetLabels,
    SplitAspect,
)
from zhiyin.understand.taxonomy_tree import Node, Tree, replace_node, to_taxonomy, with_children

MAX_PHRASE = 60
"""Signs; what is longer is no term but a sentence."""
MAX_PHRASES = 2_000
"""At once: more is a file, which can be uploaded."""
_NAMING = ("terms", "weak_terms")


def edit_tree(tree: Tree, edit: Edit) -> Tree:
    """The tree after one change, fit to be used.

    Raises:
        NotFound: an aspect that the change names is not there.
        InvalidInput: what comes out would be unusable; the message names aspect and phrase.
    """
    changed = _apply(edit, tree)
    to_taxonomy(changed)
    return changed


def replay_edits(tree: Tree, edits: Iterable[Edit]) -> Tree:
    """The tree after all the changes. Raises: as `edit_tree`."""
    changed = reduce(lambda so_far, edit: _apply(edit, so_far), edits, tree)
    to_taxonomy(changed)
    return changed


def clean_phrases(phrases: Iterable[str]) -> tuple[str, ...]:
    """Phrases without space around them, each once, in their order.

    Raises:
        InvalidInput: one is longer than `MAX_PHRASE` signs, or there are more than `MAX_PHRASES`.
    """
    found = tuple(dict.fromkeys(phrase.strip() for phrase in phrases if phrase.strip()))
    if len(found) > MAX_PHRASES:
        raise InvalidInput(f"More than {MAX_PHRASES} phrases at once.", field="phrases")
    for phrase in found:
        if len(phrase) > MAX_PHRASE:
            raise InvalidInput(
                f"“{phrase[:20]}…” is longer than {MAX_PHRASE} signs.",
                next_step="Give single words or short phrases.",
                field="phrases",
            )
    return found


@singledispatch
def _apply(edit: object, _tree: Tree) -> Tree:
    raise TypeError(f"{type(edit).__name__} is no change of a taxonomy.")


@_apply.register
def _add(edit: AddAspect, tree: Tree) -> Tree:
    if edit.parent is not None:
        _get(tree, edit.parent)
    node = _new_node(tree, edit.aspect, zh=edit.zh, en=edit.en, phrases={})
    node = _with_phrases(tree, node, key="terms", added=clean_phrases(edit.terms))
    grown = with_children(tree, edit.parent, children=(*tree.siblings(edit.parent), node))
    return _not_too_deep(grown)


@_apply.register
def _rename(edit: RenameAspect, tree: Tree) -> Tree:
    _get(tree, edit.aspect)
    zh, en = _names(edit.zh, edit.en)
    return replace_node(tree, edit.aspect, change=lambda node: replace(node, zh=zh, en=en))


@_apply.register
def _set_labels(edit: SetLabels, tree: Tree) -> Tree:
    _get(tree, edit.aspect)
    wanted = {
        key: value.strip()
        for key in (*CHOICES, *FREE_TEXTS)
        if (value := getattr(edit, key)) is not None and value.strip()
    }
    for key, allowed in CHOICES.items():
        if key in wanted and wanted[key] not in allowed:
            raise InvalidInput(f"“{wanted[key]}” is none of: {', '.join(allowed)}.", field=key)
    return replace_node(tree, edit.aspect, change=lambda node: replace(node, labels=wanted))


@_apply.register
def _add_phrases(edit: AddPhrases, tree: Tree) -> Tree:
    node = _get(tree, edit.aspect)
    grown = _with_phrases(tree, node, key=_key(edit.key), added=clean_phrases(edit.phrases))
    return replace_node(tree, edit.aspect, change=lambda _node: grown)


@_apply.register
def _remove_phrases(edit: RemovePhrases, tree: Tree) -> Tree:
    node, key = _get(tree, edit.aspect), _key(edit.key)
    gone = {phrase.strip() for phrase in edit.phrases}
    left = tuple(phrase for phrase in node.phrases.get(key, ()) if phrase not in gone)
    less = replace(node, phrases=_filled({**node.phrases, key: left}))
    return replace_node(tree, edit.aspect, change=lambda _node: less)


@_apply.register
def _remove(edit: RemoveAspect, tree: Tree) -> Tree:
    _get(tree, edit.aspect)
    return _without(tree, edit.aspect)


@_apply.register
def _move(edit: MoveAspect, tree: Tree) -> Tree:
    node = _get(tree, edit.aspect)
    if edit.parent is not None:
        _outside(node, _get(tree, edit.parent), doing="moved below")
    rest = with_children(
        tree,
        _parent_id(tree, edit.aspect),
        children=tuple(one for one in tree.siblings(_parent_id(tree, edit.aspect)) if one is not node),
    )
    others = rest.siblings(edit.parent)
    places = [place for place, one in enumerate(others) if one.id == edit.before]
    at = places[0] if places else len(others)
    moved = with_children(rest, edit.parent, children=(*others[:at], node, *others[at:]))
    return _not_too_deep(moved)


@_apply.register
def _merge(edit: MergeAspect, tree: Tree) -> Tree:
    gone, into = _get(tree, edit.aspect), _get(tree, edit.into)
    _outside(gone, into, doing="merged into")
    rest = _without(tree, gone.id)
    kept = _get(rest, into.id)
    united = {
        key: tuple(dict.fromkeys((*kept.phrases.get(key, ()), *gone.phrases.get(key, ()))))
        for key in PHRASE_KEYS
    }
    united["weak_terms"] = tuple(one for one in united["weak_terms"] if one not in united["terms"])
    whole = replace(
        kept,
        phrases=_filled(united),
        was=tuple(dict.fromkeys((*kept.was, gone.id, *gone.was))),
        children=(*kept.children, *gone.children),
    )
    return _not_too_deep(replace_node(rest, into.id, change=lambda _node: whole))


@_apply.register
def _split(edit: SplitAspect, tree: Tree) -> Tree:
    node = _get(tree, edit.aspect)
    taken = set(clean_phrases(edit.phrases))
    moved = {key: tuple(one for one in node.phrases.get(key, ()) if one in taken) for key in PHRASE_KEYS}
    left = {key: tuple(one for one in node.phrases.get(key, ()) if one not in taken) for key in PHRASE_KEYS}
    if not any(moved.values()):
        raise InvalidInput(
            f"None of these phrases is one of “{node.zh}”.",
            next_step="Choose at least one that goes to the new aspect.",
            field="phrases",
        )
    new = replace(
        _new_node(tree, edit.id, zh=edit.zh, en=edit.en, phrases=_filled(moved)), labels=node.labels
    )
    parent = _parent_id(tree, node.id)
    children = [
        one
        for sibling in tree.siblings(parent)
        for one in ((replace(node, phrases=_filled(left)), new) if sibling is node else (sibling,))
    ]
    return with_children(tree, parent, children=tuple(children))


@_apply.register
def _name(edit: NameTaxonomy, tree: Tree) -> Tree:
    name = edit.name.strip()
    if not name or "@" in name or len(name) > MAX_PHRASE:
        raise InvalidInput("A taxonomy needs a short name without @.", field="name")
    return replace(tree, name=name)


def _get(tree: Tree, aspect: str) -> Node:
    found = tree.find(aspect)
    if found is None:
        raise NotFound(f"There is no aspect “{aspect}” in this taxonomy.")
    return found


def _parent_id(tree: Tree, aspect: str) -> str | None:
    parent = tree.parent_of(aspect)
    return parent.id if parent else None


def _without(tree: Tree, aspect: str) -> Tree:
    parent = _parent_id(tree, aspect)
    left = tuple(one for one in tree.siblings(parent) if one.id != aspect)
    if not left and parent is None:
        raise InvalidInput("The last aspect cannot go.", next_step="Add another one first.")
    return with_children(tree, parent, children=left)


def _new_node(tree: Tree, aspect: str, *, zh: str, en: str, phrases: Mapping[str, tuple[str, ...]]) -> Node:
    name = aspect.strip()
    if not name:
        raise InvalidInput("An aspect needs an id.", field="id")
    for node in tree.walk():
        if node.id == name or name in node.was:
            raise InvalidInput(
                f"The id “{name}” is that of “{node.zh}” already.", next_step="Choose another id.", field="id"
            )
    zh, en = _names(zh, en)
    return Node(id=name, zh=zh, en=en, phrases=phrases)


def _names(zh: str, en: str) -> tuple[str, str]:
    zh, en = zh.strip(), en.strip()
    for key, name in (("zh", zh), ("en", en)):
        if not name or len(name) > MAX_PHRASE:
            raise InvalidInput(f"A name in both languages, of at most {MAX_PHRASE} signs each.", field=key)
    return zh, en


def _key(key: str) -> str:
    if key not in PHRASE_KEYS:
        raise InvalidInput(f"“{key}” is none of: {', '.join(PHRASE_KEYS)}.", field="key")
    return key


def _with_phrases(tree: Tree, node: Node, *, key: str, added: tuple[str, ...]) -> Node:
    if key in _NAMING:
        _belongs_to_nobody_else(tree, node, phrases=added)
    return replace(
        node,
        phrases=_filled({**node.phrases, key: tuple(dict.fromkeys((*node.phrases.get(key, ()), *added)))}),
    )


def _filled(phrases: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {key: phrases[key] for key in PHRASE_KEYS if phrases.get(key)}


def _belongs_to_nobody_else(tree: Tree, node: Node, *, phrases: tuple[str, ...]) -> None:
    wanted = {phrase.lower(): phrase for phrase in phrases}
    for other in tree.walk():
        for term in (*other.phrases.get("terms", ()), *other.phrases.get("weak_terms", ())):
            if other.id != node.id and term.lower() in wanted:
                raise InvalidInput(
                    f"“{wanted[term.lower()]}” is a term of “{other.zh}” already.",
                    next_step="Remove it there first.",
                    field="phrases",
                )


def _outside(node: Node, other: Node, *, doing: str) -> None:
    if any(one.id == other.id for one in node.walk()):
        raise InvalidInput(f"“{node.zh}” cannot be {doing} itself or what is below it.", field="parent")


def _not_too_deep(tree: Tree) -> Tree:
    def deepest(nodes: tuple[Node, ...]) -> int:
        return 1 + max(deepest(node.children) for node in nodes) if nodes else 0

    if deepest(tree.children) > MAX_LEVELS:
        raise InvalidInput(f"A taxonomy has at most {MAX_LEVELS} levels.", next_step="Choose a higher place.")
    return tree
