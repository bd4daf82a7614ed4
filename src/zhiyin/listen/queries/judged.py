"""Which voices people have judged as a whole, and where two of them say different things."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from zhiyin.listen.models import CorrectedVoice, LabelCorrection


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgements:
    """Ids of voices: `settled` by people, and `disputed` among them; no voice is both."""

    settled: frozenset[str]
    disputed: frozenset[str]


def find_judgements() -> Judgements:
    """The voices whose sentiment people corrected or confirmed, of all units. One query.

    Two people disagree where the last two that stand differ and are not of one person.
    """
    rows = LabelCorrection.objects.filter(undone_at=None, change__kind="sentiment").order_by("pk")
    last: dict[UUID, tuple[object, object]] = {}
    disputed = set[UUID]()
    for voice, said, by in rows.values_list("voice_id", "change__sentiment", "made_by"):
        before = last.get(voice)
        is_other = before is not None and before[0] != said and before[1] != by
        (disputed.add if is_other else disputed.discard)(voice)
        last[voice] = (said, by)
    return Judgements(
        settled=frozenset(str(voice) for voice in last if voice not in disputed),
        disputed=frozenset(map(str, disputed)),
    )


def count_changes(feedback_ids: Iterable[str]) -> dict[str, int]:
    """How often the labels of these voices were changed, by id; those never changed are left out."""
    found = CorrectedVoice.objects.filter(pk__in=[UUID(one) for one in feedback_ids])
    return {str(pk): n for pk, n in found.values_list("pk", "n_changes")}
