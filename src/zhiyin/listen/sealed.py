"""Where this room keeps tokens of the vault: raw items, the intake log, what was set aside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import duckdb
import pyarrow as pa
from django.conf import settings

from zhiyin.engine import Engine, open_engine
from zhiyin.engine.sealed import LogBodies, Moved, OnMoved, SealedStore
from zhiyin.engine.vault import TokenUnreadable, Vault, version_head
from zhiyin.listen.facts import RAW
from zhiyin.listen.messages import MESSAGE_CONTEXT
from zhiyin.listen.models import SetAsideItem
from zhiyin.listen.pipeline.columns import RAW_CONTEXT
from zhiyin.listen.pipeline.turns import pipeline_turn
from zhiyin.people.sealed_columns import SealedColumn

ROWS_PER_STEP = 50_000


def list_sealed_here() -> list[SealedStore]:
    """The stores of this room."""
    return [
        RawItems(),
        LogBodies(name="intake", path=settings.HOME.intake),
        SealedColumn(model=SetAsideItem, column="payload", context=lambda _: MESSAGE_CONTEXT),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class RawItems:
    """The raw items: what customers said as they said it."""

    name: str = "lake.raw"
    expires: bool = False
    rows_per_step: int = ROWS_PER_STEP

    def count_by_version(self) -> Mapping[int, int]:
        """Reads the heads of all payloads."""
        lake = open_engine(settings.HOME).lake
        if RAW.name not in lake.tables():
            return {}
        with lake.connect(RAW.name) as connection:
            rows = connection.execute("SELECT hex(payload[1:2]), count(*) FROM raw GROUP BY 1").fetchall()
        return {int(head, 16): n_rows for head, n_rows in rows}

    def move(self, *, to: int, on_moved: OnMoved) -> Moved:
        """Day by day, in parts; the pipeline waits while one part is replaced."""
        engine = open_engine(settings.HOME)
        n_moved = n_unreadable = 0
        for where in self._steps(engine, to=to):
            # Nobody may add a row between reading a part and putting the new one in its place.
            with pipeline_turn(engine.home.path):
                moved = _move_part(engine, where=where, to=to)
            n_moved += moved.n_moved
            n_unreadable += moved.n_unreadable
            on_moved(moved.n_moved)
        return Moved(n_moved=n_moved, n_unreadable=n_unreadable)

    def _steps(self, engine: Engine, *, to: int) -> Iterator[str]:
        """Conditions that name the parts with older tokens, each of one day."""
        if RAW.name not in engine.lake.tables():
            return
        with engine.lake.connect(RAW.name) as connection:
            days = connection.execute(
                "SELECT day FROM raw WHERE payload[1:2] < ? GROUP BY day ORDER BY day", [version_head(to)]
            ).fetchall()
            starts = [(day, _starts(connection, day, n_rows=self.rows_per_step)) for (day,) in days]
        for day, firsts in starts:
            for first, end in zip(firsts, [*firsts[1:], None], strict=True):
                upper = "" if end is None else f" AND feedback_id < '{end}'"
                lower = "" if first == firsts[0] else f" AND feedback_id >= '{first}'"
                yield f"day = DATE '{day.isoformat()}'{lower}{upper}"


def _starts(connection: duckdb.DuckDBPyConnection, day: date, *, n_rows: int) -> list[str]:
    """The id with which each part of the day begins; all revisions of a voice stand in one part."""
    rows = connection.execute(
        "SELECT DISTINCT feedback_id"
        " FROM (SELECT feedback_id, row_number() OVER (ORDER BY feedback_id) AS place FROM raw WHERE day = ?)"
        " WHERE (place - 1) % ? = 0 ORDER BY 1",
        [day, n_rows],
    ).fetchall()
    return [first for (first,) in rows]


def _move_part(engine: Engine, *, where: str, to: int) -> Moved:
    with engine.lake.connect(RAW.name) as connection:
        rows = connection.execute(f"SELECT * FROM raw WHERE {where}").to_arrow_table()  # noqa: S608
    head = version_head(to)
    tokens = rows["payload"].to_pylist()
    fresh = [_reseal(token, vault=engine.vault) if token[:2] < head else token for token in tokens]
    n_old = sum(token[:2] < head for token in tokens)
    n_left = sum(token[:2] < head for token in fresh)
    if n_old > n_left:
        place = rows.schema.get_field_index("payload")
        engine.lake.replace(
            RAW.name, rows.set_column(place, "payload", pa.array(fresh, pa.binary())), where=where
        )
    return Moved(n_moved=n_old - n_left, n_unreadable=n_left)


def _reseal(token: bytes, *, vault: Vault) -> bytes:
    """The same under the newest key; what does not open stays as it is."""
    try:
        return vault.encrypt(vault.decrypt(token, context=RAW_CONTEXT), context=RAW_CONTEXT)
    except TokenUnreadable:
        return token
