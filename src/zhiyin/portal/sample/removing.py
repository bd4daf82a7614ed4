"""Takes away what the sample's customers left on their pages, and what was told there."""

from __future__ import annotations

from zhiyin.engine import Engine
from zhiyin.listen.facts import RAW
from zhiyin.listen.pipeline.store import sql_ids
from zhiyin.listen.services.sample_state import CONNECTOR
from zhiyin.portal.facts import CASE_RATINGS
from zhiyin.portal.models import SaidAndDone
from zhiyin.portal.sample.bringing import list_told

_CHUNK = 500


def take_away(engine: Engine) -> None:
    """The facts of stars, which themselves go with their cases, and entries that nobody has changed."""
    titles = [told.title_zh for told in list_told()]
    SaidAndDone.objects.filter(title_zh__in=titles, author=None, version=1).delete()
    if not {CASE_RATINGS.name, RAW.name} <= set(engine.lake.tables()):
        return
    with engine.lake.connect(CASE_RATINGS.name, RAW.name) as connection:
        rows = connection.execute(
            "SELECT DISTINCT feedback_id FROM case_ratings"
            " WHERE feedback_id IN (SELECT feedback_id FROM raw WHERE connector = ?)",
            [CONNECTOR],
        ).fetchall()
    ids = sorted(feedback_id for (feedback_id,) in rows)
    for start in range(0, len(ids), _CHUNK):
        engine.lake.delete(CASE_RATINGS.name, where=sql_ids(ids[start : start + _CHUNK]))
