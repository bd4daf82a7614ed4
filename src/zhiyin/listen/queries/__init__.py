"""What reads voices and channels; every door takes the asker's scope."""

from zhiyin.listen.queries.channels import ChannelOut, list_channels
from zhiyin.listen.queries.corrections import (
    CorrectionOut,
    Corrections,
    find_corrections,
    with_corrections,
)
from zhiyin.listen.queries.feedback import (
    FeedbackDetail,
    FeedbackFilter,
    FeedbackOut,
    FeedbackPage,
    get_feedback,
    list_feedback,
)

__all__ = [
    "ChannelOut",
    "CorrectionOut",
    "Corrections",
    "FeedbackDetail",
    "FeedbackFilter",
    "FeedbackOut",
    "FeedbackPage",
    "find_corrections",
    "get_feedback",
    "list_channels",
    "list_feedback",
    "with_corrections",
]
