"""No answer leaves with a hole in it: the customer's name is put in, and what is missing is named."""

from __future__ import annotations

from zhiyin.people.actors import Actor
from zhiyin.respond.answer_templates.variables import find_holes, put_name
from zhiyin.respond.outbox.errors import VariableMissing
from zhiyin.respond.queries import read_contact
from zhiyin.respond.services.changes import Change
from zhiyin.respond.statuses import Step


def fill_the_rest(change: Change, step: Step, by: Actor) -> None:
    """A step hook: fills the customer's name into the answer that is being sent.

    Raises:
        VariableMissing: a variable stands in it still. The step is not taken.
    """
    answer = change.answer
    if answer is None or not find_holes(answer.text):
        return
    answer.text = put_name(answer.text, name=read_contact(change.case).name)
    if missing := find_holes(answer.text):
        raise VariableMissing(missing[0])
    answer.save(update_fields=["text"])
