"""Tables of this room."""

from zhiyin.insight.models.destinations import Destination
from zhiyin.insight.models.dismissals import Dismissal
from zhiyin.insight.models.outbox import Delivery, DeliveryAttempt, Message, MessageFile
from zhiyin.insight.models.saved_views import DefaultView, SavedView

__all__ = [
    "DefaultView",
    "Delivery",
    "DeliveryAttempt",
    "Destination",
    "Dismissal",
    "Message",
    "MessageFile",
    "SavedView",
]
