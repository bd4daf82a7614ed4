"""Versions of the taxonomy, and the drafts in which people change it."""

from zhiyin.listen.services.taxonomy_record import on_version_saved
from zhiyin.listen.services.taxonomy_versions.drafts import (
    Draft,
    DraftOutdated,
    change_draft,
    discard_draft,
    draft_of,
    redo_draft,
    restore_draft,
    save_draft,
    undo_edit,
)
from zhiyin.listen.services.taxonomy_versions.versions import (
    VersionMark,
    compare_versions,
    current_version,
    get_version,
    go_back_to,
    list_versions,
    save_version,
)

__all__ = [
    "Draft",
    "DraftOutdated",
    "VersionMark",
    "change_draft",
    "compare_versions",
    "current_version",
    "discard_draft",
    "draft_of",
    "get_version",
    "go_back_to",
    "list_versions",
    "on_version_saved",
    "redo_draft",
    "restore_draft",
    "save_draft",
    "save_version",
    "undo_edit",
]
