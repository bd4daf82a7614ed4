"""Whether the sample company is here, and what the company was called before it came."""

from __future__ import annotations

from django.conf import settings

from zhiyin.engine import Engine, open_engine
from zhiyin.listen.facts import RAW
from zhiyin.listen.models import SampleState

CONNECTOR = "sample"
STAFF_PREFIX = "sample-"
"""How the sign-in names of its staff begin, who cannot sign in."""
_ID = 1


def has_sample() -> bool:
    """Whether voices of the sample company are here or on their way. One query, but for the first time."""
    state = SampleState.objects.first()
    if state is None:
        # Loaded by a version that did not note it: the lake knows.
        state, _ = SampleState.objects.get_or_create(
            pk=_ID, defaults={"is_present": _stands_in_lake(open_engine(settings.HOME))}
        )
    return state.is_present


def note_sample(*, is_present: bool, company_name: str | None = None) -> None:
    """Keeps it in mind; `company_name` is the company's own, where the sample has just replaced it."""
    fields: dict[str, object] = {"is_present": is_present}
    if company_name is not None:
        fields["company_name"] = company_name
    SampleState.objects.update_or_create(pk=_ID, defaults=fields)


def get_own_company_name() -> str:
    """What the company was called before the sample; empty where nobody knows."""
    state = SampleState.objects.first()
    return state.company_name if state else ""


def _stands_in_lake(engine: Engine) -> bool:
    if RAW.name not in engine.lake.tables():
        return False
    with engine.lake.connect(RAW.name) as connection:
        found = connection.execute("SELECT 1 FROM raw WHERE connector = ? LIMIT 1", [CONNECTOR]).fetchone()
    return found is not None
