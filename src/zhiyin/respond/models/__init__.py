"""Tables of cases and of all that happens to them."""

from zhiyin.respond.answer_templates.models import AnswerTemplate
from zhiyin.respond.callbacks.models import CallAttempt, CallBack
from zhiyin.respond.clocks.models import Clock, ClockHead, ClockPause, ClockRule
from zhiyin.respond.flow.models import (
    CaseAssessment,
    CaseFollow,
    CaseLink,
    CaseLooking,
    CaseMessage,
    CasePerson,
    CaseView,
    OpeningLock,
)
from zhiyin.respond.ladders.models import LadderRung, RungTaken
from zhiyin.respond.models.cases import Case, CaseVoice
from zhiyin.respond.models.events import CaseEvent, EventHead
from zhiyin.respond.models.story import CaseAnswer, CaseNote, CustomerWords
from zhiyin.respond.notices.models import Notice, NoticeSettings
from zhiyin.respond.outbox.models import AnswerRoute, OutgoingAnswer
from zhiyin.respond.owning.models import (
    ContactMood,
    Effort,
    KickedAboutAlert,
    OwnerChoice,
    StaffAbility,
    Transfer,
)
from zhiyin.respond.policies.models import (
    Approval,
    Budget,
    Compensation,
    Decision,
    Deputy,
    Policy,
    PolicyCase,
    PolicyVersion,
)
from zhiyin.respond.quality.models import (
    QualityAppeal,
    QualityChange,
    QualityItem,
    QualityResult,
    QualityRubric,
    QualitySample,
    QualityScore,
)
from zhiyin.respond.signals.models import SignalCase, SignalRule
from zhiyin.respond.solved.models import SolvedQuestion, SolvedSettings
from zhiyin.respond.statuses import CaseStatus, Step
from zhiyin.respond.visits.models import Technician, Visit, VisitMove, VisitPart

__all__ = [
    "AnswerRoute",
    "AnswerTemplate",
    "Approval",
    "Budget",
    "CallAttempt",
    "CallBack",
    "Case",
    "CaseAnswer",
    "CaseAssessment",
    "CaseEvent",
    "CaseFollow",
    "CaseLink",
    "CaseLooking",
    "CaseMessage",
    "CaseNote",
    "CasePerson",
    "CaseStatus",
    "CaseView",
    "CaseVoice",
    "Clock",
    "ClockHead",
    "ClockPause",
    "ClockRule",
    "Compensation",
    "ContactMood",
    "CustomerWords",
    "Decision",
    "Deputy",
    "Effort",
    "EventHead",
    "KickedAboutAlert",
    "LadderRung",
    "Notice",
    "NoticeSettings",
    "OpeningLock",
    "OutgoingAnswer",
    "OwnerChoice",
    "Policy",
    "PolicyCase",
    "PolicyVersion",
    "QualityAppeal",
    "QualityChange",
    "QualityItem",
    "QualityResult",
    "QualityRubric",
    "QualitySample",
    "QualityScore",
    "RungTaken",
    "SignalCase",
    "SignalRule",
    "SolvedQuestion",
    "SolvedSettings",
    "StaffAbility",
    "Step",
    "Technician",
    "Transfer",
    "Visit",
    "VisitMove",
    "VisitPart",
]
