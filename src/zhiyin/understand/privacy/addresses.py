"""Addresses down to a house, a staircase or a room; a street or a shop alone is no address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray

from zhiyin.understand.privacy.spans import Found
from zhiyin.understand.text import FoldedBatch
from zhiyin.understand.text.table import N_CODE_POINTS

_ANCHORS = "号弄栋幢座室元户房"
_COUNTS = "一二三四五六七八九十百零〇"
_BEFORE = 40  # region, road and number before the first anchor
_BEHIND = 30

# Signs that end what could be a name: verbs, pronouns and particles that stand before an address.
_NAME = r"[^\W\d_我你您他她它们的了是在住到寄送去从往给叫有和与就也还都把被让请这那哪为说错]"
_NUMBER = rf"(?:[0-9]{{1,5}}(?:-[0-9]{{1,4}})?[a-z]?|[a-z][0-9]{{0,4}}|[甲乙丙丁]|[{_COUNTS}]{{1,5}})"
_ROAD = r"(?:路|大街|街|大道|(?<![味知频渠通跑赛轨隧报车街柏])道|巷|弄|胡同|(?<=[村镇乡])[东西南北]?|村|屯|[0-9一二三四五六七八九十]组)[东西南北中]?(?:[一二三四五]?段)?"
_ESTATE = r"(?:小区|花园|公寓|家园|花苑|苑|新村|新城|大厦|社区|府|嘉园|名城|豪庭|国际|中心|大院|家属院|宿舍|公馆|山庄|别墅|里|湾|园|城)"
_UNIT = rf"(?:[ ,-]?{_NUMBER}(?:号楼|号院|号|弄|栋|幢|座|单元|层|楼|室|房间|房|户|门))"
_ROOM = r"(?:[ -]?[0-9]{3,4}(?:室|房)?(?![0-9]))"
_PUBLIC = r"(?!线|店|门口|门店|机|桌|台|窗|馆|厅|航站|出口|入口|口|球|技|客服|顾客)"

_STREET = re.compile(rf"{_NAME}{{1,24}}?{_ROAD} ?{_NUMBER}(?:号|弄){_PUBLIC}(?:楼|院)?{_UNIT}*{_ROOM}?")
_BUILDING = re.compile(
    rf"(?:{_NAME}{{1,20}}?{_ESTATE}[东西南北]?区? ?)?{_NUMBER}(?:号楼|栋|幢|座)(?:{_UNIT}+{_ROOM}?|{_ROOM})"
)
_ESTATE_ROOM = re.compile(
    rf"{_NAME}{{1,20}}?(?:小区|花园|公寓|家园|花苑|苑|新村|大厦|社区|家属院) ?{_NUMBER}(?:号楼|号|栋|幢|座)?{_UNIT}*(?:室|单元|栋|幢|号楼)"
)
_LABEL = re.compile(r".*(?:地址|住址|家住|现住|坐落|位于|送至|寄至)")


@cache
def _marks() -> NDArray[np.uint8]:
    """1 for signs that end a part of an address, 2 for those that number it."""
    table = np.zeros(N_CODE_POINTS, dtype=np.uint8)
    table[[ord(sign) for sign in _ANCHORS]] = 1
    table[[ord(sign) for sign in _COUNTS + "0123456789abcdefghijklmnopqrstuvwxyz甲乙丙丁单"]] = 2
    return table


def find_addresses(batch: FoldedBatch) -> Iterator[Found]:
    """Yield addresses that name a house (路12号), a flat (3栋502) or both, with the road and town before."""
    marks = _marks()[batch.codes]
    anchors = np.flatnonzero((marks[1:] == 1) & (marks[:-1] == 2)) + 1
    seen = 0
    for anchor in anchors.tolist():
        if anchor < seen:
            continue
        begin = max(seen, batch.joined.rfind("\n", max(0, anchor - _BEFORE), anchor) + 1, anchor - _BEFORE)
        window = batch.joined[begin : anchor + _BEHIND].split("\n", 1)[0]
        for pattern in (_STREET, _ESTATE_ROOM, _BUILDING):
            match = pattern.search(window)
            if match is not None and begin + match.end() > anchor:
                label = _LABEL.match(match[0])
                seen = begin + match.end()
                yield Found(begin + match.start() + (label.end() if label else 0), seen, "address")
                break
