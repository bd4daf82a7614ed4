"""Names of persons beside a title, a post, a label or a self-introduction."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from zhiyin.understand.languages import known_words
from zhiyin.understand.privacy.cues import Cue
from zhiyin.understand.privacy.name_forms import (
    HAN,
    can_begin,
    can_end,
    families,
    family_names,
    is_name,
    name_at_end,
    name_at_start,
    neighbour_signs,
)
from zhiyin.understand.privacy.spans import Found
from zhiyin.understand.text import FoldedBatch
from zhiyin.understand.text.lists import read_words

_SIGNS_BEFORE = 8
_SIGNS_AFTER = 16
_LONGEST_WORD_NAME = 3
_PERSON_END = re.compile(r"$|[,.;: ]|电话|手机|联系")
_NUMBER_FOLLOWS = re.compile(r"[,.;: ]{0,2}(?:我的|本人)?(?:联系)?(?:电话|手机|号码|方式)")


def find_names(batch: FoldedBatch, *, cues: Mapping[str, list[Cue]]) -> Iterator[Found]:
    """Yield names; a title alone is none, and of 王先生 only 王 is private."""
    joined = batch.joined
    titles = {cue.start for role in ("polite", "title", "post") for cue in cues.get(role, ())}
    for role in ("polite", "title", "post"):
        for cue in cues.get(role, ()):
            before = joined[max(0, cue.start - _SIGNS_BEFORE) : cue.start].rsplit("\n", 1)[-1]
            if length := name_at_end(before, is_polite=role == "polite"):
                yield Found(cue.start - length, cue.start, "name")
    yield from (
        Found(cue.start, cue.start + 1, "name") for cue in cues.get("short", ()) if _is_short(joined, cue)
    )
    for role, read in _READERS:
        for cue in cues.get(role, ()):
            after = joined[cue.end : cue.end + _SIGNS_AFTER].split("\n", 1)[0]
            start, end = read(after)
            if end and not titles.intersection(range(cue.end + start, cue.end + end + 1)):
                yield Found(cue.end + start, cue.end + end, "name")
    yield from _foreign_names(batch, cues)


def _is_short(joined: str, cue: Cue) -> bool:
    """Whether 王总 or 李姐 stands there as such, and not within 夸张总是."""
    before, follows = joined[max(0, cue.start - 1) : cue.start], joined[cue.end : cue.end + 1]
    is_word_end = before + joined[cue.start] in read_words("not_names.txt")  # 方 of 对方总说
    return not is_word_end and can_begin(before) and follows not in neighbour_signs("short_end")


def _after_post(after: str) -> tuple[int, int]:
    """店员张小红, 客服:李明, 服务员叫王芳, 导购小李."""
    rest = after.lstrip(": (是叫姓名")
    start = len(after) - len(rest)
    if rest[:1] in {"小", "阿", "老"} and rest[1:2] in family_names("sure") and can_end(rest[2:]):
        return start, start + 2
    is_sure = rest[:1] in family_names("sure") or rest[:2] in family_names("double")
    return start, start + name_at_start(rest) if is_sure else 0


def _after_self(after: str) -> tuple[int, int]:
    """我叫王小明; 我叫做李雷."""
    rest = after.lstrip(": 做")
    length = 0 if rest[:1] in family_names("polite_only") else name_at_start(rest)
    return len(after) - len(rest), len(after) - len(rest) + length if length else 0


def _after_person(after: str) -> tuple[int, int]:
    """本人王丽娟，请尽快…: a full name and nothing more before the next stop, unlike 本人高度怀疑."""
    return 0, _length_before(after, end=_PERSON_END)


def _after_i_am(after: str) -> tuple[int, int]:
    """我是王丽娟，手机号…: only before a number, for 我是常客 looks like a name."""
    return 0, _length_before(after, end=_NUMBER_FOLLOWS)


def _length_before(after: str, *, end: re.Pattern[str]) -> int:
    is_sure = after[:1] in family_names("sure") or after[:2] in family_names("double")
    length = name_at_start(after) if is_sure else 0
    return length if end.match(after, length) else 0


def _after_label(after: str) -> tuple[int, int]:
    """姓名:张三, 联系人 李四光: what follows is said to be a name, so all of a short run is one."""
    rest = after.lstrip(":= 是为叫;(")
    start = len(after) - len(rest)
    run = HAN.match(rest)
    if run is None:
        return 0, 0
    if start and 2 <= len(run[0]) <= 4 and (is_name(run[0]) or _is_named(run[0], mark=after[:start])):
        return start, start + len(run[0])
    length = name_at_start(rest) if start or rest[:1] in family_names("sure") else 0
    return start, start + length if length else 0


def _is_named(run: str, *, mark: str) -> bool:
    """Tell whether a run behind 联系人: is a name though it is a word too (高兴, 方便)."""
    return ":" in mark and len(run) <= _LONGEST_WORD_NAME and run[0] in families()


def _after_family(after: str) -> tuple[int, int]:
    """我姓王, 姓李的, 免贵姓欧阳."""
    if after[:2] in family_names("double"):
        return 0, 2
    is_doubtful = after[:1] in family_names("doubtful") and can_end(after[1:])
    return 0, int(after[:1] in family_names("sure") or is_doubtful)


_READERS = (
    ("post", _after_post),
    ("staff", _after_post),
    ("self", _after_self),
    ("person", _after_person),
    ("i_am", _after_i_am),
    ("label", _after_label),
    ("family", _after_family),
)

_AFTER_MISTER = re.compile(r"(?:(?<=\.)|[.: ])[.: ]?([A-Z][a-zA-Z'’-]{1,20}(?: [A-Z][a-zA-Z'’-]{1,20}){0,2})")
_AFTER_NAME_IS = re.compile(r"[: ]{0,2}([A-Za-z][a-zA-Z'’-]{1,20}(?: [A-Z][a-zA-Z'’-]{1,20}){0,2})")


def _foreign_names(batch: FoldedBatch, cues: Mapping[str, list[Cue]]) -> Iterator[Found]:
    """Mr Smith, my name is Ann Lee: the capitals tell, so the text itself is read."""
    for role, pattern in (("mister", _AFTER_MISTER), ("my_name", _AFTER_NAME_IS)):
        for cue in cues.get(role, ()):
            index = int(batch.starts.searchsorted(cue.start, side="right")) - 1
            begin = int(batch.starts[index])
            if cue.start > begin and batch.joined[cue.start - 1].isalnum():
                continue
            match = pattern.match(batch.texts[index], cue.end - begin)
            if match is not None and match[1] not in known_words("en"):
                yield Found(begin + match.start(1), begin + match.end(1), "name")
