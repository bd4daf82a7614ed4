"""Changes of a taxonomy, each a small record that can be kept, done again on another tree, or left out."""

from __future__ import annotations

import msgspec


class _Edit(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", omit_defaults=True):
    """`aspect` is the id of the aspect that it changes."""

    aspect: str


class AddAspect(_Edit, frozen=True, kw_only=True, tag="add"):
    """A new aspect of the id `aspect`, the last below `parent`, or at the top; `terms` name it."""

    zh: str
    en: str
    parent: str | None = None
    terms: tuple[str, ...] = ()


class RenameAspect(_Edit, frozen=True, kw_only=True, tag="rename"):
    """New names; the id, by which facts know it, stays."""

    zh: str
    en: str


class SetLabels(_Edit, frozen=True, kw_only=True, tag="labels"):
    """Its own group, cause, need, touchpoint and owner; what is None is inherited from above."""

    group: str | None = None
    cause: str | None = None
    need: str | None = None
    touchpoint: str | None = None
    owner: str | None = None


class AddPhrases(_Edit, frozen=True, kw_only=True, tag="add_phrases"):
    """More phrases of one kind: `key` is `terms`, `negative` or another of `PHRASE_KEYS`."""

    key: str
    phrases: tuple[str, ...]


class RemovePhrases(_Edit, frozen=True, kw_only=True, tag="remove_phrases"):
    """Fewer phrases of one kind; those that are not there are none."""

    key: str
    phrases: tuple[str, ...]


class RemoveAspect(_Edit, frozen=True, kw_only=True, tag="remove"):
    """Away with it and all below it."""


class MoveAspect(_Edit, frozen=True, kw_only=True, tag="move"):
    """Below another parent (None: to the top), right before the sibling `before`, or last."""

    parent: str | None = None
    before: str | None = None


class MergeAspect(_Edit, frozen=True, kw_only=True, tag="merge"):
    """The aspect goes into another one, which takes its phrases and children and remembers its id."""

    into: str


class SplitAspect(_Edit, frozen=True, kw_only=True, tag="split"):
    """A new sibling right after it takes some of its phrases, of whatever kind."""

    id: str
    zh: str
    en: str
    phrases: tuple[str, ...]


class NameTaxonomy(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="name"):
    """Another name of the whole."""

    name: str


Edit = (
    AddAspect
    | RenameAspect
    | SetLabels
    | AddPhrases
    | RemovePhrases
    | RemoveAspect
    | MoveAspect
    | MergeAspect
    | SplitAspect
    | NameTaxonomy
)
