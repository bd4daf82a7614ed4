"""The check itself: every remark on a text, and the four scores."""

from __future__ import annotations

from zhiyin.errors import InvalidInput
from zhiyin.knowledge.plain.lists import read_lists, read_remarks
from zhiyin.knowledge.plain.phrases import Match
from zhiyin.knowledge.plain.questions import find_unanswered
from zhiyin.knowledge.plain.report import Code, Kind, Language, PlainReport, Remark, Scores
from zhiyin.knowledge.plain.shapes import find_abbreviations, find_long_sentences, find_long_text
from zhiyin.knowledge.plain.texts import Text, read_text
from zhiyin.knowledge.plain.times import time_teller

MAX_SIGNS = 20_000
_BETWEEN_COLLEAGUES = frozenset({Code.FAMILIAR, Code.JARGON, Code.LECTURING})
# Up to so many sentences a remark counts in full; in longer texts by their length.
_FULL_SENTENCES = 6


def check_text(
    text: str, *, language: Language = "zh", question: str | None = None, kind: Kind = "answer"
) -> PlainReport:
    """What to mend in a text to customers, with places and better words. Time linear in the text.

    `question`: what the customer asked; without it nobody knows what misses. `kind` decides how long a
    text may be; an article for staff may use words of the trade and say "you must".

    >>> [one.words for one in check_text("我们会尽快处理，麻烦您改一下评价。").remarks]
    ['我们会尽快处理', '改一下评价']

    Raises:
        InvalidInput: the text has more than `MAX_SIGNS` signs.
    """
    if len(text) > MAX_SIGNS:
        raise InvalidInput(
            f"The text has more than {MAX_SIGNS:,} characters.", next_step="Shorten it.", field="text"
        )
    read, lists = read_text(text), read_lists(language)
    if not text.strip():
        return PlainReport(language=language, scores=Scores(), remarks=[])
    matches = lists.phrases.find(read, has_time=time_teller(read, language=language))
    found = [_remark(one, text=read) for one in matches]
    found += find_abbreviations(read, lists=lists, language=language)
    found += find_long_sentences(read, language=language)
    found += find_long_text(read, kind=kind, language=language)
    if kind == "staff_article":
        found = [one for one in found if one.code not in _BETWEEN_COLLEAGUES]
    found.sort(key=lambda one: (one.start, one.end, one.code))
    if question:
        found += find_unanswered(text, question=question, lists=lists, language=language)
    return PlainReport(language=language, scores=_score(found, n=len(read.sentences)), remarks=found)


def _remark(match: Match, *, text: Text) -> Remark:
    code = match.phrase.code
    return Remark(
        code=code,
        start=match.start,
        end=match.end,
        words=text.original[match.start : match.end],
        better=match.phrase.better,
        severity=read_remarks()[code].severity,
    )


def _score(remarks: list[Remark], *, n: int) -> Scores:
    """100 less what each remark takes, spread over the sentences of a long text; never below 0."""
    taken = dict.fromkeys(("plain", "short", "trustworthy", "respectful"), 0.0)
    spread = _FULL_SENTENCES / max(_FULL_SENTENCES, n)
    for one in remarks:
        whole = one.code in (Code.REVIEW_CHANGE, Code.LONG_TEXT)
        for name, points in read_remarks()[one.code].takes.items():
            taken[name] += points if whole else points * spread
    left = {name: max(0, round(100 - points)) for name, points in taken.items()}
    return Scores(**left)
