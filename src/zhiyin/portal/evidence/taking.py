"""Takes the files of a form, and says in words which were not taken and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext as _

from zhiyin.listen.tidy import tidy_line
from zhiyin.people.models import OrgUnit
from zhiyin.portal.errors import FileReason, FileRefused
from zhiyin.portal.evidence.keeping import keep, let_go
from zhiyin.portal.evidence.uploads import PHOTOS, SOUND, list_dropped
from zhiyin.portal.models import Evidence
from zhiyin.portal.services.voices import is_form_id, make_form_id

_MAX_NAME = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptLine:
    """A file that is kept for the form, as the page lists it."""

    uuid: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a form, as its page shows them: what is kept, and what is wrong with the rest."""

    form_id: str = ""
    kept: Sequence[Evidence] = ()
    wrong: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def lines(self) -> list[KeptLine]:
        """What is kept and not sent yet, by name."""
        return list_lines([one for one in self.kept if not one.feedback_id])

    @property
    def photo_errors(self) -> Sequence[str]:
        """What is wrong with photos."""
        return self.wrong.get(PHOTOS, ())

    @property
    def sound_errors(self) -> Sequence[str]:
        """What is wrong with the recording."""
        return self.wrong.get(SOUND, ())


def read_form_id(request: HttpRequest) -> str:
    """The id of the form that came, as one of ours; another where it is none."""
    given = request.POST.get("form_id", "")
    return given if is_form_id(given) else make_form_id()


def take_files(request: HttpRequest, *, form_id: str, unit: OrgUnit, now: datetime) -> dict[str, list[str]]:
    """Keep what can be kept; what is wrong with the rest, in words, by field."""
    wrong: dict[str, list[str]] = {}
    if UUID_FIELD in request.POST and (uuid := _read_uuid(request.POST[UUID_FIELD])) is not None:
        let_go(form_id, uuid=uuid)
    for dropped in list_dropped(request):
        wrong.setdefault(dropped.field, []).append(say(FileReason.TOO_LARGE, name=dropped.name))
    for name in (PHOTOS, SOUND):
        for upload in request.FILES.getlist(name):
            problem = _take(upload, form_id=form_id, unit=unit, wants_photo=name == PHOTOS, now=now)
            if problem:
                wrong.setdefault(name, []).append(problem)
    return wrong


UUID_FIELD = "let_go"


def _take(
    upload: UploadedFile[bytes], *, form_id: str, unit: OrgUnit, wants_photo: bool, now: datetime
) -> str:
    if upload.file is None:
        return say(FileReason.EMPTY, name=upload.name or "")
    try:
        keep(upload.file, form_id=form_id, unit=unit, wants_photo=wants_photo, now=now)
    except FileRefused as refused:
        return say(refused.reason, name=upload.name or "")
    return ""


def say(reason: FileReason, *, name: str) -> str:
    """Why the file was not taken, and what to do instead."""
    shown = tidy_line(name)[:_MAX_NAME] or _("The file")
    return {
        FileReason.TOO_LARGE: _("“%(name)s” is larger than 20 MB. Please choose a smaller one."),
        FileReason.TOO_MANY: _("“%(name)s” is one too many: five photos and one recording at most."),
        FileReason.EMPTY: _("“%(name)s” is empty. Please choose another."),
        FileReason.HEIC: _("“%(name)s” is an HEIC photo, which we cannot read. Please send it as JPEG."),
        FileReason.VIDEO: _("“%(name)s” is a film. Please send photos or a sound recording."),
        FileReason.NO_PHOTO: _("“%(name)s” is no photo that we can read. JPEG, PNG and WebP work."),
        FileReason.NO_SOUND: _("“%(name)s” is no recording that we can read. M4A, OGG, WebM and WAV work."),
        FileReason.DAMAGED: _("“%(name)s” is damaged. Please take or choose it again."),
    }[reason] % {"name": shown}


def list_lines(kept: list[Evidence]) -> list[KeptLine]:
    """What is kept, named by what it is: photo 1, photo 2, recording."""
    lines, n_photos = [], 0
    for one in kept:
        n_photos += one.is_photo
        name = _("Photo %(n)d") % {"n": n_photos} if one.is_photo else _("Recording")
        lines.append(KeptLine(uuid=one.uuid, name=f"{name} · {_size(one.n_bytes)}"))
    return lines


def stand_in(kept: list[Evidence]) -> str:
    """What stands where there are no words: nothing is put into anybody's mouth."""
    if not kept:
        return ""
    return _("(Photos, without words)") if all(one.is_photo for one in kept) else _("(A recording)")


def _size(n_bytes: int) -> str:
    return f"{n_bytes / 1024 / 1024:.1f} MB" if n_bytes >= 1024 * 1024 else f"{max(1, n_bytes // 1024)} kB"


def _read_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
