"""Reads incidents within a scope: who sees only some of the units sees only their figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from zhiyin.console.numbers import Language
from zhiyin.errors import NotFound
from zhiyin.insight.alerts.saying import say, say_headline
from zhiyin.insight.alerts.telling import happening_of
from zhiyin.insight.models import Incident, IncidentUnit
from zhiyin.people.models import OrgUnit
from zhiyin.people.scope import Scope

PAGE = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentLine:
    """An incident as the asker may see it. `is_part`: only its figures in the asker's units.

    `unit_ids` are the touched units that the asker sees, most touched first.
    """

    incident: Incident
    headline: str
    where: str
    observed: float
    expected: float
    is_part: bool
    unit_ids: tuple[int, ...]
    is_muted: bool

    @property
    def is_open(self) -> bool:
        """Whether it goes on."""
        return self.incident.status == Incident.Status.OPEN


def visible_incidents(*, scope: Scope) -> QuerySet[Incident]:
    """Those that touch a unit of the scope."""
    rows = Incident.objects.all()
    if scope.unit_ids is None:
        return rows
    touched = IncidentUnit.objects.filter(incident=OuterRef("pk"), unit_id__in=scope.unit_ids)
    return rows.filter(Exists(touched))


def list_incidents(
    *,
    scope: Scope,
    language: Language,
    now: datetime,
    statuses: Sequence[str] = (Incident.Status.OPEN,),
    tone: str = "",
    unit_ids: frozenset[int] | None = None,
    page: int = 1,
) -> tuple[list[IncidentLine], int]:
    """A page of incidents, the most urgent and newest first, and how many there are in all."""
    rows = visible_incidents(scope=scope).filter(status__in=list(statuses))
    if tone:
        rows = rows.filter(tone=tone)
    if unit_ids is not None:
        rows = rows.filter(Exists(IncidentUnit.objects.filter(incident=OuterRef("pk"), unit_id__in=unit_ids)))
    n = rows.count()
    order = ("-level", "-last_at", "-pk") if statuses == (Incident.Status.OPEN,) else ("-last_at", "-pk")
    start = (page - 1) * PAGE
    shown = rows.select_related("unit", "acknowledged_by", "assigned_to").order_by(*order)
    return make_lines(shown[start : start + PAGE], scope=scope, language=language, now=now), n


def count_open(*, scope: Scope) -> int:
    """How many incidents go on."""
    return visible_incidents(scope=scope).filter(status=Incident.Status.OPEN).count()


def get_line(incident_id: int, *, scope: Scope, language: Language, now: datetime) -> IncidentLine:
    """The incident of that id.

    Raises:
        NotFound: there is none, or none that touches the asker's units.
    """
    rows = visible_incidents(scope=scope).select_related("unit", "acknowledged_by", "assigned_to", "rule")
    return make_lines([_get(rows, incident_id)], scope=scope, language=language, now=now)[0]


def get_incident(incident_id: int, *, scope: Scope) -> Incident:
    """The row itself; raises as `get_line`."""
    return _get(visible_incidents(scope=scope), incident_id)


def _get(rows: QuerySet[Incident], incident_id: int) -> Incident:
    found = rows.filter(pk=incident_id).first()
    if found is None:
        raise NotFound("There is no such incident.", next_step="Choose one of the list.")
    return found


def make_lines(
    incidents: Iterable[Incident], *, scope: Scope, language: Language, now: datetime
) -> list[IncidentLine]:
    """The incidents as the asker may see them. Two queries."""
    rows = list(incidents)
    touched: dict[int, list[IncidentUnit]] = {row.pk: [] for row in rows}
    for one in IncidentUnit.objects.filter(incident__in=rows).order_by("-observed", "unit_id"):
        if scope.allows(one.unit_id):
            touched[one.incident_id].append(one)
    ids = {one.unit_id for group in touched.values() for one in group}
    names = dict(OrgUnit.objects.filter(pk__in=ids).values_list("pk", "name"))
    return [_line(row, touched[row.pk], scope=scope, names=names, language=language, now=now) for row in rows]


def _line(
    row: Incident,
    touched: Sequence[IncidentUnit],
    *,
    scope: Scope,
    names: dict[int, str],
    language: Language,
    now: datetime,
) -> IncidentLine:
    is_part = not scope.allows(row.unit_id)
    if is_part:
        where = (
            names.get(touched[0].unit_id, "")
            if len(touched) == 1
            else say("units", language=language, n=len(touched))
        )
        observed, expected = (sum(getattr(one, name) for one in touched) for name in ("observed", "expected"))
    else:
        where, observed, expected = row.unit.name if row.unit else "", row.observed, row.expected
    told = replace(happening_of(row, where=where), observed=observed, expected=expected)
    return IncidentLine(
        incident=row,
        headline=say_headline(told, language=language),
        where=where,
        observed=observed,
        expected=expected,
        is_part=is_part,
        unit_ids=tuple(one.unit_id for one in touched),
        is_muted=row.muted_until is not None and row.muted_until > now,
    )
