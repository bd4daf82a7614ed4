"""Links the voices that were stored before there was linking: once, in the background."""

from __future__ import annotations

from datetime import date, datetime

import msgspec
from django.utils.translation import gettext_lazy as _

from zhiyin.customers.linking.contract import Appearance
from zhiyin.customers.linking.taking import take_appearances
from zhiyin.engine import Engine, open_engine
from zhiyin.engine.home import Home
from zhiyin.listen.authors import ORDER
from zhiyin.listen.facts import FEEDBACK, RAW
from zhiyin.listen.items import FeedbackIn, IdentityIn
from zhiyin.listen.models import BackgroundJob
from zhiyin.listen.pipeline.columns import RAW_CONTEXT
from zhiyin.listen.services.jobs import JobKind, make_table_kind, start_job
from zhiyin.listen.services.jobs.table import Progress
from zhiyin.people.permissions import Permission

KIND = "first_linking"
_PART = 5_000
_decode = msgspec.json.Decoder(FeedbackIn).decode


def make_kind() -> JobKind:
    """The kind of job."""
    return make_table_kind(
        KIND,
        name=_("Linking the customers of earlier voices"),
        icon="link",
        permission=Permission.INSTALLATION_MANAGE,
        work=_work,
        figure_names={"voices": _("Voices")},
    )


def begin_if_needed(engine: Engine) -> None:
    """Start the job where voices are stored and it never ran."""
    if BackgroundJob.objects.filter(kind=KIND).exists() or RAW.name not in engine.lake.tables():
        return
    if engine.lake.files(RAW.name):
        start_job(KIND, by=None)


def _work(*, home: Home, progress: Progress) -> dict[str, int]:
    engine = open_engine(home)
    days = _days(engine)
    total, n_done = sum(n for _day, n in days), 0
    for day, n_rows in days:
        _take_day(engine, day)
        n_done += n_rows
        progress.tell(n_done, n_total=total)
    return {"voices": n_done}


def _days(engine: Engine) -> list[tuple[date, int]]:
    with engine.lake.connect(RAW.name) as connection:
        found: list[tuple[date, int]] = connection.execute(
            "SELECT day, count(*) FROM raw GROUP BY day ORDER BY day"
        ).fetchall()
    return found


def _take_day(engine: Engine, day: date) -> None:
    with engine.lake.connect(RAW.name, FEEDBACK.name) as connection:
        rows = connection.execute(
            "SELECT raw.source, raw.received_at, raw.payload, said.unit_id FROM raw LEFT JOIN"
            " (SELECT feedback_id, unit_id FROM feedback WHERE day = $day AND is_current) AS said"
            " USING (feedback_id) WHERE raw.day = $day ORDER BY raw.feedback_id",
            {"day": day},
        )
        while some := rows.fetchmany(_PART):
            take_appearances([_read(row, engine=engine) for row in some], vault=engine.vault)


def _read(row: tuple[str, datetime, bytes, int | None], *, engine: Engine) -> Appearance:
    source, received_at, payload, unit_id = row
    item = _decode(engine.vault.decrypt(payload, context=RAW_CONTEXT))
    identities = [*item.author.identities] if item.author else []
    if item.order_id:
        identities.append(IdentityIn(type=ORDER, value=item.order_id))
    name = item.author.name if item.author else None
    at = item.occurred_at or received_at
    return Appearance(identities=identities, source=source, at=at, name=name, unit_id=unit_id)
