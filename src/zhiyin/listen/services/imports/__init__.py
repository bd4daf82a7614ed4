"""File imports: look at a file, take it in, stop an import."""

from zhiyin.listen.services.imports.jobs import cancel_import
from zhiyin.listen.services.imports.preview import preview_import
from zhiyin.listen.services.imports.report import (
    ImportPreview,
    ImportProgress,
    ImportReport,
    ImportRequest,
    TablePlan,
    TablePreview,
)
from zhiyin.listen.services.imports.run import run_import

__all__ = [
    "ImportPreview",
    "ImportProgress",
    "ImportReport",
    "ImportRequest",
    "TablePlan",
    "TablePreview",
    "cancel_import",
    "preview_import",
    "run_import",
]
