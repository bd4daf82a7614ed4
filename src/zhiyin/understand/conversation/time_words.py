"""The forms in which a text names a time to come: patterns, and what their words stand for."""

from __future__ import annotations

import re
from datetime import time

N = r"(?:\d{1,3}|[一二两三四五六七八九十]{1,3}|半)"
EN_N = r"(?:\d{1,3}|a|an|one|two|three|four|five|six|seven|ten|few)"
# Every repetition is bounded, and none holds another: linear, whatever the text.
SPAN = re.compile(
    rf"(?:(?:\d{{1,3}}|[一二两三四五六七八九十]{{1,2}})[到至~-])?(?P<n>{N})(?:个)?(?P<half>半)?(?:来|多)?"
    r"(?P<unit>工作日|分钟|小时|钟头|刻钟|天|日|周|星期|礼拜|(?<=个)月)(?P<after>之内|以内|内|之后|以后|后|左右|之前)?"
)
EN_SPAN = re.compile(
    rf"(?:(?P<low>{EN_N}) ?(?:to|-) ?)?(?P<n>{EN_N}) "
    r"(?P<unit>(?:business|working) days?|minutes?|hours?|days?|weeks?)\b"
)
DAY = re.compile(
    r"大后天|今天|今日|今晚|今早|今儿|明天|明日|明早|明晚|明儿|明后天|后天|当天"
    r"|day after tomorrow|today|tonight|tomorrow"
)
WEEK_DAY = re.compile(
    r"(?P<week>下下|下个?|这个?|本)?(?:周|星期|礼拜)(?P<day>[一二三四五六日天末])"
    r"|(?P<next>next )?(?P<name>monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
)
WEEK = re.compile(
    r"(?P<week>下|这|本)(?:个)?(?:周|星期|礼拜)(?:之内|以内|内|之前|前)?|this week|next week|end of the week"
)
MONTH_END = re.compile(r"(?P<next>下)?(?:这个|本|个)?月底|end of the month")
DATE = re.compile(
    r"(?:(?P<year>20\d{2})年)?(?:(?P<month>\d{1,2})月|(?<![\d月]))(?P<day>\d{1,2})[号日](?!楼|线|门|店|窗|房|院|桌|柜)"
)
CLOCK = re.compile(
    r"(?P<part>凌晨|早上|上午|中午|下午|傍晚|晚上|早|晚)?(?P<hour>\d{1,2}|十[一二]?|[一二两三四五六七八九])"
    r"(?:[点时](?P<half>半|一刻|\d{1,2}分?)?(?!间)|:(?P<minute>\d{2}))"
)
EN_CLOCK = re.compile(
    r"(?:by|at|before|until) (?P<hour>\d{1,2})(?::(?P<minute>\d{2}))? ?(?P<half>am|pm|a\.m|p\.m)?"
)
PART = re.compile(
    r"一早|早上|早晨|上午|中午|午前|下午|傍晚|晚上|今晚|明晚|下班前|下班之前|天黑前"
    r"|morning|noon|afternoon|evening|tonight|end of the day"
)
PART_ENDS = {
    "一早": time(10), "早上": time(10), "早晨": time(10), "上午": time(12), "中午": time(13),
    "午前": time(12), "下午": time(18), "傍晚": time(19), "下班前": time(18), "下班之前": time(18),
    "天黑前": time(19), "morning": time(12), "noon": time(12), "afternoon": time(18),
    "end of the day": time(18),
}  # fmt: skip
DAYS = {
    "大后天": 3, "明后天": 2, "后天": 2, "明天": 1, "明日": 1, "明早": 1, "明晚": 1, "明儿": 1,
    "tomorrow": 1, "day after tomorrow": 2,
}  # fmt: skip
MINUTES = {"分钟": 1, "小时": 60, "钟头": 60, "刻钟": 15, "minute": 1, "hour": 60}
ENGLISH = {
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "ten": 10,
    "few": 3,
}
ENGLISH_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LATE = time(23, 59)
LATE_PARTS = ("下午", "傍晚", "晚上", "晚", "pm", "p.m")
EARLY_PARTS = ("凌晨", "早上", "早", "上午", "am", "a.m")
