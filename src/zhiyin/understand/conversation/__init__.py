"""Conversations: who said what to whom, what was promised, what had to be said twice."""

from zhiyin.understand.conversation.meaning import analyse_conversations, read_conversations
from zhiyin.understand.conversation.model import (
    MARKS,
    Conversation,
    ConversationMeaning,
    Limits,
    Mark,
    Talk,
    Turn,
    TurnMeaning,
)
from zhiyin.understand.conversation.speakers import name_speaker, settle_speakers

__all__ = [
    "MARKS",
    "Conversation",
    "ConversationMeaning",
    "Limits",
    "Mark",
    "Talk",
    "Turn",
    "TurnMeaning",
    "analyse_conversations",
    "name_speaker",
    "read_conversations",
    "settle_speakers",
]
