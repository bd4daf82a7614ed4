"""Reads what people send from the editor of the taxonomy: each form is one or two changes."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.http import QueryDict

from zhiyin.errors import InvalidInput
from zhiyin.listen.services.taxonomy_versions import Draft
from zhiyin.understand.taxonomy import CHOICES, FREE_TEXTS
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
from zhiyin.understand.taxonomy_tree import Node, Tree

_BETWEEN = re.compile(r"[\n\r\t,，、;；|]+")
_NO_ID = re.compile(r"[^a-z0-9]+")
_MAX_ID = 60
TOP = "-"
"""Stands for “no parent” in selects, where an empty value would be left out of the address."""


def read_edits(sent: QueryDict, *, draft: Draft) -> list[Edit]:
    """The changes that a form of the editor asks for; none where it says what is so already.

    Raises:
        InvalidInput: a field is wrong, or there is no such form.
    """
    reader = _READERS.get(sent.get("kind", ""))
    if reader is None:
        raise InvalidInput("There is no such change.", field="kind")
    return reader(sent, draft.tree)


def split_phrases(text: str) -> tuple[str, ...]:
    """Phrases pasted in lines or with commas of either kind between them; spaces belong to a phrase."""
    return tuple(phrase.strip() for phrase in _BETWEEN.split(text) if phrase.strip())


def make_id(tree: Tree, *, en: str, parent: str | None) -> str:
    """A fresh id from the English name, after its parent's id."""
    known = {one for node in tree.walk() for one in (node.id, *node.was)}
    name = _NO_ID.sub("_", en.lower()).strip("_") or "aspect"
    whole = f"{parent}_{name}"[:_MAX_ID] if parent else name[:_MAX_ID]
    found, number = whole, 2
    while found in known:
        found, number = f"{whole}_{number}", number + 1
    return found


def _add(sent: QueryDict, tree: Tree) -> list[Edit]:
    parent = _place(sent.get("parent", ""))
    zh, en = sent.get("zh", ""), sent.get("en", "")
    name = sent.get("id", "").strip() or make_id(tree, en=en, parent=parent)
    terms = split_phrases(sent.get("phrases", ""))
    return [AddAspect(aspect=_id(name), zh=zh, en=en, parent=parent, terms=terms)]


def _set(sent: QueryDict, tree: Tree) -> list[Edit]:
    """Names and labels stand in one form."""
    node = _node(tree, sent)
    zh, en = sent.get("zh", "").strip(), sent.get("en", "").strip()
    labels = {key: sent.get(key, "").strip() for key in (*CHOICES, *FREE_TEXTS)}
    edits: list[Edit] = []
    if (zh, en) != (node.zh, node.en):
        edits.append(RenameAspect(aspect=node.id, zh=zh, en=en))
    if {key: value for key, value in labels.items() if value} != dict(node.labels):
        edits.append(SetLabels(aspect=node.id, **{key: value or None for key, value in labels.items()}))
    return edits


def _add_phrases(sent: QueryDict, tree: Tree) -> list[Edit]:
    node = _node(tree, sent)
    phrases = split_phrases(sent.get("phrases", ""))
    if not phrases:
        raise InvalidInput("Type a word first.", field="phrases")
    return [AddPhrases(aspect=node.id, key=sent.get("key", ""), phrases=phrases)]


def _remove_phrases(sent: QueryDict, tree: Tree) -> list[Edit]:
    gone = tuple(sent.getlist("phrase"))
    return [RemovePhrases(aspect=_node(tree, sent).id, key=sent.get("key", ""), phrases=gone)] if gone else []


def _move(sent: QueryDict, tree: Tree) -> list[Edit]:
    node = _node(tree, sent)
    parent = _place(sent.get("parent", ""))
    above = tree.parent_of(node.id)
    if parent == (above.id if above else None):
        return []
    return [MoveAspect(aspect=node.id, parent=parent)]


def _shift(sent: QueryDict, tree: Tree) -> list[Edit]:
    """One place up or down among its siblings."""
    node = _node(tree, sent)
    above = tree.parent_of(node.id)
    parent = above.id if above else None
    ids = [one.id for one in tree.siblings(parent)]
    at = ids.index(node.id)
    if sent.get("way") == "up":
        return [MoveAspect(aspect=node.id, parent=parent, before=ids[at - 1])] if at else []
    if at == len(ids) - 1:
        return []
    before = ids[at + 2] if at + 2 < len(ids) else None
    return [MoveAspect(aspect=node.id, parent=parent, before=before)]


def _merge(sent: QueryDict, tree: Tree) -> list[Edit]:
    return [MergeAspect(aspect=_node(tree, sent).id, into=sent.get("into", ""))]


def _split(sent: QueryDict, tree: Tree) -> list[Edit]:
    node = _node(tree, sent)
    zh, en = sent.get("zh", ""), sent.get("en", "")
    above = tree.parent_of(node.id)
    name = sent.get("id", "").strip() or make_id(tree, en=en, parent=above.id if above else None)
    return [SplitAspect(aspect=node.id, id=_id(name), zh=zh, en=en, phrases=tuple(sent.getlist("phrase")))]


def _remove(sent: QueryDict, tree: Tree) -> list[Edit]:
    return [RemoveAspect(aspect=_node(tree, sent).id)]


def _name(sent: QueryDict, tree: Tree) -> list[Edit]:
    name = sent.get("name", "").strip()
    return [NameTaxonomy(name=name)] if name != tree.name else []


def _node(tree: Tree, sent: QueryDict) -> Node:
    found = tree.find(sent.get("aspect", ""))
    if found is None:
        raise InvalidInput("This aspect is not in your draft any more.", field="aspect")
    return found


def _place(value: str) -> str | None:
    return None if value in {"", TOP} else value


def _id(name: str) -> str:
    if not re.fullmatch(rf"[a-z0-9][a-z0-9_]{{0,{_MAX_ID - 1}}}", name):
        raise InvalidInput(
            "An id is made of small Latin letters, figures and _.", next_step="Leave it empty.", field="id"
        )
    return name


_READERS: dict[str, Callable[[QueryDict, Tree], list[Edit]]] = {
    "add": _add,
    "set": _set,
    "add_phrases": _add_phrases,
    "remove_phrases": _remove_phrases,
    "move": _move,
    "shift": _shift,
    "merge": _merge,
    "split": _split,
    "remove": _remove,
    "name": _name,
}
