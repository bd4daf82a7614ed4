"""Tables of this room."""

from zhiyin.insight.models.alert_rules import AlertMark, AlertRule
from zhiyin.insight.models.boards import Board
from zhiyin.insight.models.competitors import Competitor
from zhiyin.insight.models.destinations import Destination
from zhiyin.insight.models.dismissals import Dismissal
from zhiyin.insight.models.incidents import Incident, IncidentEvent, IncidentUnit
from zhiyin.insight.models.journeys import JourneyMap, JourneyVersion
from zhiyin.insight.models.outbox import Delivery, DeliveryAttempt, Message, MessageFile
from zhiyin.insight.models.priority import ProblemEffort
from zhiyin.insight.models.qsc import QscSettings
from zhiyin.insight.models.reports import Report, ReportSnapshot
from zhiyin.insight.models.saved_views import DefaultView, SavedView
from zhiyin.insight.models.signals import Signal
from zhiyin.insight.models.subjects import PutAwaySubject, SubjectReport

__all__ = [
    "AlertMark",
    "AlertRule",
    "Board",
    "Competitor",
    "DefaultView",
    "Delivery",
    "DeliveryAttempt",
    "Destination",
    "Dismissal",
    "Incident",
    "IncidentEvent",
    "IncidentUnit",
    "JourneyMap",
    "JourneyVersion",
    "Message",
    "MessageFile",
    "ProblemEffort",
    "PutAwaySubject",
    "QscSettings",
    "Report",
    "ReportSnapshot",
    "SavedView",
    "Signal",
    "SubjectReport",
]
