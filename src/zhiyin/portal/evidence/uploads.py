"""Receives files of customers' forms: what is too large or not asked for is dropped while it arrives."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.files.uploadhandler import (
    FileUploadHandler,
    MemoryFileUploadHandler,
    SkipFile,
    TemporaryFileUploadHandler,
)
from django.http import HttpRequest

from zhiyin.portal.evidence.kinds import MAX_BYTES, MAX_PHOTOS, MAX_SOUNDS

PHOTOS, SOUND = "photos", "sound"
_MOST = {PHOTOS: MAX_PHOTOS + 1, SOUND: MAX_SOUNDS + 1}  # one more tells that there were too many


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """A file that was too large, by the name that its sender knows it by."""

    field: str
    name: str


class _Guard(FileUploadHandler):
    """Stands before the handlers that keep files. It drops in `receive_data_chunk`, never earlier: by then
    the others hold the file at hand, and Django closes that and not the one before.
    """

    def __init__(self, request: HttpRequest, *, takes_files: bool) -> None:
        super().__init__(request)
        self.dropped: list[Dropped] = []
        self._takes_files = takes_files
        self._n_files: dict[str, int] = {}
        self._n_bytes = 0

    def new_file(self, *args: object, **kwargs: object) -> None:
        """Count files by field."""
        super().new_file(*args, **kwargs)  # type: ignore[arg-type]
        name = str(self.field_name)
        self._n_files[name] = self._n_files.get(name, 0) + 1
        self._n_bytes = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """The bytes, on to the next handler."""
        name = str(self.field_name)
        if not self._takes_files or self._n_files[name] > _MOST.get(name, 0):
            raise SkipFile
        self._n_bytes += len(raw_data)
        if self._n_bytes > MAX_BYTES:
            self.dropped.append(Dropped(field=name, name=str(self.file_name or "")))
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Another handler has the file."""


def guard_uploads(request: HttpRequest, *, takes_files: bool) -> None:
    """Set the handlers of the request, before anything of its body is read."""
    if request.method == "POST":
        request.upload_handlers = [
            _Guard(request, takes_files=takes_files),
            MemoryFileUploadHandler(request),
            TemporaryFileUploadHandler(request),
        ]


def list_dropped(request: HttpRequest) -> list[Dropped]:
    """The files that were too large."""
    guards = (one for one in request.upload_handlers if isinstance(one, _Guard))
    return [dropped for guard in guards for dropped in guard.dropped]
