"""E-mail addresses, and accounts of WeChat and QQ that a label announces."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import numpy as np

from zhiyin.understand.privacy.cues import Cue
from zhiyin.understand.privacy.digits import match_read
from zhiyin.understand.privacy.spans import Found
from zhiyin.understand.text import FoldedBatch

_AT = ord("@")
_BEFORE_AT = re.compile(r" ?([a-z0-9._%+-]{1,64})")  # on the reversed text
_AFTER_AT = re.compile(r" ?[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,4}\.[a-z]{2,24}")

# Between a label and its number: 号, 是, colons, brackets, "加我", a blank; never another thing's name.
_LINK = (
    r"(?:号码|账号|帐号|号|id|群|名|是|为|叫|同号|同步|加我|搜索?|联系|同手机"
    r"|[:;,.=/_#()\[\]\"'、>~→ -]){0,5}"
)
_WECHAT = re.compile(_LINK + r"(wxid_[a-z0-9_-]{4,28}|[a-z][a-z0-9_-]{5,19}|[0-9]{6,11})(?![a-z0-9_])")
_QQ = re.compile(_LINK + r"([1-9][0-9]{2,4} [0-9]{3,5}|[1-9][0-9]{4,10})(?![0-9a-z元块]|[.][0-9])")
_QQ_MAIL = re.compile(r"[0-9 ]*[@.]")
_TELLING_LINK = re.compile(r"号|id|[:=]|是|为|叫|搜")
_ASCII_WORD_BEFORE = frozenset("abcdefghijklmnopqrstuvwxyz0123456789@_")
_REACH = 48


def find_emails(batch: FoldedBatch) -> Iterator[Found]:
    """Yield e-mail addresses, in time linear in the signs, however many "@" there are."""
    joined = batch.joined
    for place in np.flatnonzero(batch.codes == _AT).tolist():
        before = _BEFORE_AT.match(joined[max(0, place - 66) : place][::-1])
        after = _AFTER_AT.match(joined, place + 1) if before else None
        if before and after:
            yield Found(place - before.end(), after.end(), "email")


def find_accounts(joined: str, *, cues: Mapping[str, list[Cue]]) -> Iterator[Found]:
    """Yield WeChat and QQ accounts that stand right after their label."""
    for cue in cues.get("wechat", ()):
        if not _is_within_word(joined, cue):
            yield from _wechat_after(joined, cue)
    for cue in cues.get("qq", ()):
        if not _is_within_word(joined, cue) and not _QQ_MAIL.match(joined, cue.end, cue.end + _REACH):
            yield from _qq_after(joined, cue)


def _is_within_word(joined: str, cue: Cue) -> bool:
    """Whether an ASCII label is only the tail of a longer word, as "qq" in "a@qq.com"."""
    return joined[cue.start] < "\x80" and cue.start > 0 and joined[cue.start - 1] in _ASCII_WORD_BEFORE


def _wechat_after(joined: str, cue: Cue) -> Iterator[Found]:
    if joined[cue.start : cue.end] == "wxid":
        cue = Cue(cue.start, cue.start)
    match = match_read(_WECHAT, joined[cue.end : cue.end + _REACH])
    if match is None:
        return
    link = match.string[: match.start(1)]
    label = joined[cue.start : cue.end]
    has_digit = any(sign in "0123456789_" for sign in match[1])
    # A plain word after 微信 ("微信android") is an account only if the label says so ("微信号:lovecat").
    if has_digit or _TELLING_LINK.search(link) or label.endswith(("号", "id", "v", "薇")):
        yield Found(cue.end + match.start(1), cue.end + match.end(1), "wechat")


def _qq_after(joined: str, cue: Cue) -> Iterator[Found]:
    match = match_read(_QQ, joined[cue.end : cue.end + _REACH])
    if match is not None:
        yield Found(cue.end + match.start(1), cue.end + match.end(1), "qq")
