"""What the customer is told besides answers, written in the step that tells it."""

from __future__ import annotations

from zhiyin.people.actors import Actor
from zhiyin.respond.flow.kinds import MessageKind, Way
from zhiyin.respond.models import Case, CaseMessage
from zhiyin.respond.services.changes import Change, account_id_of


def write_message(
    change: Change, text: str, *, kind: MessageKind, by: Actor, way: Way | None = None
) -> CaseMessage:
    """Put it into this step; hooks find it as `change.message`."""
    change.message = CaseMessage.objects.create(
        case=change.case,
        kind=kind.value,
        way="" if way is None else way.value,
        text=text,
        author_id=account_id_of(by),
        at=change.at,
    )
    return change.message


def list_messages(case: Case) -> list[CaseMessage]:
    """All of them, the first first; the customer may read them."""
    return list(CaseMessage.objects.filter(case=case).order_by("at", "pk"))


def find_question(case: Case) -> CaseMessage | None:
    """What the customer was asked last and has not answered yet."""
    questions = CaseMessage.objects.filter(case=case, kind=MessageKind.QUESTION.value, replied_at=None)
    return questions.order_by("-at", "-pk").first()


def find_hold(case: Case) -> CaseMessage | None:
    """What the customer was told last about a rest."""
    return CaseMessage.objects.filter(case=case, kind=MessageKind.HOLD.value).order_by("-at", "-pk").first()
