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
    "read_conversations",
]
