"""Tables of listening: channels, the key of every voice, imports and other jobs, what the door remembers."""

from zhiyin.listen.models.analysis_settings import AnalysisSettings
from zhiyin.listen.models.channels import Channel
from zhiyin.listen.models.corrections import CorrectedVoice, LabelCorrection
from zhiyin.listen.models.feedback_keys import FeedbackKey
from zhiyin.listen.models.idempotency import IdempotencyRecord
from zhiyin.listen.models.imports import ImportJob, ImportMapping
from zhiyin.listen.models.jobs import BackgroundJob
from zhiyin.listen.models.learning import TrainedModel
from zhiyin.listen.models.sample import SampleState
from zhiyin.listen.models.set_aside import SetAsideItem
from zhiyin.listen.models.taxonomies import TaxonomyDraft, TaxonomyVersion
from zhiyin.listen.models.term_searches import DismissedTerm, TermSearch
from zhiyin.listen.models.uploads import Upload
from zhiyin.listen.models.version_in_force import VersionInForce

__all__ = [
    "AnalysisSettings",
    "BackgroundJob",
    "Channel",
    "CorrectedVoice",
    "DismissedTerm",
    "FeedbackKey",
    "IdempotencyRecord",
    "ImportJob",
    "ImportMapping",
    "LabelCorrection",
    "SampleState",
    "SetAsideItem",
    "TaxonomyDraft",
    "TaxonomyVersion",
    "TermSearch",
    "TrainedModel",
    "Upload",
    "VersionInForce",
]
