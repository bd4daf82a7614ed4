"""What can go wrong with uploads, jobs and channels."""

from __future__ import annotations

from zhiyin.errors import Conflict, InvalidInput, NotFound

_MEGABYTE = 1024 * 1024


class UploadTooLarge(InvalidInput):
    """The file has more bytes than this installation takes by page."""

    def __init__(self, max_bytes: int) -> None:
        super().__init__(
            f"The file is larger than {max_bytes // _MEGABYTE} MB.",
            next_step="Zip it, split it, or import it on the server with `zhiyin import`.",
            field="file",
        )
        self.max_bytes = max_bytes


class JobNotFound(NotFound):
    """No such job, or none that the asker may see."""


class JobEnded(Conflict):
    """The job has ended, so that it cannot be cancelled."""
