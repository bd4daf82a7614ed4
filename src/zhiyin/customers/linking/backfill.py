"""The job that links what was stored before there was linking; cut off, it goes on where it stood."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import msgspec
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zhiyin.customers.linking.contract import Appearance
from zhiyin.customers.linking.history import has_unlinked, link_day, list_days, list_places
from zhiyin.customers.linking.taking import take_appearances
from zhiyin.customers.linking.turns import linking_turn
from zhiyin.engine import Engine, open_engine
from zhiyin.engine.home import Home
from zhiyin.listen.authors import ORDER
from zhiyin.listen.facts import FEEDBACK, RAW
from zhiyin.listen.items import FeedbackIn, IdentityIn
from zhiyin.listen.models import BackgroundJob
from zhiyin.listen.pipeline.columns import RAW_CONTEXT
from zhiyin.listen.services.jobs import JobKind, make_table_kind, start_job
from zhiyin.listen.services.jobs.kinds import UNFINISHED
from zhiyin.listen.services.jobs.table import Progress
from zhiyin.people.permissions import Permission

KIND = "link_history"
_PART = 2_000
_BETWEEN_RUNS = timedelta(days=1)
_DONE_UNTIL = "done_until"
_decode = msgspec.json.Decoder(FeedbackIn).decode


def make_kind() -> JobKind:
    """The kind of job."""
    return make_table_kind(
        KIND,
        name=_("Linking the customers of earlier voices and records"),
        icon="link",
        permission=Permission.INSTALLATION_MANAGE,
        work=_work,
        figure_names={"voices": _("Voices"), "facts": _("Facts looked through")},
    )


def begin_if_needed(engine: Engine) -> None:
    """Start the job where facts name people whom linking does not know; at most once a day."""
    lately = BackgroundJob.objects.filter(kind=KIND, created_at__gt=timezone.now() - _BETWEEN_RUNS)
    if not lately.exists() and has_unlinked(engine):
        start_job(KIND, by=None)


def _work(*, home: Home, progress: Progress) -> dict[str, int]:
    """Voices first, for what is kept of them tells values; then every table of facts, day by day."""
    engine = open_engine(home)
    places = {place.table: place for place in list_places(engine)}
    steps = [(RAW.name, day, n) for day, n in _raw_days(engine)]
    steps += [
        (table, day, n)
        for table, place in sorted(places.items())
        for day, n in list_days(place, engine=engine)
    ]
    total, n_done, done = sum(n for *_step, n in steps), 0, _done_until()
    for table, day, n_rows in steps:
        if _place_of(table, day) > done:
            if table == RAW.name:
                _take_day(engine, day)
            else:
                link_day(places[table], day=day, engine=engine)
            _remember(_place_of(table, day))
        n_done += n_rows
        progress.tell(n_done, n_total=total)
    n_voices = sum(n for table, _day, n in steps if table == RAW.name)
    return {"voices": n_voices, "facts": total - n_voices}


def _place_of(table: str, day: date) -> list[str]:
    """Where a step stands among the others."""
    return ["" if table == RAW.name else table, day.isoformat()]


def _done_until() -> list[str]:
    """The last step of a run that was cut off."""
    job = BackgroundJob.objects.filter(kind=KIND, status__in=UNFINISHED).first()
    return [*job.details.get(_DONE_UNTIL, [])] if job else []


def _remember(step: list[str]) -> None:
    BackgroundJob.objects.filter(kind=KIND, status__in=UNFINISHED).update(details={_DONE_UNTIL: step})


def _raw_days(engine: Engine) -> list[tuple[date, int]]:
    if RAW.name not in engine.lake.tables() or not engine.lake.files(RAW.name):
        return []
    with engine.lake.connect(RAW.name) as connection:
        found: list[tuple[date, int]] = connection.execute(
            "SELECT day, count(*) FROM raw GROUP BY day ORDER BY day"
        ).fetchall()
    return found


def _take_day(engine: Engine, day: date) -> None:
    """Read and linked in one turn: whoever is erased meanwhile is erased after it, and none returns."""
    after = ""
    while True:
        with linking_turn():
            rows = _read_voices(engine, day=day, after=after)
            if not rows:
                return
            told = [_read(row[1:], engine=engine) for row in rows]
            take_appearances(told, vault=engine.vault, is_told_again=True)
        after = rows[-1][0]


def _read_voices(
    engine: Engine, *, day: date, after: str
) -> list[tuple[str, str, datetime, bytes, int | None]]:
    with engine.lake.connect(RAW.name, FEEDBACK.name) as connection:
        found: list[tuple[str, str, datetime, bytes, int | None]] = connection.execute(
            "SELECT raw.feedback_id, raw.source, raw.received_at, raw.payload, said.unit_id FROM raw"
            " LEFT JOIN (SELECT feedback_id, unit_id FROM feedback WHERE day = $day AND is_current) AS said"
            " USING (feedback_id) WHERE raw.day = $day AND raw.feedback_id > $after"
            " ORDER BY raw.feedback_id LIMIT $n",
            {"day": day, "after": after, "n": _PART},
        ).fetchall()
    return found


def _read(row: tuple[str, datetime, bytes, int | None], *, engine: Engine) -> Appearance:
    source, received_at, payload, unit_id = row
    item = _decode(engine.vault.decrypt(payload, context=RAW_CONTEXT))
    identities = [*item.author.identities] if item.author else []
    if item.order_id:
        identities.append(IdentityIn(type=ORDER, value=item.order_id))
    name = item.author.name if item.author else None
    at = item.occurred_at or received_at
    return Appearance(identities=identities, source=source, at=at, name=name, unit_id=unit_id)
