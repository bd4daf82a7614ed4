"""Makes a good answer an article, and counts which articles solved cases."""

from __future__ import annotations

from collections.abc import Sequence

from zhiyin.errors import NotFound
from zhiyin.knowledge.models import ArticleVersion
from zhiyin.knowledge.services import Words, forget_uses, mark_solved, write_article
from zhiyin.listen.pipeline.masking import mask_texts
from zhiyin.people.actors import Actor
from zhiyin.people.models import Account
from zhiyin.respond.models import Case, CaseAnswer
from zhiyin.respond.services.changes import Change
from zhiyin.respond.statuses import Step

_SAID: dict[Step, bool | None] = {Step.SOLVED: True, Step.REOPENED: False}
_MOST_TITLE = 120


def keep_answer(
    case: Case, *, answer_id: int, owner: Account, unit_id: int | None, by: Actor
) -> ArticleVersion:
    """The answer as a draft of an article, private data covered.

    Raises:
        NotFound: the case has no such answer, or it was not sent.
    """
    answer = CaseAnswer.objects.filter(case=case, pk=answer_id, sent_at__isnull=False).first()
    if answer is None:
        raise NotFound("There is no such answer.", next_step="Choose one that was sent.")
    title, text = mask_texts([case.title[:_MOST_TITLE], answer.text])
    words = Words(title=title, text=text, asked_as=title, case_number=case.number)
    return write_article(words, owner=owner, by=by, unit_id=unit_id)


def count_what_helped(change: Change, step: Step, by: Actor) -> None:
    """A step hook: what the customer says of the case counts for the articles used in it."""
    if step in _SAID:
        mark_solved(change.case.pk, is_solved=_SAID[step])


def forget_typed(feedback_ids: Sequence[str]) -> None:
    """What was typed while searching for an erased customer's case goes with the customer."""
    forget_uses(list(Case.objects.filter(feedback_id__in=feedback_ids).values_list("pk", flat=True)))
