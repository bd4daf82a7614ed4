"""Takes the sample's cases and articles away, with its staff and the rules that came along."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa

from zhiyin.engine import Engine
from zhiyin.listen.facts import RAW
from zhiyin.listen.services.sample_state import CONNECTOR
from zhiyin.respond.clocks.suggested import list_suggestions
from zhiyin.respond.models import Case, Clock, ClockRule
from zhiyin.respond.sample.articles import take_articles_away
from zhiyin.respond.sample.staff import dismiss, list_staff
from zhiyin.respond.services.sample import forget_cases

_CHUNK = 500


def take_away(engine: Engine) -> Mapping[str, int]:
    """What went: cases, articles, and last the staff, whom both named. Repeatable."""
    gone = {"cases": take_cases_away(engine), "articles": take_articles_away()}
    dismiss()
    return {name: n for name, n in gone.items() if n}


def take_cases_away(engine: Engine) -> int:
    """How many cases went: those of the sample's voices, and its group complaints; with them the rules of
    clocks that nothing runs by. Repeatable.
    """
    n_gone, parents = 0, _list_groups()
    for part in _parts(_list_voices(engine)):
        ids = [*Case.objects.filter(feedback_id__in=part).values_list("pk", flat=True)]
        forget_cases(ids)
        n_gone += len(ids)
    left = set(Case.objects.filter(parent__in=parents).values_list("parent", flat=True))
    empty = [pk for pk in parents if pk not in left]
    forget_cases(empty)
    _forget_rules()
    return n_gone + len(empty)


def _list_voices(engine: Engine) -> list[str]:
    """The voices of the sample that a case began with."""
    if RAW.name not in engine.lake.tables():
        return []
    ids = [*Case.objects.exclude(feedback_id="").values_list("feedback_id", flat=True)]
    with engine.lake.connect(RAW.name) as connection:
        connection.register("known", pa.table({"id": pa.array(ids, pa.string())}))
        rows = connection.execute(
            "SELECT DISTINCT feedback_id FROM raw WHERE connector = ?"
            " AND feedback_id IN (SELECT id FROM known)",
            [CONNECTOR],
        ).fetchall()
    return [feedback_id for (feedback_id,) in rows]


def _list_groups() -> list[int]:
    """Group complaints that the sample's head made; with no case of others in them they go, too."""
    made = Case.objects.filter(feedback_id="", events__kind="opened", events__actor__in=list_staff())
    return [*made.values_list("pk", flat=True).distinct()]


def _forget_rules() -> None:
    """The suggested rules of clocks that no account made or changed, and no clock runs by."""
    keys = [one.key for one in list_suggestions(language="zh")]
    changed = ClockRule.objects.filter(key__in=keys, version__gt=1).values("key")
    unused = ClockRule.objects.filter(key__in=keys, made_by=None).exclude(key__in=changed)
    unused.exclude(pk__in=Clock.objects.values("rule")).delete()


def _parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _CHUNK):
        yield ids[start : start + _CHUNK]
