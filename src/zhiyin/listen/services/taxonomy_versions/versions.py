"""Saves versions of the taxonomy, reads them, compares them, goes back to one."""

from __future__ import annotations

import os
from typing import NamedTuple

from zhiyin.errors import NotFound
from zhiyin.listen.models import TaxonomyVersion
from zhiyin.listen.services.taxonomy import VARIABLE, get_taxonomy, record_current
from zhiyin.listen.services.taxonomy_record import Written, keep_version, with_free_label
from zhiyin.people.actors import Actor
from zhiyin.understand.taxonomy import parse_taxonomy
from zhiyin.understand.taxonomy_differences import Difference, compare_trees
from zhiyin.understand.taxonomy_tree import read_tree


class VersionMark(NamedTuple):
    """Which version is in use; `label` is what facts hold."""

    number: int
    label: str


def current_version() -> VersionMark:
    """The version in use; number 0 where the variable `ZHIYIN_TAXONOMY` says which taxonomy is used.

    Raises:
        InvalidInput: what is in use is unusable.
    """
    if os.environ.get(VARIABLE):
        return VersionMark(0, get_taxonomy().taxonomy.label)
    version = record_current()
    return VersionMark(version.number, version.label)


def save_version(text: str, *, note: str, by: Actor, action: str = "taxonomy.saved") -> TaxonomyVersion:
    """The YAML text as a new version, in use from now on; its `version` is raised where the label is taken.

    Raises:
        InvalidInput: it is unusable; the message names node and key.
        TaxonomyIsFixed: `ZHIYIN_TAXONOMY` is set.
    """
    record_current()
    name = parse_taxonomy(text, file="taxonomy").name
    free = with_free_label(text, file=name)
    return keep_version(Written(text=free, file=f"{name}.yaml", by=by, note=note.strip(), action=action))


def list_versions(*, limit: int = 50, before: int | None = None) -> list[TaxonomyVersion]:
    """Versions, the latest first, without their texts; those below the number `before`, if given."""
    versions = TaxonomyVersion.objects.select_related("made_by").defer("text")
    if before is not None:
        versions = versions.filter(number__lt=before)
    return list(versions[:limit])


def get_version(number: int) -> TaxonomyVersion:
    """The version of that number. Raises: `NotFound`."""
    found = TaxonomyVersion.objects.select_related("made_by").filter(number=number).first()
    if found is None:
        raise NotFound(f"There is no version {number} of the taxonomy.")
    return found


def compare_versions(before: TaxonomyVersion, after: TaxonomyVersion) -> tuple[Difference, ...]:
    """What the later one has otherwise.

    Raises:
        InvalidInput: one of them can no longer be read, after an update of Zhiyin.
    """
    return compare_trees(read_tree(before.text, file=before.name), read_tree(after.text, file=after.name))


def go_back_to(number: int, *, by: Actor, note: str = "") -> TaxonomyVersion:
    """The text of that version in use again, as a new version with the same label.

    Raises:
        NotFound: there is none of that number. TaxonomyIsFixed: `ZHIYIN_TAXONOMY` is set.
        InvalidInput: it can no longer be read.
    """
    return save_version(get_version(number).text, note=note, by=by, action="taxonomy.restored")
