"""Whether a text to customers is plain, short, trustworthy and respectful; pure Python, no Django."""

from zhiyin.knowledge.plain.checking import MAX_SIGNS, check_text
from zhiyin.knowledge.plain.report import Code, Kind, Language, PlainReport, Remark, Scores, Severity
from zhiyin.knowledge.plain.texts import language_of

__all__ = [
    "MAX_SIGNS",
    "Code",
    "Kind",
    "Language",
    "PlainReport",
    "Remark",
    "Scores",
    "Severity",
    "check_text",
    "language_of",
]
