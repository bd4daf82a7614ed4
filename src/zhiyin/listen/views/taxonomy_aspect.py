"""What the editor of the taxonomy shows of the tree and of one aspect."""

from __future__ import annotations

from dataclasses import dataclass

from zhiyin.console.templatetags.shell import page_language
from zhiyin.listen.taxonomy_wording import label_name, phrase_list_hint, phrase_list_name, value_name
from zhiyin.listen.views.taxonomy_forms import TOP
from zhiyin.understand.taxonomy import CHOICES, FREE_TEXTS, PHRASE_KEYS
from zhiyin.understand.taxonomy_tree import Node, Tree, to_taxonomy

_MAIN_LISTS = ("terms", "weak_terms", "positive", "negative", "exclusions")
_AT_FIRST = 30
_OPEN_UP_TO = 45
_INDENT = "\u3000"


@dataclass(frozen=True, slots=True, kw_only=True)
class EditorNode:
    """One aspect of the tree at the left; `mark` is `added` or `changed` where the draft did so."""

    id: str
    name: str
    other_name: str
    n_phrases: int
    mark: str
    is_here: bool
    is_open: bool
    children: list[EditorNode]


@dataclass(frozen=True, slots=True, kw_only=True)
class PhraseList:
    """One list of phrases; long ones show the first few and the `more` on a click."""

    key: str
    name: str
    hint: str
    first: tuple[str, ...]
    more: tuple[str, ...]
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One option of a select."""

    code: str
    name: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelField:
    """Group, cause, need (with `choices`), touchpoint or owner (with `value`); `inherited` from above."""

    key: str
    name: str
    value: str
    inherited: str
    choices: list[Choice]
    known: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AspectForm:
    """Everything about one aspect."""

    id: str
    zh: str
    en: str
    name: str
    level: int
    was: tuple[str, ...]
    above: list[tuple[str, str]]
    labels: list[LabelField]
    lists: list[PhraseList]
    more_lists: list[PhraseList]
    parents: list[Choice]
    others: list[Choice]
    phrases: list[tuple[str, tuple[str, ...]]]
    n_below: int
    is_first: bool
    is_last: bool

    @property
    def n_phrases(self) -> int:
        """Phrases in all lists."""
        return sum(len(words) for _name, words in self.phrases)


def make_nodes(tree: Tree, *, before: Tree, here: str, search: str) -> list[EditorNode]:
    """The tree; with a search, the aspects alone whose id, names or phrases hold the words."""
    old = {node.id: node for node in before.walk()}
    n_all = sum(1 for _node in tree.walk())
    path = _path(tree, here)
    wanted = search.casefold()

    def make(node: Node, *, is_flat: bool) -> EditorNode:
        return EditorNode(
            id=node.id,
            name=_name(node),
            other_name=node.en if page_language() == "zh" else node.zh,
            n_phrases=sum(map(len, node.phrases.values())),
            mark=_mark(node, old.get(node.id)),
            is_here=node.id == here,
            is_open=n_all <= _OPEN_UP_TO or node.id in path,
            children=[] if is_flat else [make(child, is_flat=False) for child in node.children],
        )

    if wanted:
        return [make(node, is_flat=True) for node in tree.walk() if _holds(node, wanted)]
    return [make(node, is_flat=False) for node in tree.children]


def make_aspect_form(tree: Tree, node: Node) -> AspectForm:
    """What can be said of one aspect of the tree."""
    above = _path(tree, node.id)[:-1]
    parent = above[-1] if above else None
    siblings = [one.id for one in tree.siblings(parent)]
    below = {one.id for one in node.walk()}
    named = {one.id: _name(one) for one in tree.walk()}
    return AspectForm(
        id=node.id,
        zh=node.zh,
        en=node.en,
        name=_name(node),
        level=len(above) + 1,
        was=node.was,
        above=[(one, named[one]) for one in above],
        labels=_labels(tree, node),
        lists=[_list(node, key) for key in _MAIN_LISTS],
        more_lists=[_list(node, key) for key in PHRASE_KEYS if key not in _MAIN_LISTS],
        parents=[
            Choice(code=TOP, name="", is_chosen=parent is None),
            *(one for one in list_choices(tree, chosen=parent) if one.code not in below),
        ],
        others=[one for one in list_choices(tree) if one.code not in below],
        phrases=[(phrase_list_name(key), node.phrases[key]) for key in PHRASE_KEYS if key in node.phrases],
        n_below=len(below) - 1,
        is_first=siblings[0] == node.id,
        is_last=siblings[-1] == node.id,
    )


def list_choices(tree: Tree, *, chosen: str | None = None) -> list[Choice]:
    """Every aspect for a select, indented by its level."""
    found: list[Choice] = []

    def walk(nodes: tuple[Node, ...], level: int) -> None:
        for node in nodes:
            found.append(
                Choice(code=node.id, name=_INDENT * level + _name(node), is_chosen=node.id == chosen)
            )
            walk(node.children, level + 1)

    walk(tree.children, 0)
    return found


def _list(node: Node, key: str) -> PhraseList:
    words = node.phrases.get(key, ())
    # A tail of one or two is not worth a click.
    cut = len(words) if len(words) <= _AT_FIRST + 3 else _AT_FIRST
    tone = "positive" if key.startswith("positive") else "negative" if key.startswith("negative") else ""
    return PhraseList(
        key=key,
        name=phrase_list_name(key),
        hint=phrase_list_hint(key),
        first=words[:cut],
        more=words[cut:],
        tone="negative" if key == "too_much" else tone,
    )


def _labels(tree: Tree, node: Node) -> list[LabelField]:
    parent = tree.parent_of(node.id)
    above = {one.id: one for one in to_taxonomy(tree).aspects}
    fields = []
    for key in (*CHOICES, *FREE_TEXTS):
        inherited: str = (getattr(above[parent.id], key) or "") if parent else ""
        value = node.labels.get(key, "")
        choices = [
            Choice(code=one, name=value_name(one), is_chosen=one == value) for one in CHOICES.get(key, ())
        ]
        fields.append(
            LabelField(
                key=key,
                name=label_name(key),
                value=value,
                inherited=value_name(inherited) if inherited else "",
                choices=choices,
                known=[] if choices else _known(tree, key),
            )
        )
    return fields


def _known(tree: Tree, key: str) -> list[str]:
    """What other aspects say there, to choose from."""
    return sorted({node.labels[key] for node in tree.walk() if key in node.labels})


def _path(tree: Tree, aspect: str) -> list[str]:
    """Ids from the top down to the aspect; empty where it is not in the tree."""
    if tree.find(aspect) is None:
        return []
    path = [aspect]
    while (above := tree.parent_of(path[0])) is not None:
        path.insert(0, above.id)
    return path


def _mark(node: Node, old: Node | None) -> str:
    if old is None:
        return "added"
    return "changed" if _own(node) != _own(old) else ""


def _own(node: Node) -> tuple[object, ...]:
    return node.zh, node.en, node.labels, node.phrases, node.flags, node.was


def _holds(node: Node, wanted: str) -> bool:
    phrases = (phrase for words in node.phrases.values() for phrase in words)
    return any(wanted in text.casefold() for text in (node.id, node.zh, node.en, *phrases))


def _name(node: Node) -> str:
    return node.zh if page_language() == "zh" else node.en
