"""The draft of an account: its changes gather here until they are saved as a version, or thrown away."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

import msgspec
from django.db import transaction

from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.listen.models import TaxonomyDraft, TaxonomyVersion
from zhiyin.listen.services.taxonomy import record_current
from zhiyin.listen.services.taxonomy_versions.versions import save_version
from zhiyin.people.actors import Actor
from zhiyin.people.models import Account
from zhiyin.understand.taxonomy import Taxonomy
from zhiyin.understand.taxonomy_editing import edit_tree
from zhiyin.understand.taxonomy_edits import Edit
from zhiyin.understand.taxonomy_tree import Tree, read_tree, to_taxonomy, write_tree


class DraftOutdated(Conflict):
    """Another version came into use after the draft was begun."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What an account is about to change: `before` is the version `base`, `tree` what the edits make of it.

    `in_use` is the version in use by now.
    """

    base: TaxonomyVersion
    in_use: TaxonomyVersion
    before: Tree
    tree: Tree
    edits: tuple[Edit, ...]

    @property
    def is_outdated(self) -> bool:
        """Whether another text came into use since the draft was begun."""
        return self.base.text != self.in_use.text

    @property
    def mark(self) -> str:
        """Changes with the draft, and with what is in use."""
        edits = msgspec.json.encode(self.edits).decode()
        return sha256(f"{self.in_use.label}\n{self.base.label}\n{edits}".encode()).hexdigest()

    @property
    def text(self) -> str:
        """The draft as YAML."""
        return write_tree(self.tree)

    @property
    def taxonomy(self) -> Taxonomy:
        """The draft, ready to understand by."""
        return to_taxonomy(self.tree)


def draft_of(account: Account) -> Draft:
    """The account's draft; one without changes, on the version in use, where it has none.

    Raises:
        InvalidInput: what is in use is unusable.
        TaxonomyIsFixed: `ZHIYIN_TAXONOMY` is set.
    """
    row = TaxonomyDraft.objects.select_related("base").filter(account=account).first()
    current = record_current()
    if row is None or not row.edits:
        return _draft(current, edits=(), current=current)
    return _draft(row.base, edits=_read(row.edits), current=current)


def change_draft(account: Account, edit: Edit) -> Draft:
    """The draft with one change more.

    Raises:
        NotFound: an aspect that it names is not there. InvalidInput: it would make the tree unusable.
    """
    with transaction.atomic():
        draft = draft_of(account)
        edit_tree(draft.tree, edit)
        return _store(account, base=draft.base, edits=(*draft.edits, edit))


def undo_edit(account: Account) -> Draft:
    """The draft without its last change, if it has any."""
    with transaction.atomic():
        draft = draft_of(account)
        return _store(account, base=draft.base, edits=draft.edits[:-1])


def discard_draft(account: Account) -> tuple[Edit, ...]:
    """Throws the draft away; what it held, for `restore_draft`."""
    edits = draft_of(account).edits
    TaxonomyDraft.objects.filter(account=account).delete()
    return edits


def restore_draft(account: Account, edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """Makes the edits the account's draft on the version in use; those that do not fit it any more."""
    current = record_current()
    with transaction.atomic():
        _tree, kept, lost = _replay(_tree_of(current.text, current.name), edits)
        _store(account, base=current, edits=kept)
    return lost


def redo_draft(account: Account) -> tuple[Edit, ...]:
    """Does the changes again on the version in use; those that do not fit it any more are left out."""
    return restore_draft(account, draft_of(account).edits)


def save_draft(account: Account, *, note: str, by: Actor) -> TaxonomyVersion:
    """The draft as a new version, in use from now on; the draft is gone then.

    Raises:
        DraftOutdated: another version is in use by now; `redo_draft` first.
        InvalidInput: nothing was changed. Conflict: the taxonomy cannot be changed here.
    """
    with transaction.atomic():
        draft = draft_of(account)
        if not draft.edits:
            raise InvalidInput("Nothing was changed.", next_step="Change an aspect first.")
        if draft.is_outdated:
            raise DraftOutdated(
                "Somebody saved another version meanwhile.", next_step="Redo your changes on that one."
            )
        version = save_version(draft.text, note=note, by=by)
        TaxonomyDraft.objects.filter(account=account).delete()
    return version


def _draft(base: TaxonomyVersion, *, edits: tuple[Edit, ...], current: TaxonomyVersion) -> Draft:
    before = _tree_of(base.text, base.name)
    tree, kept, _lost = _replay(before, edits)
    return Draft(base=base, in_use=current, before=before, tree=tree, edits=kept)


# A tree never changes; reading one takes 20 ms.
@lru_cache(maxsize=4)
def _tree_of(text: str, name: str) -> Tree:
    return read_tree(text, file=name)


def _store(account: Account, *, base: TaxonomyVersion, edits: tuple[Edit, ...]) -> Draft:
    TaxonomyDraft.objects.update_or_create(
        account=account, defaults={"base": base, "edits": msgspec.to_builtins(edits)}
    )
    return draft_of(account)


def _read(kept: Iterable[object]) -> tuple[Edit, ...]:
    """The kept edits; without those of a kind that this release does not know."""
    edits: list[Edit] = []
    for one in kept:
        with suppress(msgspec.ValidationError):
            edits.append(msgspec.convert(one, Edit))
    return tuple(edits)


def _replay(tree: Tree, edits: Iterable[Edit]) -> tuple[Tree, tuple[Edit, ...], tuple[Edit, ...]]:
    kept: list[Edit] = []
    lost: list[Edit] = []
    for edit in edits:
        try:
            tree = edit_tree(tree, edit)
        except (InvalidInput, NotFound):
            lost.append(edit)
        else:
            kept.append(edit)
    return tree, tuple(kept), tuple(lost)
