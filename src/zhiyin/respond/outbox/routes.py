"""Who carries the replies of a channel: chosen on a page, kept in the trail."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from zhiyin.errors import InvalidInput
from zhiyin.insight.delivery.contract import DestinationRow, list_destinations
from zhiyin.people.actors import Actor
from zhiyin.people.scope import Scope
from zhiyin.people.services.audit import record_event
from zhiyin.respond.models import AnswerRoute
from zhiyin.respond.services.changes import account_id_of

_WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One channel with the webhook that carries its replies; None where people put them there by hand."""

    channel: str
    destination: int | None


def list_webhooks(*, scope: Scope) -> list[DestinationRow]:
    """The webhooks that may carry replies, by name. One query."""
    return [one for one in list_destinations(scope=scope) if one.kind == _WEBHOOK and one.is_on]


def list_routes(channels: list[str]) -> list[Route]:
    """A route for each of the channels. One query."""
    chosen = dict(AnswerRoute.objects.values_list("channel", "destination"))
    return [Route(channel=code, destination=chosen.get(code)) for code in channels]


def set_route(channel: str, *, destination: int | None, by: Actor, scope: Scope) -> None:
    """Replies to voices of the channel go by that webhook, or by hand for None.

    Raises:
        InvalidInput: there is no such webhook, or none that the asker may use.
    """
    known = {one.id: one.name for one in list_webhooks(scope=scope)}
    if destination is not None and destination not in known:
        raise InvalidInput(
            "There is no such webhook.", next_step="Choose one of the list.", field="destination"
        )
    with transaction.atomic():
        before = AnswerRoute.objects.select_for_update().filter(channel=channel).first()
        if (before.destination if before else None) == destination:
            return
        if destination is None:
            AnswerRoute.objects.filter(channel=channel).delete()
        else:
            AnswerRoute.objects.update_or_create(
                channel=channel,
                defaults={
                    "destination": destination,
                    "made_at": timezone.now(),
                    "made_by_id": account_id_of(by),
                },
            )
        details = {"destination": known[destination] if destination is not None else ""}
        record_event("answer_route.set", by=by, target=("answer_route", channel), details=details)
