"""Finds named times, numbers and amounts, which make a promise one and answer many questions."""

from __future__ import annotations

import re
from collections.abc import Callable

from zhiyin.knowledge.plain.report import Language
from zhiyin.knowledge.plain.texts import Text

_N = r"[0-9一二两三四五六七八九十半]{1,4}"
# Every repetition is bounded, so that no text can make the search slow.
_ZH_TIME = re.compile(
    rf"{_N}\s?(?:至|到|-|—|~)?\s?(?:{_N})?\s?(?:个)?\s?(?:多)?(?:分钟|小时|钟头|天|日|周|星期|礼拜|月|工作日|秒)"
    r"|今天|今日|今晚|今早|明天|明日|明早|明晚|后天|当天|当日|当晚|次日|本周|下周|这周|周[一二三四五六日末]|星期[一二三四五六日天]"
    rf"|月底|月初|下个月|年底|下班前|{_N}(?:[：:]|点(?!建议|意见|要求|原因|问题|想法|说明)|时(?![间候期代常而]))(?:{_N}|半|前|之前|整)?|\d{{1,2}}[/-]\d{{1,2}}"
    r"|\d{4}年|\{due\}"
)
# A time that only says when the customer spoke or bought is none of ours.
_ZH_TOLD = re.compile(
    r"^[^，。！？,]{0,6}(?:反映|投诉|提到|购买|下单|来电|来店|说的|提交|的订单|的反馈|的问题|留言|到店|的评价|打来|光顾|消费|用餐|[买点订定拍喝吃取付寄]的|[买付订]了)"
)
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_DAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_EN_NUMBER = r"(?:\d{1,4}|an?|one|two|three|four|five|six|seven|ten|twelve|fourteen|thirty|few|half an)"
_EN_TIME = re.compile(
    rf"\b{_EN_NUMBER}(?: ?(?:to|-|–) ?\d{{1,3}})? (?:working |business |more |calendar )?"
    r"(?:minutes?|hours?|days?|weeks?|months?|seconds?)\b"
    rf"|\b(?:today|tonight|tomorrow|this (?:morning|afternoon|evening|week)|next week|midnight)\b"
    rf"|\b(?:noon|{_DAYS})\b"
    rf"|\b\d{{1,2}}(?:[:.]\d\d)? ?(?:am|pm|a\.m|p\.m|o'clock)\b|\b\d{{1,2}}:\d\d\b"
    rf"|\b(?:{_MONTHS})[a-z]{{0,6}} \d{{1,2}}\b|\b\d{{1,2}}(?:st|nd|rd|th)? (?:of )?(?:{_MONTHS})"
    r"|\bend of the (?:day|week|month)\b|\bwithin the (?:hour|day|week)\b|\{due\}"
)
_EN_TOLD = re.compile(
    r"^[^.,;!?]{0,24}\b(?:ago|you (?:told|wrote|called|ordered|bought|visited|reported|mentioned))\b"
)
_MONEY = re.compile(
    r"[0-9]\s?(?:元|块|¥|折|%|角|万|rmb|yuan|dollars?|euros?|pounds?)|[¥$€£]\s?[0-9]|[0-9]\.[0-9]{2}|[一二两三四五六七八九十百]元"
)
_NUMBER = re.compile(r"[0-9]|[一二两三四五六七八九十百][个次位张人件天]")
_GOES_ON: dict[Language, re.Pattern[str]] = {
    "zh": re.compile(r"\s{0,4}(?:最晚|最迟|时间|预计|大约|不晚于|不超过)"),
    "en": re.compile(
        r"\s{0,4}(?:at the latest|by |that will be|this will|expect|it will|you will have|no later)"
    ),
}


def has_time(words: str, *, language: Language) -> bool:
    """Whether the words name a time that is not only the time at which the customer spoke."""
    pattern, told = (_ZH_TIME, _ZH_TOLD) if language == "zh" else (_EN_TIME, _EN_TOLD)
    return any(not told.match(words[match.end() : match.end() + 40]) for match in pattern.finditer(words))


def has_money(words: str) -> bool:
    """Whether an amount is named."""
    return _MONEY.search(words) is not None


def has_number(words: str) -> bool:
    """Whether a number is named."""
    return _NUMBER.search(words) is not None


def time_teller(text: Text, *, language: Language) -> Callable[[int], bool]:
    """Whether the n-th sentence, or the next where it goes on from it, names a time; each read once."""
    known: dict[int, bool] = {}

    def tell(sentence: int) -> bool:
        if sentence not in known:
            following = text.words_of(sentence + 1)
            more = following if _GOES_ON[language].match(following) else ""
            known[sentence] = any(
                has_time(words, language=language) for words in (text.words_of(sentence), more) if words
            )
        return known[sentence]

    return tell
