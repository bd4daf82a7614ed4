"""Rows that imports refused are kept as they came for 30 days; a person's go when the person is erased."""

from __future__ import annotations

import csv
import io
import os
import re
import secrets
import unicodedata
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy

from zhiyin.customers.identifiers.sealing import open_identity
from zhiyin.customers.models import Identity
from zhiyin.customers.rights.holders import Holder, Person, register_holder
from zhiyin.customers.rights.sealing import vault
from zhiyin.listen.models import ImportJob

_SHORTEST = 5
_BETWEEN = r"(?:[^\w@]|_)*"
_NAME = re.compile(r"import-(\d+)\.csv")
_ENDED = (ImportJob.Status.DONE, ImportJob.Status.FAILED, ImportJob.Status.CANCELLED)


def register() -> None:
    """Called once, when the apps are ready."""
    register_holder(
        Holder(name="refused_rows", title=gettext_lazy("Refused rows"), erase=erase_refused_rows, order=70)
    )


def erase_refused_rows(person: Person) -> int:
    """Remove rows that hold one of the person's identifiers, as a word of its own; returns how many.

    Before the identities go, which tell what to look for. What was only told of the person, such as a
    name or an address, proves no row to be theirs: others have it too, and anybody may claim it. Nor does
    an identifier that many share. A file that an import still writes to is left: it is dropped whole
    30 days after.
    """
    wanted = _wanted(person)
    folder = settings.HOME.files / "rejected"
    if wanted is None or not folder.is_dir():
        return 0
    return sum(
        _without(file, wanted=wanted) for file in sorted(folder.glob("import-*.csv")) if _has_ended(file)
    )


def _wanted(person: Person) -> re.Pattern[str] | None:
    """What finds the person's identifiers in a folded cell; None where nothing tells the person apart."""
    opened = vault()
    found: set[str] = set()
    for one in Identity.objects.filter(key__in=person.keys, is_shared=False):
        value = _folded(open_identity(one, vault=opened))
        forms = _phone_forms(value) if one.type == "phone" else [value]
        # Shorter ones, such as a year, stand in rows of others too.
        found |= {_pattern(form) for form in forms if len(_bare(form)) >= _SHORTEST}
    return re.compile("|".join(sorted(found))) if found else None


def _phone_forms(value: str) -> list[str]:
    """A number is kept with its country and sent as people write it."""
    import phonenumbers  # its tables cost a tenth of a second, which only an erasure need spend

    try:
        number = phonenumbers.parse(value, None)
    except phonenumbers.NumberParseException:
        return [value]
    country = str(number.country_code)
    national = value.partition(";")[0].removeprefix(f"+{country}")
    return [national, f"0{national}", f"{country}{national}", f"00{country}{national}"]


def _pattern(value: str) -> str:
    """The value however it is spaced, and not within a longer number, word or address."""
    if "@" in value:
        return rf"(?<![a-z0-9._%+\-]){re.escape(value)}(?![.\-]?[a-z0-9])"
    bare = _bare(value)
    before = r"(?<![a-z0-9])" if bare[0].isascii() else ""
    after = r"(?![a-z0-9])" if bare[-1].isascii() else ""
    return f"{before}{_BETWEEN.join(map(re.escape, bare))}{after}"


def _folded(value: str) -> str:
    return unicodedata.normalize("NFKC", value).casefold()


def _bare(value: str) -> str:
    return "".join(sign for sign in value if sign.isalnum())


def _has_ended(file: Path) -> bool:
    found = _NAME.fullmatch(file.name)
    job = ImportJob.objects.filter(pk=int(found[1])).first() if found else None
    return job is None or job.status in _ENDED


def _without(file: Path, *, wanted: re.Pattern[str]) -> int:
    with file.open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.reader(source))
    kept = [
        row
        for place, row in enumerate(rows)
        if place == 0 or not any(wanted.search(_folded(cell)) for cell in row)
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
