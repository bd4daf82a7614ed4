"""Adds and changes purposes of contacts."""

from __future__ import annotations

import re
from dataclasses import dataclass

import msgspec
from django.db import transaction

from zhiyin.customers.models import ConsentPurpose
from zhiyin.customers.rights.purposes import CHANNELS, Purpose, Words, get_purpose, list_purposes
from zhiyin.customers.rights.saying import set_text
from zhiyin.errors import Conflict, InvalidInput
from zhiyin.people.actors import Actor
from zhiyin.people.services.audit import record_event

BASES = ("consent", "contract", "law")
_CODE = re.compile(r"[a-z][a-z0-9_]{1,39}")
_MAX_NAME = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPurpose:
    """A purpose that is not there yet, with the first version of its words."""

    purpose: Purpose
    text_zh: str
    text_en: str


def add_purpose(new: NewPurpose, *, by: Actor, account_id: int | None = None) -> Purpose:
    """The purpose, in use at once.

    Raises:
        Conflict: one of this code is there. InvalidInput: code, name, basis, channel or words are none.
    """
    purpose = _check(new.purpose)
    with transaction.atomic():
        if purpose.code in {one.code for one in list_purposes()}:
            raise Conflict("There is a purpose of this code.", next_step="Change that one.")
        _keep(purpose)
        set_text(purpose.code, text_zh=new.text_zh, text_en=new.text_en, by=by, account_id=account_id)
        record_event("purpose.added", by=by, target=("purpose", purpose.code), details=_told(purpose))
    return purpose


def change_purpose(purpose: Purpose, *, by: Actor) -> Purpose | None:
    """The purpose as it was before; None where nothing is different. What people said stays as it is.

    Raises:
        InvalidInput: there is no such purpose, or name, basis or channel are none.
    """
    wanted = _check(purpose)
    with transaction.atomic():
        before = next((one for one in list_purposes() if one.code == wanted.code), None)
        if before is None:
            raise InvalidInput("There is no purpose of this code.", field="code")
        if before == wanted:
            return None
        _keep(wanted, before=before)
        _record("purpose.changed", wanted, before=before, by=by)
    return before


def find_before(code: str) -> Purpose | None:
    """The purpose as it was before its last change; None where nothing changed it."""
    row = ConsentPurpose.objects.filter(code=code, before__isnull=False).first()
    return None if row is None else msgspec.convert(row.before, Purpose)


def take_change_back(code: str, *, by: Actor) -> Purpose:
    """The purpose as it was before its last change; once more, and the change is made again.

    Raises:
        Conflict: nothing changed it.
    """
    with transaction.atomic():
        ConsentPurpose.objects.select_for_update().filter(code=code).first()
        wanted = find_before(code)
        if wanted is None:
            raise Conflict("Nothing changed this purpose.", next_step="Open it to see how it is.")
        now = get_purpose(code)
        _keep(wanted, before=now)
        _record("purpose.change_taken_back", wanted, before=now, by=by)
    return wanted


def _record(action: str, purpose: Purpose, *, before: Purpose, by: Actor) -> None:
    told = _told(purpose) | {f"{name}_before": value for name, value in _told(before).items()}
    record_event(action, by=by, target=("purpose", purpose.code), details=told)


def _keep(purpose: Purpose, *, before: Purpose | None = None) -> None:
    ConsentPurpose.objects.update_or_create(
        code=purpose.code,
        defaults={
            "name_zh": purpose.name.zh,
            "name_en": purpose.name.en,
            "basis": purpose.basis,
            "channels": list(purpose.channels),
            "is_on": purpose.is_on,
            "before": msgspec.to_builtins(before),
        },
    )


def _check(purpose: Purpose) -> Purpose:
    if not _CODE.fullmatch(purpose.code):
        raise InvalidInput(
            "A code has 2 to 40 signs: small letters, digits and _, a letter first.", field="code"
        )
    names = [" ".join(text.split()) for text in (purpose.name.zh, purpose.name.en)]
    if not all(0 < len(name) <= _MAX_NAME and name.isprintable() for name in names):
        raise InvalidInput(f"Name it in both languages, within {_MAX_NAME} signs.", field="name")
    if purpose.basis not in BASES:
        raise InvalidInput(f"The basis must be one of {', '.join(BASES)}.", field="basis")
    if not set(purpose.channels) <= set(CHANNELS):
        raise InvalidInput(f"The channels are among {', '.join(CHANNELS)}.", field="channel")
    channels = tuple(one for one in CHANNELS if one in purpose.channels)
    return Purpose(
        code=purpose.code,
        name=Words(zh=names[0], en=names[1]),
        basis=purpose.basis,
        is_on=purpose.is_on,
        # All of them is the same as none named, also for a channel that a later version brings.
        channels=() if len(channels) == len(CHANNELS) else channels,
    )


def _told(purpose: Purpose) -> dict[str, object]:
    return {
        "name": f"{purpose.name.zh} / {purpose.name.en}",
        "basis": purpose.basis,
        "channel": ", ".join(purpose.channels) or "all",
        "is_on": purpose.is_on,
    }
