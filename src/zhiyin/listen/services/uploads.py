"""Files handed in by page: kept under a token, readable by their owner alone, dropped when done with."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from zhiyin.engine.home import Home
from zhiyin.errors import NotFound
from zhiyin.listen.errors import UploadTooLarge
from zhiyin.listen.importers.limits import size_of
from zhiyin.listen.importers.registry import choose_reader
from zhiyin.listen.importers.tables import OpenFile
from zhiyin.listen.models import ImportJob, Upload
from zhiyin.people.models import Account

KEEP_UNUSED = timedelta(hours=24)
KEEP_REFUSED = timedelta(days=30)
_MAX_NAME = 255


def store_upload(
    blocks: Iterable[bytes], *, name: str, home: Home, max_bytes: int, by: Account | None
) -> Upload:
    """Writes the blocks to `files/uploads/`, one at a time, and looks at what they are.

    Raises:
        UploadTooLarge: there are more than `max_bytes`.
        InvalidInput: it is empty, or in no format that can be imported, whatever its name says.
    """
    token = secrets.token_urlsafe(18)
    path = _folder(home) / token
    try:
        file_hash, n_bytes = _write(path, blocks, max_bytes=max_bytes)
        _check_format(path, name=name)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Upload.objects.create(
        token=token,
        file_name=_tidy_name(name),
        file_hash=file_hash,
        n_bytes=n_bytes,
        uploaded_by=by,
    )


def path_of(upload: Upload, *, home: Home) -> Path:
    """Where the file lies.

    Raises:
        NotFound: it is gone.
    """
    path = _folder(home) / upload.token
    if not path.is_file():
        raise NotFound("The uploaded file is gone.", next_step="Upload it again.")
    return path


def get_upload(token: str, *, by: Account | None) -> Upload:
    """The upload of that token, for whoever handed it in.

    Raises:
        NotFound: there is none, it is another's, or an import has begun with it.
    """
    upload = Upload.objects.filter(token=token, uploaded_by=by, importjob=None).first() if by else None
    if upload is None:
        raise NotFound("There is no such upload.", next_step="Upload the file again.")
    return upload


def drop_upload(upload: Upload, *, home: Home) -> None:
    """Removes the file and what is known of it; jobs that used it stay."""
    (_folder(home) / upload.token).unlink(missing_ok=True)
    upload.delete()


def drop_unused_uploads(*, home: Home, now: datetime) -> int:
    """Drops files that nobody imported within a day, and those of imports that have ended."""
    unused = Upload.objects.filter(importjob=None, uploaded_at__lt=now - KEEP_UNUSED)
    ended = Upload.objects.filter(importjob__status__in=_ENDED)
    uploads = [*unused, *ended]
    for upload in uploads:
        drop_upload(upload, home=home)
    return len(uploads)


def drop_old_refused_rows(*, home: Home, now: datetime) -> int:
    """Drops files of refused rows, which hold what was sent as it was, 30 days after the last was written."""
    until = (now - KEEP_REFUSED).timestamp()
    old = [path for path in (home.files / "rejected").glob("import-*.csv") if path.stat().st_mtime < until]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


_ENDED = (ImportJob.Status.DONE, ImportJob.Status.FAILED, ImportJob.Status.CANCELLED)


def _folder(home: Home) -> Path:
    folder = home.files / "uploads"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _write(path: Path, blocks: Iterable[bytes], *, max_bytes: int) -> tuple[str, int]:
    digest, n_bytes = sha256(), 0
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        for block in blocks:
            n_bytes += len(block)
            if n_bytes > max_bytes:
                raise UploadTooLarge(max_bytes)
            digest.update(block)
            file.write(block)
    return digest.hexdigest(), n_bytes


def _check_format(path: Path, *, name: str) -> None:
    with path.open("rb") as stream:
        choose_reader(OpenFile(name=name, stream=stream, n_bytes=size_of(stream)))


def _tidy_name(name: str) -> str:
    """The last part of the name as one printable line; for people to read, never a path."""
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(sign for sign in last if sign.isprintable()).strip()
    if len(shown) > _MAX_NAME:
        # The suffix decides between formats that look alike.
        stem, dot, suffix = shown.rpartition(".")
        shown = f"{stem[: _MAX_NAME - 12]}{dot}{suffix[:10]}" if dot else shown[:_MAX_NAME]
    return shown or "file"
