"""Tables of cases and of all that happens to them."""

from zhiyin.respond.clocks.models import Clock, ClockHead, ClockPause, ClockRule
from zhiyin.respond.flow.models import (
    CaseAssessment,
    CaseFollow,
    CaseLink,
    CaseLooking,
    CaseMessage,
    CaseView,
)
from zhiyin.respond.models.cases import Case, CaseVoice
from zhiyin.respond.models.events import CaseEvent, EventHead
from zhiyin.respond.models.story import CaseAnswer, CaseNote, CustomerWords
from zhiyin.respond.statuses import CaseStatus, Step

__all__ = [
    "Case",
    "CaseAnswer",
    "CaseAssessment",
    "CaseEvent",
    "CaseFollow",
    "CaseLink",
    "CaseLooking",
    "CaseMessage",
    "CaseNote",
    "CaseStatus",
    "CaseView",
    "CaseVoice",
    "Clock",
    "ClockHead",
    "ClockPause",
    "ClockRule",
    "CustomerWords",
    "EventHead",
    "Step",
]
