"""A split that is taken back: what was asked and told in both cases counts in the one that is left, once."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from zhiyin.respond.effort.queries import sum_effort
from zhiyin.respond.flow import services as flow
from zhiyin.respond.models import Case, Effort
from zhiyin.respond.services import add_voice, close_case

pytestmark = pytest.mark.django_db


def _count_all() -> None:
    """As if the worker had found one repetition in each."""
    Effort.objects.update(counted_at=timezone.now(), n_asked_again=1, n_told_again=1)


@pytest.mark.parametrize("is_over", [False, True])
def test_effort_comes_back_with_the_voices_and_steps(
    shop: Any, make_case: Any, new_id: Any, is_over: bool
) -> None:
    case, other = make_case(), new_id()
    add_voice(case, feedback_id=other, by=shop.by_agent)
    new = flow.split_case(case, feedback_ids=[other], title="另一件事", by=shop.by_agent)
    assert Effort.objects.get(voice__feedback_id=other).case == new
    flow.ask_customer(Case.objects.get(pk=new.pk), question="请问订单号是多少？", by=shop.by_agent)
    if is_over:
        close_case(Case.objects.get(pk=new.pk), reason="重复", by=shop.by_agent)
    _count_all()
    n_rows = Effort.objects.count()
    own, split = sum_effort(case), sum_effort(new)
    assert own is not None
    assert split is not None
    assert (own.n_told, split.n_told) == (1, 2)  # the first voice; the one split off and the question
    flow.undo_split(Case.objects.get(pk=new.pk), by=shop.by_agent)
    together = sum_effort(case)
    assert together is not None
    assert (together.n_asked, together.n_told, Effort.objects.count()) == (3, 3, n_rows)
    assert sum_effort(new) is None
