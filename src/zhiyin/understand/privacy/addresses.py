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

_ANCHORS = "号弄栋幢座室单户房"
_COUNTS = "一二三四五六七八九十百零〇"
_BEFORE = 40  # region, road and number before the first anchor
_BEHIND = 36
_NOTHING_WITHIN = 12  # behind an anchor without an address no other anchor of the same one is looked at

_NUMBER = rf"(?:[0-9]{{1,5}}(?:-[0-9]{{1,4}})?[a-z]?|[a-z][0-9]{{0,4}}|[甲乙丙丁]|[{_COUNTS}]{{1,5}})"
_ROAD = (
    r"(?:(?<![一上半顺走绕条])路|大街|街|大道|(?<![味知频渠通跑赛轨隧报车街柏])道|巷|胡同|村|屯|[0-9一二三四五六七八九十]组)"
    r"[东西南北中]?(?:[一二三四五]?段)?"
)
_HOMES = r"小区|花园|公寓|家园|花苑|苑|新村|大厦|社区|家属院|嘉园"
_ESTATE = r"(?:新城|府|名城|豪庭|国际|中心|大院|宿舍|公馆|山庄|别墅|里|湾|园|城)"
_ROOM = r"(?:[ -]?(?:[0-9]{3,4}|[零〇一二三四五六七八九]{3,4})(?:室|房|户)?(?![0-9]))"
_PART = rf"(?:[ ,-]?附?{_NUMBER}(?:号楼|号院|号|弄|栋|幢|座|单元|层|楼|室|房间|房|户|门))"
_SHOP = r"(?!线|店|门(?!口)|机|桌|台|窗|馆|厅|航站|出口|入口|口|球|技|客服|顾客)"

# 中山路12号3栋502室; 阳光花园3栋502; 阳光小区502室: what follows the name, which is then read backwards.
_AFTER_NAME = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_ROAD} ?(?:{_NUMBER}号|[0-9]{{1,5}}弄){_SHOP}(?:楼|院)?{_PART}{{0,6}}+{_ROOM}?",
        rf"(?:{_HOMES})[东西南北]?区? ?{_NUMBER}(?:号楼|栋|幢|座){_PART}{{0,6}}+{_ROOM}?",
        rf"{_ESTATE}[东西南北]?区? ?{_NUMBER}(?:号楼|栋|幢|座)(?:{_PART}{{1,6}}+{_ROOM}?|{_ROOM})",
        rf"(?:{_HOMES}) ?[0-9]{{2,4}}(?:室|户)",
        rf"[{_COUNTS}0-9]{{1,2}}区 ?{_NUMBER}(?:号楼|栋|幢|座)(?:{_PART}{{1,6}}+{_ROOM}?|{_ROOM})",
    )
)
# 3栋2单元502 (but not 3号楼二层, which is any house).
_NAMELESS = re.compile(rf"{_NUMBER}(?:号楼|栋|幢|座)({_PART}{{0,6}}+)({_ROOM}?)")
_DOOR = re.compile(r"[室房户门]")
# Backwards; verbs, pronouns and particles, which stand before an address, end it.
_NAME = re.compile(
    r"(?:(?<=[平谐睦])和|[^\W\d_我你您他她它们的了是在住到寄送去从往给叫有和与就也还都把被让请这那哪为说错得至距而]){1,24}"
)
_LABEL = re.compile(r".*(?:地址|住址|家住|现住|坐落|座落|位于|关于|反映|勘查|查看)")


@cache
def _marks() -> NDArray[np.uint8]:
    """1 for signs that end a part of an address, 2 for those that number it."""
    table = np.zeros(N_CODE_POINTS, dtype=np.uint8)
    table[[ord(sign) for sign in _ANCHORS]] = 1
    table[[ord(sign) for sign in _COUNTS + "0123456789abcdefghijklmnopqrstuvwxyz甲乙丙丁"]] = 2
    return table


def find_addresses(batch: FoldedBatch) -> Iterator[Found]:
    """Yield addresses that name a house (路12号), a flat (3栋502) or both, with the road and town before."""
    marks = _marks()[batch.codes]
    anchors = np.flatnonzero((marks[1:] == 1) & (marks[:-1] == 2)) + 1
    done = seen = 0
    for anchor in anchors.tolist():
        if anchor < seen:
            continue
        begin = max(done, batch.joined.rfind("\n", max(0, anchor - _BEFORE), anchor) + 1, anchor - _BEFORE)
        window = batch.joined[begin : anchor + _BEHIND].split("\n", 1)[0]
        start, end = _address_in(window)
        if begin + end > anchor:
            done = seen = begin + end
            yield Found(begin + start, begin + end, "address")
        else:
            seen = min(anchor + _NOTHING_WITHIN, begin + len(window))


def _address_in(window: str) -> tuple[int, int]:
    """The first address of the window, (0, 0) for none."""
    for pattern in _AFTER_NAME:
        for match in pattern.finditer(window):
            if name := _NAME.match(window[: match.start()][::-1]):
                start = match.start() - name.end()
                label = _LABEL.match(window, start, match.start())
                start = label.end() if label else start
                if start < match.start():
                    return start, match.end()
    for match in _NAMELESS.finditer(window):
        if match[2] or _DOOR.search(match[1]):
            return match.span()
    return 0, 0
