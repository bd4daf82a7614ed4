"""Rows that imports refused are kept as they came for 30 days; a person's go when the person is erased."""

from __future__ import annotations

import csv
import io
import os
import re
import secrets
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy

from zhiyin.customers.identifiers.sealing import open_identity, open_traits
from zhiyin.customers.models import Identity
from zhiyin.customers.rights.holders import Holder, Person, register_holder
from zhiyin.customers.rights.sealing import vault
from zhiyin.listen.models import ImportJob

_SHORTEST = 5
_MOBILE = 11
_NAME = re.compile(r"import-(\d+)\.csv")
_ENDED = (ImportJob.Status.DONE, ImportJob.Status.FAILED, ImportJob.Status.CANCELLED)


def register() -> None:
    """Called once, when the apps are ready."""
    register_holder(
        Holder(name="refused_rows", title=gettext_lazy("Refused rows"), erase=erase_refused_rows, order=70)
    )


def erase_refused_rows(person: Person) -> int:
    """Remove rows that hold one of the person's identifiers or a private trait; returns how many.

    Before the identities go, which tell what to look for. A file that an import still writes to is left:
    it is dropped whole 30 days after.
    """
    wanted = _wanted(person)
    folder = settings.HOME.files / "rejected"
    if not wanted or not folder.is_dir():
        return 0
    return sum(
        _without(file, wanted=wanted) for file in sorted(folder.glob("import-*.csv")) if _has_ended(file)
    )


def _wanted(person: Person) -> set[str]:
    opened = vault()
    values: set[str] = set()
    for one in Identity.objects.filter(key__in=person.keys):
        value = open_identity(one, vault=opened)
        # Kept with its country, sent without.
        told = [value, value[-_MOBILE:] if one.type == "phone" else ""]
        values |= {_folded(each) for each in (*told, *open_traits(one, vault=opened).values())}
    # Shorter ones, such as a name of two signs or a year, stand in rows of others too.
    return {value for value in values if len(value) >= _SHORTEST}


def _folded(value: str) -> str:
    return "".join(sign for sign in value.casefold() if sign.isalnum() or sign == "@")


def _has_ended(file: Path) -> bool:
    found = _NAME.fullmatch(file.name)
    job = ImportJob.objects.filter(pk=int(found[1])).first() if found else None
    return job is None or job.status in _ENDED


def _without(file: Path, *, wanted: Iterable[str]) -> int:
    with file.open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.reader(source))
    kept = [
        row
        for place, row in enumerate(rows)
        if place == 0 or not any(value in _folded(cell) for cell in row for value in wanted)
    ]
    if len(kept) < len(rows):
        text = io.StringIO()
        csv.writer(text).writerows(kept)
        fresh = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as target:
            target.write(text.getvalue().encode("utf-8-sig"))
            target.flush()
            os.fsync(target.fileno())
        fresh.replace(file)
    return len(rows) - len(kept)
