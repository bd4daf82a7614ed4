"""Checks log, lake and database against each other; changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
from django.db.models import Sum

from zhiyin.engine import Engine
from zhiyin.engine.doctor import Finding, Level
from zhiyin.errors import InvalidInput, ZhiyinError
from zhiyin.listen.facts import RAW, TABLES
from zhiyin.listen.models import FeedbackKey, SetAsideItem
from zhiyin.listen.pipeline.columns import RAW_CONTEXT
from zhiyin.listen.pipeline.turns import pipeline_turn
from zhiyin.listen.services.learning import examine_model

_REBUILD = "Run `zhiyin lake rebuild`: it makes facts and keys again from the raw items."
_KEYS_PER_READ = 100_000


def examine_listening(engine: Engine) -> list[Finding]:
    """Findings on what was set aside, and on whether every stored voice stands in the lake exactly once.

    Waits for the pipeline's turn, so that it never sees a batch half done; some seconds a million voices.
    """
    findings = [_examine_set_aside(), examine_model()]
    names = {spec.name for spec in TABLES}
    if not names <= set(engine.lake.tables()):
        if FeedbackKey.objects.filter(revision__gt=0).exists():
            lacking = ", ".join(sorted(names - set(engine.lake.tables())))
            return [*findings, _find("voices", "error", f"The lake lacks the tables {lacking}.", _REBUILD)]
        return [*findings, _find("voices", "ok", "No voice is stored yet.")]
    try:
        with pipeline_turn(engine.home.path):
            return [*findings, *_examine_seal(engine), *_examine_voices(engine)]
    except ZhiyinError as error:
        return [*findings, _find("voices", "error", error.message, "See what is said above.")]


def _examine_set_aside() -> Finding:
    reasons = SetAsideItem.objects.values("reason").annotate(n=Sum("n_items")).order_by("-n")
    n_items = sum(one["n"] for one in reasons)
    if not n_items:
        return _find("set_aside", "ok", "Nothing had to be set aside.")
    told = "; ".join(f"{one['n']} × {one['reason']}" for one in reasons[:5])
    return _find(
        "set_aside",
        "warning",
        f"{n_items} items could not be processed and wait, encrypted: {told}.",
        "After an upgrade that mends it, run `zhiyin lake retry`.",
    )


def _examine_seal(engine: Engine) -> list[Finding]:
    """Whether the keys are those of this home: one raw item is opened."""
    with engine.lake.connect(RAW.name) as connection:
        row = connection.execute("SELECT payload FROM raw LIMIT 1").fetchone()
    try:
        if row is not None:
            engine.vault.decrypt(bytes(row[0]), context=RAW_CONTEXT)
    except InvalidInput as error:
        return [_find("keys", "error", error.message, error.next_step)]
    return []


def _examine_voices(engine: Engine) -> Iterator[Finding]:
    is_settled = not engine.log.lag().n_messages
    with engine.lake.connect("feedback", "raw") as connection:
        connection.execute("CREATE TEMP TABLE keys (feedback_id VARCHAR, revision INTEGER)")
        for batch in _read_keys():
            connection.register("batch", batch)
            connection.execute("INSERT INTO keys SELECT * FROM batch")
            connection.unregister("batch")
        counts = {
            name: (connection.execute(query).fetchone() or (0,))[0] for name, query in _QUESTIONS.items()
        }
    faults = [(name, n) for name, n in counts.items() if n and name in _FAULTS]
    for name, n in faults:
        level: Level = "error" if is_settled else "warning"
        next_step = _REBUILD if is_settled else "Wait until the log is empty, then look again."
        yield _find("voices", level, f"{n} {_FAULTS[name]}.", next_step)
    if not faults:
        yield _find("voices", "ok", f"All {counts['n_keys']} stored voices stand in the lake exactly once.")


def _read_keys() -> Iterator[pa.Table]:
    rows = FeedbackKey.objects.filter(revision__gt=0).values_list("feedback_id", "revision")
    ids: list[str] = []
    revisions: list[int] = []
    for feedback_id, revision in rows.iterator(chunk_size=10_000):
        ids.append(str(feedback_id))
        revisions.append(revision)
        if len(ids) == _KEYS_PER_READ:
            yield _keys_table(ids, revisions)
            ids, revisions = [], []
    if ids:
        yield _keys_table(ids, revisions)


def _keys_table(ids: list[str], revisions: list[int]) -> pa.Table:
    return pa.table({"feedback_id": pa.array(ids, pa.string()), "revision": pa.array(revisions, pa.int32())})


_QUESTIONS = {
    "n_keys": "SELECT count(*) FROM keys",
    "absent": "SELECT count(*) FROM keys ANTI JOIN (SELECT feedback_id FROM feedback WHERE is_current)"
    " USING (feedback_id)",
    "doubled": "SELECT count(*) FROM (SELECT feedback_id FROM feedback WHERE is_current"
    " GROUP BY feedback_id HAVING count(*) > 1)",
    "repeated": "SELECT count(*) FROM (SELECT feedback_id, revision FROM feedback"
    " GROUP BY ALL HAVING count(*) > 1)",
    "unknown": "SELECT count(*) FROM (SELECT DISTINCT feedback_id FROM feedback) ANTI JOIN keys"
    " USING (feedback_id)",
    "stale": "SELECT count(*) FROM keys JOIN (SELECT feedback_id, max(revision) AS newest FROM feedback"
    " WHERE is_current GROUP BY feedback_id) USING (feedback_id) WHERE newest <> revision",
    "without_raw": "SELECT count(*) FROM (SELECT DISTINCT feedback_id, revision FROM feedback)"
    " ANTI JOIN raw USING (feedback_id, revision)",
    "without_facts": "SELECT count(*) FROM (SELECT DISTINCT feedback_id, revision FROM raw)"
    " ANTI JOIN feedback USING (feedback_id, revision)",
}
_FAULTS = {
    "absent": "stored voices have no current row in the lake",
    "doubled": "voices have more than one current row in the lake",
    "repeated": "versions of voices stand in the lake twice",
    "unknown": "voices in the lake have no key in the database",
    "stale": "voices in the lake are of another version than their keys",
    "without_raw": "facts have no raw item, so that they could not be made again",
    "without_facts": "raw items have no facts",
}


def _find(check: str, level: Level, message: str, next_step: str = "") -> Finding:
    return Finding(check=check, level=level, message=message, next_step=next_step)
