"""What alerting does in the background of a server."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache

from zhiyin.engine import Engine
from zhiyin.engine.protocols import Lake
from zhiyin.insight.alerts.arrivals import alert_on_arrivals
from zhiyin.insight.alerts.counting import evaluate_counting
from zhiyin.insight.alerts.defaults import ensure_rules
from zhiyin.insight.alerts.evaluating import look_at_hours
from zhiyin.listen.pipeline.store import create_tables
from zhiyin.listen.pipeline.worker import Chore

EVERY_SECONDS = 60.0


# Voices become facts once a second: looked at more often, an alert follows them by a quarter of one.
ARRIVALS_SECONDS = 0.4


def make_arrivals_chore(engine: Engine) -> Chore:
    """Alerts on single voices within a second or two of their arrival."""
    ready_lake = _open_once(engine)

    def run(should_stop: Callable[[], bool]) -> None:
        if not should_stop():
            alert_on_arrivals(ready_lake(), now=datetime.now(UTC))

    return Chore(name="arrivals", every_seconds=ARRIVALS_SECONDS, run=run)


def make_alerts_chore(engine: Engine) -> Chore:
    """Looking for what stands out, once a minute; an hour that was looked at costs nothing more."""
    ready_lake = _open_once(engine)

    def run(should_stop: Callable[[], bool]) -> None:
        now = datetime.now(UTC)
        ensure_rules(now=now)
        look_at_hours(ready_lake(), now=now, should_stop=should_stop)
        evaluate_counting(ready_lake(), now=now)

    return Chore(name="alerts", every_seconds=EVERY_SECONDS, run=run)


def _open_once(engine: Engine) -> Callable[[], Lake]:
    """The lake, with the tables of listening also before the first voice came."""

    @cache
    def ready_lake() -> Lake:
        create_tables(engine.lake)
        return engine.lake

    return ready_lake
