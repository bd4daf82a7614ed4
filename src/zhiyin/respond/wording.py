"""What statuses, steps and refusals are called on pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from zhiyin.errors import InvalidInput, ZhiyinError
from zhiyin.respond import errors
from zhiyin.respond.flow import errors as flow_errors
from zhiyin.respond.moods.errors import StarOfAnother
from zhiyin.respond.owning.errors import PingPong
from zhiyin.respond.statuses import CaseStatus, Step

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

STATUS_NAMES: Mapping[CaseStatus, StrPromise] = {
    CaseStatus.OPEN: _("New"),
    CaseStatus.WORKING: _("In work"),
    CaseStatus.WAITING: _("Waits for the customer"),
    CaseStatus.HELD: _("On hold"),
    CaseStatus.ANSWERED: _("Answer sent"),
    CaseStatus.REOPENED: _("Reopened"),
    CaseStatus.SOLVED: _("Solved"),
    CaseStatus.CLOSED: _("Closed"),
}

STEP_NAMES: Mapping[Step, StrPromise] = {
    Step.OPENED: _("opened the case"),
    Step.VOICE_ADDED: _("added a voice"),
    Step.STARTED: _("began to work"),
    Step.NOTED: _("noted"),
    Step.ANSWERED: _("answered the customer"),
    Step.TRANSFERRED: _("handed the case over"),
    Step.DUE_SET: _("changed when it is due"),
    Step.CLOSED: _("closed the case"),
    Step.SOLVED: _("confirmed that it is solved"),
    Step.REOPENED: _("reopened the case"),
    Step.TRANSFER_UNDONE: _("took the hand-over back"),
    Step.CLOSE_UNDONE: _("took the closing back"),
    Step.ACKNOWLEDGED: _("told the customer that it was received"),
    Step.ASSESSED: _("assessed the case"),
    Step.INVESTIGATED: _("finished looking into it"),
    Step.COMMUNICATED: _("told the customer the decision"),
    Step.ASKED: _("asked the customer"),
    Step.CUSTOMER_SPOKE: _("added something"),
    Step.URGED: _("asked for haste"),
    Step.HELD: _("put the case on hold"),
    Step.RESUMED: _("took the case up again"),
    Step.CLONED: _("copied the case"),
    Step.MERGED: _("merged another case into it"),
    Step.MERGE_UNDONE: _("took the merging back"),
    Step.SPLIT: _("split a case off"),
    Step.SPLIT_UNDONE: _("took the splitting back"),
    Step.GROUPED: _("put it into a group complaint"),
    Step.UNGROUPED: _("took it out of the group complaint"),
    Step.ESCALATED: _("escalated the case"),
    Step.PROMISED: _("promised the customer"),
    Step.PROMISE_KEPT: _("kept the promise"),
    Step.PROMISE_BROKEN: _("did not keep the promise"),
    Step.DECIDED: _("had the policy decide"),
    Step.GRANTED: _("granted something"),
    Step.CALLED_BACK: _("called the customer back"),
    Step.VISITED: _("told of the visit"),
}

STEP_ICONS: Mapping[Step, str] = {
    Step.OPENED: "clipboard-list",
    Step.VOICE_ADDED: "message-circle",
    Step.STARTED: "player-play",
    Step.NOTED: "note",
    Step.ANSWERED: "message",
    Step.TRANSFERRED: "arrow-right",
    Step.DUE_SET: "clock",
    Step.CLOSED: "circle-x",
    Step.SOLVED: "circle-check",
    Step.REOPENED: "refresh",
    Step.TRANSFER_UNDONE: "arrow-back-up",
    Step.CLOSE_UNDONE: "arrow-back-up",
    Step.ACKNOWLEDGED: "check",
    Step.ASSESSED: "clipboard-list",
    Step.INVESTIGATED: "search",
    Step.COMMUNICATED: "message",
    Step.ASKED: "message-circle",
    Step.CUSTOMER_SPOKE: "message-circle",
    Step.URGED: "bell",
    Step.HELD: "clock",
    Step.RESUMED: "player-play",
    Step.CLONED: "copy",
    Step.MERGED: "arrow-right",
    Step.MERGE_UNDONE: "arrow-back-up",
    Step.SPLIT: "arrow-right",
    Step.SPLIT_UNDONE: "arrow-back-up",
    Step.GROUPED: "users",
    Step.UNGROUPED: "arrow-back-up",
    Step.ESCALATED: "alert-triangle",
    Step.PROMISED: "calendar",
    Step.PROMISE_KEPT: "circle-check",
    Step.PROMISE_BROKEN: "circle-x",
    Step.DECIDED: "check",
    Step.GRANTED: "check",
    Step.CALLED_BACK: "phone",
    Step.VISITED: "calendar",
}

_BY_KIND: Mapping[type[ZhiyinError], StrPromise] = {
    errors.CaseChanged: _(
        "Somebody else changed this case in the meantime. Look at how it stands now, then do it again."
    ),
    errors.DraftChanged: _(
        "Somebody else wrote on this answer in the meantime. Read what is there now, then add yours."
    ),
    errors.StepImpossible: _("This cannot be done any more. Here is how the case stands now."),
    flow_errors.CannotMerge: _(
        "These cases cannot be merged: one is over, or is a group complaint. Choose another."
    ),
    flow_errors.CannotSplit: _(
        "These voices cannot be split off. Tick some that are about something else, and leave one."
    ),
    flow_errors.CannotGroup: _(
        "This is not possible for a group complaint: a case is in one at most, and the group must be open."
    ),
    flow_errors.UrgedTooSoon: _(
        "Haste was asked for less than an hour ago, and the owner knows. Try again in an hour."
    ),
    errors.NothingToUndo: _("This cannot be taken back any more. Take the next step instead."),
    errors.NobodyToOwn: _(
        "Nobody may look after cases of this unit. Give somebody the role of manager or agent there."
    ),
    errors.NobodyAbove: _("Nobody stands above the owner of this case. Hand it over to somebody instead."),
    PingPong: _(
        "The case would go straight back to whom it came from. Take a step for the customer, hand it to"
        " somebody else, or ask a manager of the unit."
    ),
    StarOfAnother: _(
        "Somebody else gave the stars of this step. They, or a manager of the unit, can change them."
    ),
    errors.CannotOwn: _("This person may not look after cases of this unit. Choose one who works there."),
}

_BY_FIELD: Mapping[str, StrPromise] = {
    "title": _("Say in a few words what the case is about."),
    "note": _("The note is empty, or longer than 5,000 characters."),
    "answer": _("The answer is empty, or longer than 5,000 characters."),
    "transfer_reason": _("Choose why the case is handed over."),
    "transfer_unit": _("Choose one of the units of the list."),
    "summary": _("Write a few words of hand-over: what is known, tried and promised."),
    "reason": _("The customer still waits for an answer. Answer, or say why none is needed."),
    "why": _("Say why you need the contact. The audit trail keeps your reason."),
    "why_order": _("Say why you need the numbers. The audit trail keeps your reason."),
    "owner": _("This person looks after the case already."),
    "due_at": _("This time has passed. Choose a time to come."),
    "escalation": _("Say why it has to go higher."),
    "question": _("Write what you want to know from the customer."),
    "hold_reason": _("Say why it has to rest."),
    "until": _("Choose a day to come, within a year."),
    "finding": _("Say what was found."),
    "severity": _("Choose how severe it is, from 1 to 4."),
    "cause": _("Choose why there is a complaint."),
    "aspect": _("Choose from the list what it is about."),
    "way": _("Choose from the list which way."),
    "into": _("There is no such case, or it is this one. Check the number."),
    "under": _("There is no such case. Check the number."),
    "update": _("The answer is empty, or longer than 5,000 characters."),
    "list_name": _("Give the list a name of 1 to 80 signs."),
    "list_query": _("This list has too many filters to be saved."),
    "list_count": _("You have 50 lists already. Delete some."),
    "deadline_day": _("Choose the day from which it counts, today or before."),
    "variable": _("Words in braces are not filled in yet. Write what belongs there, or take them out."),
    "forbidden_words": _("Customers must not be asked to change or remove a review. Take the words out."),
    "phone": _("This is no phone number. Write digits, such as 138 0000 0000."),
    "stars": _("Give one to five stars."),
    "email": _("This is no e-mail address. Write it as name@example.com."),
}


def say(error: ZhiyinError) -> str:
    """The error in the language of the page: what happened and what to do next."""
    if isinstance(error, errors.VoiceHasCase):
        return str(_("Case %(number)s is about this voice already. Go on there.") % {"number": error.number})
    if isinstance(error, flow_errors.MergedAway):
        return str(_("This case was merged into case %(number)s. Go on there.") % {"number": error.number})
    for kind, text in _BY_KIND.items():
        if isinstance(error, kind):
            return str(text)
    if isinstance(error, InvalidInput) and (error.field or "") in _BY_FIELD:
        return str(_BY_FIELD[error.field or ""])
    return str(error)
