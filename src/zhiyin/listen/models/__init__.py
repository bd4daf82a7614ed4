"""Tables of listening: channels, the key of every voice, imports, what the intake door remembers."""

from zhiyin.listen.models.analysis_settings import AnalysisSettings
from zhiyin.listen.models.channels import Channel
from zhiyin.listen.models.feedback_keys import FeedbackKey
from zhiyin.listen.models.idempotency import IdempotencyRecord
from zhiyin.listen.models.imports import ImportJob, ImportMapping
from zhiyin.listen.models.set_aside import SetAsideItem

__all__ = [
    "AnalysisSettings",
    "Channel",
    "FeedbackKey",
    "IdempotencyRecord",
    "ImportJob",
    "ImportMapping",
    "SetAsideItem",
]
