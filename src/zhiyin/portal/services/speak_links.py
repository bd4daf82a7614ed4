"""Makes the addresses at which customers speak, and switches them off and on."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from django.db import transaction

from zhiyin.errors import InvalidInput
from zhiyin.listen.tidy import tidy_line
from zhiyin.people.actors import SYSTEM, Actor
from zhiyin.people.errors import UnitNotFound
from zhiyin.people.models import Account, OrgUnit
from zhiyin.people.scope import Scope
from zhiyin.people.services.audit import record_event
from zhiyin.portal.errors import SpeakLinkExists
from zhiyin.portal.models import SpeakLink
from zhiyin.portal.queries.speak_links import get_link, list_stores_without_link

MAX_TOUCHPOINT = 60
# Without signs that are taken for another when somebody types them from paper: 31^8 ≈ 2^39.6.
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
_CODE_SIGNS = 8


def create_link(unit_id: int, *, scope: Scope, touchpoint: str = "", by: Actor = SYSTEM) -> SpeakLink:
    """A new link of the unit, for one place in it where `touchpoint` names one (a till, a table).

    Raises:
        UnitNotFound: no such unit within the scope.
        InvalidInput: the place's name is too long.
        SpeakLinkExists: the unit has an active link for the place.
    """
    unit = OrgUnit.objects.filter(pk=unit_id, is_active=True).first()
    if unit is None or not scope.allows(unit.pk):
        raise UnitNotFound("There is no such org unit.", next_step="Choose one from the list.")
    place = tidy_line(touchpoint)
    if len(place) > MAX_TOUCHPOINT:
        raise InvalidInput(
            f"The name of a place has at most {MAX_TOUCHPOINT} characters.",
            next_step="Shorten it.",
            field="touchpoint",
        )
    with transaction.atomic():
        OrgUnit.objects.select_for_update().get(pk=unit.pk)  # of two requests the second sees the first's
        if SpeakLink.objects.filter(unit=unit, touchpoint=place, is_active=True).exists():
            raise SpeakLinkExists("This place has a link already.", next_step="Use that one.")
        link = _make([unit], touchpoint=place, by=by)[0]
        record_event("speak_link.created", by=by, target=("speak_link", link.code))
    return link


def create_store_links(*, scope: Scope, by: Actor = SYSTEM) -> int:
    """A link for every store within the scope that has no active one of its own; how many were made."""
    with transaction.atomic():
        stores = list_stores_without_link(scope=scope, is_locked=True)
        if stores:
            _make(stores, touchpoint="", by=by)
            record_event("speak_links.created", by=by, details={"n": len(stores)})
    return len(stores)


def switch_link(code: str, *, scope: Scope, is_active: bool, by: Actor = SYSTEM) -> SpeakLink:
    """The link, switched on or off; a printed code of one that is off leads to a friendly "not here".

    Raises:
        SpeakLinkNotFound: no such link within the scope.
    """
    with transaction.atomic():
        link = get_link(code, scope=scope)
        if link.is_active is not is_active:
            link.is_active = is_active
            link.save(update_fields=["is_active"])
            action = "speak_link.switched_on" if is_active else "speak_link.switched_off"
            record_event(action, by=by, target=("speak_link", link.code))
    return link


def _make(units: Iterable[OrgUnit], *, touchpoint: str, by: Actor) -> list[SpeakLink]:
    maker = Account.objects.filter(pk=by.id).first() if by.kind == "account" else None
    links = [
        SpeakLink(code=_make_code(), unit=unit, touchpoint=touchpoint, created_by=maker) for unit in units
    ]
    return SpeakLink.objects.bulk_create(links)


def _make_code() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_SIGNS))
