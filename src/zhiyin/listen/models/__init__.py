"""Tables of listening: channels, the key of every voice, imports."""

from zhiyin.listen.models.channels import Channel
from zhiyin.listen.models.feedback_keys import FeedbackKey
from zhiyin.listen.models.imports import ImportJob, ImportMapping

__all__ = ["Channel", "FeedbackKey", "ImportJob", "ImportMapping"]
