"""What alerting does in the background of a server."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from zhiyin.engine import Engine
from zhiyin.insight.alerts.defaults import ensure_rules
from zhiyin.insight.alerts.evaluating import look_at_hours
from zhiyin.listen.pipeline.store import create_tables
from zhiyin.listen.pipeline.worker import Chore

EVERY_SECONDS = 60.0


def make_alerts_chore(engine: Engine) -> Chore:
    """Looking for what stands out, once a minute; an hour that was looked at costs nothing more."""

    def run(should_stop: Callable[[], bool]) -> None:
        now = datetime.now(UTC)
        ensure_rules(now=now)
        create_tables(engine.lake)
        look_at_hours(engine.lake, now=now, should_stop=should_stop)

    return Chore(name="alerts", every_seconds=EVERY_SECONDS, run=run)
