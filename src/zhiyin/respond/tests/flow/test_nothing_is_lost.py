"""Whatever is merged, split, closed and taken back in whatever order: each voice is in one case."""

from __future__ import annotations

import os
from typing import Any

import pytest
import uuid_utils
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from zhiyin.errors import Conflict, InvalidInput
from zhiyin.respond.flow import services as flow
from zhiyin.respond.flow.kinds import LinkKind
from zhiyin.respond.models import Case, CaseLink, CaseStatus, CaseVoice
from zhiyin.respond.services import add_voice, close_case, open_case, reopen_case

pytestmark = pytest.mark.django_db
_PICK = st.integers(min_value=0, max_value=99)
_TIMES, _STEPS = int(os.environ.get("ZHIYIN_TEST_MERGES", "5")), 15


def make_machine(shop: Any) -> type[RuleBasedStateMachine]:
    """A machine that works on cases of the shop."""

    class Cases(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.block = transaction.atomic()
            self.block.__enter__()
            self.voices: set[str] = set()

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

        def pick(self, n: int) -> Case:
            cases = list(Case.objects.select_related("unit", "owner").order_by("pk"))
            return cases[n % len(cases)]

        def new_voice(self) -> str:
            voice = str(uuid_utils.uuid7())
            self.voices.add(voice)
            return voice

        def attempt(self, act: Any) -> None:
            try:
                with transaction.atomic():
                    act()
            except (Conflict, InvalidInput):
                pass

        @initialize()
        def begin(self) -> None:
            for _ in range(3):
                self.open_one()

        @rule()
        def open_one(self) -> None:
            open_case(feedback_id=self.new_voice(), unit_id=shop.store.pk, title="x", by=shop.by_agent)

        @rule(n=_PICK)
        def hear_more(self, n: int) -> None:
            add_voice(self.pick(n), feedback_id=self.new_voice(), by=shop.by_agent)

        @rule(n=_PICK, m=_PICK)
        def merge(self, n: int, m: int) -> None:
            self.attempt(lambda: flow.merge_case(self.pick(n), into=self.pick(m), by=shop.by_agent))

        @rule(n=_PICK)
        def unmerge(self, n: int) -> None:
            self.attempt(lambda: flow.undo_merge(self.pick(n), by=shop.by_agent))

        @rule(n=_PICK, k=_PICK)
        def split(self, n: int, k: int) -> None:
            case = self.pick(n)
            ids = list(case.voices.order_by("pk").values_list("feedback_id", flat=True))
            chosen = ids[k % len(ids) :] if ids else []
            self.attempt(lambda: flow.split_case(case, feedback_ids=chosen, title="y", by=shop.by_agent))

        @rule(n=_PICK)
        def unsplit(self, n: int) -> None:
            self.attempt(lambda: flow.undo_split(self.pick(n), by=shop.by_agent))

        @rule(n=_PICK)
        def close(self, n: int) -> None:
            self.attempt(lambda: close_case(self.pick(n), reason="z", by=shop.by_agent))

        @rule(n=_PICK)
        def reopen(self, n: int) -> None:
            self.attempt(lambda: reopen_case(self.pick(n), by=shop.by_agent))

        @invariant()
        def each_voice_is_in_one_case(self) -> None:
            placed = list(CaseVoice.objects.values_list("feedback_id", flat=True))
            assert sorted(placed) == sorted(self.voices)

        @invariant()
        def what_was_merged_away_is_closed_and_empty(self) -> None:
            away = Case.objects.filter(merged_into__isnull=False)
            assert not away.exclude(status=CaseStatus.CLOSED.value).exists()
            assert not CaseVoice.objects.filter(case__in=away).exists()

        @invariant()
        def every_merge_can_be_explained(self) -> None:
            merges = CaseLink.objects.filter(kind=LinkKind.MERGE.value, undone_at=None)
            for link in merges.select_related("source"):
                assert link.source.merged_into_id == link.target_id

    return Cases


def test_voices_stay_in_exactly_one_case(shop: Any) -> None:
    run_state_machine_as_test(
        make_machine(shop),
        settings=settings(
            max_examples=_TIMES,
            stateful_step_count=_STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
