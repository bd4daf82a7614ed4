"""Writes down which taxonomy was in use, one version after the other."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.resources import files

import msgspec
from django.db import IntegrityError, transaction

from zhiyin.errors import Conflict, InvalidInput
from zhiyin.listen.models import AnalysisSettings, TaxonomyVersion
from zhiyin.people.actors import SYSTEM, Actor
from zhiyin.people.caches import forget_everything
from zhiyin.people.services.audit import record_event
from zhiyin.understand.taxonomy import BUILT_IN, parse_taxonomy
from zhiyin.understand.taxonomy_differences import compare_trees
from zhiyin.understand.taxonomy_tree import read_tree, write_tree

_LAST_PART = re.compile(r"^(.*)\.(\d+)$")
_VERSION_LINE = re.compile(r"^version:.*$", re.MULTILINE)
_SavedHook = Callable[[TaxonomyVersion], None]
_hooks: list[_SavedHook] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A taxonomy's text with the name of its file, and who puts it into use, and why."""

    text: str
    file: str
    by: Actor = SYSTEM
    note: str = ""
    action: str = "taxonomy.saved"


class VersionTaken(Conflict):
    """Two saved at once; the number is the other one's."""


def on_version_saved(function: _SavedHook) -> _SavedHook:
    """Has the function called with every version put into use, in this process, after it is stored."""
    if function not in _hooks:
        _hooks.append(function)
    return function


def keep_version(written: Written) -> TaxonomyVersion:
    """The version, stored and in use from now on; where it is what was in use already, that one.

    Raises:
        InvalidInput: the text is no usable taxonomy. VersionTaken: somebody saved at the same moment.
    """
    taxonomy = parse_taxonomy(written.text, file=written.file)
    is_built_in = written.text == built_in_text(taxonomy.name)
    with transaction.atomic():
        version = _latest()
        if version is None or version.text != written.text:
            version = _append(written)
        AnalysisSettings.objects.update_or_create(
            pk=1,
            defaults={
                "taxonomy": taxonomy.name if is_built_in else written.file[:100],
                "taxonomy_file": "" if is_built_in else written.text,
                "version": version,
            },
        )
        details = {"number": version.number, "changes": len(version.changes)}
        record_event(written.action, by=written.by, target=("taxonomy", taxonomy.label), details=details)
    forget_everything()
    for hook in _hooks:
        hook(version)
    return version


def ensure_recorded(text: str, *, file: str) -> TaxonomyVersion:
    """The version of what is in use now; stored if nobody stored it, as on the first day or after an update.

    Raises:
        InvalidInput: the text is no usable taxonomy.
    """
    version = _latest()
    if version is not None and version.text == text:
        return version
    with transaction.atomic():
        version = _append(Written(text=text, file=file))
        # Not `save`: `chosen_at` tells the pipeline of a choice, and this is none.
        AnalysisSettings.objects.filter(pk=1).update(version=version)
    return version


def with_free_label(text: str, *, file: str) -> str:
    """The text, its version raised until no other text bears the label: one label, one meaning, for ever.

    Raises:
        InvalidInput: the text is no usable taxonomy.
    """
    while _is_taken(text, file=file):
        text = _raised(text, file=file)
    return text


def built_in_text(name: str) -> str | None:
    """The YAML of a built-in taxonomy; None if there is none of that name."""
    if name not in BUILT_IN:
        return None
    return files("zhiyin.understand").joinpath(f"taxonomies/{name}.yaml").read_text(encoding="utf-8")


def _latest() -> TaxonomyVersion | None:
    return TaxonomyVersion.objects.first()


def _append(written: Written) -> TaxonomyVersion:
    taxonomy = parse_taxonomy(written.text, file=written.file)
    before = _latest()
    version = TaxonomyVersion(
        number=before.number + 1 if before else 1,
        name=taxonomy.name[:100],
        label=taxonomy.label[:200],
        text=written.text,
        changes=_changes(before, written),
        note=written.note[:300],
        made_by_id=int(written.by.id) if written.by.kind == "account" else None,
    )
    try:
        with transaction.atomic():
            version.save(force_insert=True)
    except IntegrityError:
        raise VersionTaken(
            "Somebody saved another version at the same moment.", next_step="Try again."
        ) from None
    return version


def _changes(before: TaxonomyVersion | None, written: Written) -> list[object]:
    if before is None:
        return []
    try:
        old = read_tree(before.text, file=before.name)
    except InvalidInput:  # an update of Zhiyin may have made the rules stricter
        return []
    found: list[object] = msgspec.to_builtins(compare_trees(old, read_tree(written.text, file=written.file)))
    return found


def _is_taken(text: str, *, file: str) -> bool:
    taxonomy = parse_taxonomy(text, file=file)
    shipped = built_in_text(taxonomy.name)
    if shipped is not None and shipped != text:
        if parse_taxonomy(shipped, file=file).label == taxonomy.label:
            return True
    elif shipped == text:
        return False
    others = TaxonomyVersion.objects.filter(label=taxonomy.label[:200]).exclude(text=text)
    return others.exists()


def _raised(text: str, *, file: str) -> str:
    tree = read_tree(text, file=file)
    found = _LAST_PART.match(tree.version)
    version = f"{found[1]}.{int(found[2]) + 1}" if found else f"{tree.version}.1"
    # The line alone where that does it: comments of an uploaded file stay.
    raised = _VERSION_LINE.sub(f'version: "{version}"', text, count=1)
    try:
        if parse_taxonomy(raised, file=file).version == version:
            return raised
    except InvalidInput:
        pass
    return write_tree(replace(tree, version=version))
