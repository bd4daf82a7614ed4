"""Open incidents and the newest alerts on single voices, each with its age."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zhiyin.insight.alerts.listing import IncidentLine, list_incidents
from zhiyin.insight.models import Signal
from zhiyin.insight.state import ViewState

_INCIDENTS, _SIGNALS = 6, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertsNow:
    """`n_open` incidents go on: the most urgent of them; and the newest alerts on single voices."""

    n_open: int
    incidents: Sequence[IncidentLine]
    signals: Sequence[Signal]


def list_alerts(state: ViewState) -> AlertsNow:
    """Those that touch the asker's units."""
    lines, n_open = list_incidents(
        scope=state.scope, language=state.language, now=state.now, unit_ids=state.filter.unit_ids
    )
    return AlertsNow(
        n_open=n_open,
        incidents=[line for line in lines if not line.is_muted][:_INCIDENTS],
        signals=_newest_signals(state),
    )


def _newest_signals(state: ViewState) -> list[Signal]:
    rows = Signal.objects.filter(incident=None).select_related("unit", "rule").order_by("-at", "-pk")
    allowed = state.scope
    if state.filter.unit_ids is not None:
        allowed = allowed.narrowed_to(state.filter.unit_ids)
    if allowed.unit_ids is not None:
        rows = rows.filter(unit_id__in=allowed.unit_ids)
    return list(rows[:_SIGNALS])
