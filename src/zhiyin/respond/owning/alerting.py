"""Tells of cases that are handed over more than twice: who leads the unit, and destinations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from zhiyin.errors import InvalidInput, NotFound
from zhiyin.insight.delivery.contract import DestinationRow, OutMessage, list_destinations, queue_message
from zhiyin.people.actors import Actor
from zhiyin.people.models import Account, OrgUnit
from zhiyin.people.roles import Role
from zhiyin.people.scope import EVERYTHING, Scope
from zhiyin.people.services.audit import record_event
from zhiyin.respond.models import Case, KickedAboutAlert, Step
from zhiyin.respond.notices.kinds import NoticeKind
from zhiyin.respond.notices.services import notify
from zhiyin.respond.owning.reasons import MOST_TRANSFERS
from zhiyin.respond.queries.owners import grants_reaching, way_down
from zhiyin.respond.services.changes import Change, account_id_of

_TODAY = 2
# A past that is told again is no news to anybody.
_NEWS = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertLine:
    """A destination that is told, of the cases of `unit` (None: all) and below it."""

    destination: DestinationRow
    unit: OrgUnit | None


def alert_kicked_about(change: Change, step: Step, by: Actor) -> None:
    """A hook: with each hand-over beyond the second, those who lead the unit and the destinations that
    were named for it are told, in the step's own transaction, each once.
    """
    case = change.case
    if step is not Step.TRANSFERRED or case.n_transfers <= MOST_TRANSFERS:
        return
    if change.at < timezone.now() - _NEWS:
        return
    leaders = [one for one in list_leaders(case.unit) if one.pk != case.owner_id]
    key = f"kicked-about:{case.pk}:{case.version}"
    notify(leaders, kind=NoticeKind.KICKED_ABOUT, key=key, at=change.at, case=case, by=by)
    concerned = Q(unit=None) | Q(unit_id__in=way_down(case.unit))
    wanted = set(KickedAboutAlert.objects.filter(concerned, is_on=True).values_list("destination", flat=True))
    if not wanted:
        return
    ids: dict[str, list[int]] = {}
    for one in list_destinations(scope=EVERYTHING):
        if one.id in wanted:
            ids.setdefault("en" if one.language == "en" else "zh-hans", []).append(one.id)
    for language, those in ids.items():
        queue_message(_message(case, language=language), destination_ids=those, now=change.at)


def list_leaders(unit: OrgUnit) -> list[Account]:
    """The managers of the unit, else those of the nearest above that has any, else the owners of the
    installation. Two queries.
    """
    leading = grants_reaching(unit).filter(role__in=[Role.MANAGER.value, Role.OWNER.value])
    grants = list(leading.filter(account__is_active=True).values_list("role", "unit_id", "account_id"))
    for unit_id in reversed(way_down(unit)):
        if found := [who for held, where, who in grants if where == unit_id and held == Role.MANAGER]:
            return list(Account.objects.filter(pk__in=found).order_by("pk"))
    owners = [who for held, _unit, who in grants if held == Role.OWNER]
    return list(Account.objects.filter(pk__in=owners).order_by("pk"))


def list_alerts(*, scope: Scope) -> list[AlertLine]:
    """Who is told now, of the destinations within the scope, by name. Two queries."""
    rows = {one.id: one for one in list_destinations(scope=scope)}
    found = KickedAboutAlert.objects.select_related("unit").filter(is_on=True, destination__in=list(rows))
    lines = [AlertLine(destination=rows[one.destination], unit=one.unit) for one in found]
    return sorted(lines, key=lambda line: line.destination.name)


def list_free_destinations(*, scope: Scope) -> list[DestinationRow]:
    """The destinations within the scope that are on and not told yet, by name. Two queries."""
    told = set(KickedAboutAlert.objects.filter(is_on=True).values_list("destination", flat=True))
    return [one for one in list_destinations(scope=scope) if one.is_on and one.id not in told]


def begin_alert(destination: int, *, unit: OrgUnit | None, by: Actor, scope: Scope) -> DestinationRow:
    """From now on the destination is told of cases of the unit (None: of the company) and all below it.

    Raises:
        InvalidInput: no such destination, or no such unit, within the scope.
    """
    row = next((one for one in list_destinations(scope=scope) if one.id == destination), None)
    if row is None:
        raise InvalidInput(
            "There is no such destination.", next_step="Choose one of the list.", field="destination"
        )
    if not _allows(scope, unit):
        raise InvalidInput("There is no such unit.", next_step="Choose one of the list.", field="unit")
    _keep(row, unit=unit, is_on=True, by=by)
    return row


def end_alert(destination: int, *, by: Actor, scope: Scope) -> DestinationRow:
    """The destination is told no more. Raises `NotFound` where it was not within the scope."""
    return _switch(destination, is_on=False, by=by, scope=scope)


def resume_alert(destination: int, *, by: Actor, scope: Scope) -> DestinationRow:
    """The destination is told again, of the unit of before. Raises `NotFound` as above."""
    return _switch(destination, is_on=True, by=by, scope=scope)


def _switch(destination: int, *, is_on: bool, by: Actor, scope: Scope) -> DestinationRow:
    row = next((one for one in list_destinations(scope=scope) if one.id == destination), None)
    kept = KickedAboutAlert.objects.select_related("unit").filter(destination=destination).first()
    if row is None or kept is None or not _allows(scope, kept.unit):
        raise NotFound("There is no such destination.")
    _keep(row, unit=kept.unit, is_on=is_on, by=by)
    return row


def _allows(scope: Scope, unit: OrgUnit | None) -> bool:
    return scope.unit_ids is None if unit is None else scope.allows(unit.pk)


def _keep(row: DestinationRow, *, unit: OrgUnit | None, is_on: bool, by: Actor) -> None:
    with transaction.atomic():
        KickedAboutAlert.objects.update_or_create(
            destination=row.id,
            defaults={
                "unit": unit,
                "is_on": is_on,
                "changed_at": timezone.now(),
                "changed_by_id": account_id_of(by),
            },
        )
        action = "kicked_about_alert.on" if is_on else "kicked_about_alert.off"
        record_event(action, by=by, target=("kicked_about_alert", str(row.id)))


def _message(case: Case, *, language: str) -> OutMessage:
    with translation.override(language):
        names = {
            "number": case.number,
            "n": case.n_transfers,
            "unit": case.unit.name,
            "name": str(case.owner),
        }
        title = _("Case %(number)s was handed over %(n)s times") % names
        text = (
            _("%(unit)s: %(name)s looks after it now. Keep it with one person, or decide it yourself.")
            % names
        )
    return OutMessage(
        # The version is that of this step; each language keeps words of its own.
        key=f"kicked-about:{case.pk}:{case.version}:{language}",
        title=title,
        text=text,
        path=reverse("case", args=[case.number]),
        level=_TODAY,
    )
