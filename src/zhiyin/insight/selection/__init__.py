"""Which facts a question is about: the asker's scope, narrowed by a filter, as SQL conditions."""

from zhiyin.insight.selection.choosing import Selection, select
from zhiyin.insight.selection.conditions import LEFT_OUT, Parameter
from zhiyin.insight.selection.voice_filter import VoiceFilter

__all__ = ["LEFT_OUT", "Parameter", "Selection", "VoiceFilter", "select"]
