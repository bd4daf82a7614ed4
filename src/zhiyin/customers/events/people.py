"""What events tell of people: which ids are one person's, their traits, and the companies they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from zhiyin.customers.events.items import Event
from zhiyin.customers.events.rows import ANONYMOUS, USER, ids_of
from zhiyin.customers.events.traits import Traits, sort_traits
from zhiyin.customers.linking.contract import Appearance
from zhiyin.customers.models import Identity
from zhiyin.engine.vault import Vault
from zhiyin.listen.authors import identifier_keys
from zhiyin.listen.identifiers import read_identifier
from zhiyin.listen.items import IdentityIn

_decode = msgspec.json.Decoder(dict[str, object]).decode


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one event told of its person."""

    event: Event
    traits: Traits
    appearance: Appearance


def read_people(events: Sequence[Event], *, vault: Vault) -> list[Told]:
    """What each event tells, those with the same ids, unit and traits together, the latest kept."""
    previous = _previous_types(events, vault=vault)
    told: dict[tuple[object, ...], Told] = {}
    for event in sorted(events, key=_when):
        place = (
            event.source,
            event.user_id,
            event.anonymous_id,
            event.unit_id,
            b"" if event.type == "group" else event.traits,
            event.previous_id if event.type == "alias" else "",
        )
        earlier = told.get(place)
        if earlier is None:
            told[place] = _tell(
                event, previous_type=previous.get((event.source, event.previous_id), ANONYMOUS)
            )
        else:
            told[place] = replace(earlier, appearance=replace(earlier.appearance, at=event.occurred_at))
    return [*told.values()]


def _when(event: Event) -> datetime:
    return event.occurred_at


def _tell(event: Event, *, previous_type: str) -> Told:
    # The traits of a group are the company's.
    has_traits = bool(event.traits) and event.type != "group"
    traits = sort_traits(_decode(event.traits)) if has_traits else Traits()  # type: ignore[arg-type]
    identities = [*ids_of(event), *traits.identities]
    if event.type == "alias" and event.previous_id:
        identities.append(IdentityIn(type=previous_type, value=event.previous_id))
    appearance = Appearance(
        identities=identities,
        name=traits.name,
        address=traits.address,
        traits=traits.sealed,
        source=event.source,
        unit_id=event.unit_id,
        at=event.occurred_at,
    )
    return Told(event=event, traits=traits, appearance=appearance)


def _previous_types(events: Sequence[Event], *, vault: Vault) -> dict[tuple[str, str], str]:
    """Whether what `alias` calls previous was a user's id: one that we know, or that this batch names so."""
    asked = {(event.source, event.previous_id) for event in events if event.type == "alias"}
    named = {(event.source, event.user_id) for event in events}
    types = dict.fromkeys(asked & named, USER)
    found = {
        pair: identifier
        for pair in asked - named
        if (identifier := read_identifier(USER, pair[1], source=pair[0])) is not None
    }
    keys = dict(zip(found, identifier_keys([*found.values()], vault=vault), strict=True))
    known = set(Identity.objects.filter(key__in=keys.values()).values_list("key", flat=True))
    return types | {pair: USER for pair, key in keys.items() if key in known}
