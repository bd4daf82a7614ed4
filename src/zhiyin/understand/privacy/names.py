"""Names of persons beside a title, a post, a label or a self-introduction."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from zhiyin.understand.privacy.cues import Cue
from zhiyin.understand.privacy.spans import Found
from zhiyin.understand.text import FoldedBatch
from zhiyin.understand.text.lists import read_rows, read_words

# What may stand right before a family name, so that it is not the end of another word.
_BEFORE_NAME = frozenset(
    "是叫给找跟和与及问被由让请对向位的了谢感姓说着把员服工户系联见过到有遇为就后而连这那于"
)
# What may follow a given name, so that the name is not cut or stretched.
_AFTER_NAME = frozenset(
    "的是很说态服特非给在把就也太真不没帮跟对都一直让从已来去还有最却及和与先打回竟居骂推介热耐细专认,电手住今人先女"
)
# Signs that no given name holds.
_NOT_GIVEN = frozenset(
    "的了是我你您他她它们在有和这那不没很说都就也吗呢吧啊啦么什谁哪个位名给被把让请叫找跟对向从到去来"
)
_HAN = re.compile(r"[㐀-鿿]+")
_SIGNS_BEFORE = 6
_SIGNS_AFTER = 14


@cache
def _family_names() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Family names that are sure, those that are everyday words too, and those of two signs."""
    rows = {kind: frozenset(names.split(" ")) for kind, names in read_rows("family_names.tsv")}
    return rows["sure"], rows["doubtful"], rows["double"]


def find_names(batch: FoldedBatch, *, cues: Mapping[str, list[Cue]]) -> Iterator[Found]:
    """Yield names; a title alone is none, and of 王先生 only 王 is private."""
    joined = batch.joined
    for cue in (*cues.get("title", ()), *cues.get("post", ())):
        if length := _length_before(joined[max(0, cue.start - _SIGNS_BEFORE) : cue.start]):
            yield Found(cue.start - length, cue.start, "name")
    for role, read in (
        ("post", _after_post),
        ("staff", _after_post),
        ("self", _after_self),
        ("label", _after_label),
        ("family", _after_family),
    ):
        for cue in cues.get(role, ()):
            if span := read(joined[cue.end : cue.end + _SIGNS_AFTER].split("\n", 1)[0]):
                yield Found(cue.end + span[0], cue.end + span[1], "name")
    yield from _foreign_names(batch, cues)


def _is_name(name: str) -> bool:
    """Whether it opens with a family name, goes on with signs a given name may hold, and is no known word."""
    sure, doubtful, double = _family_names()
    if name[:2] in double:
        given = name[2:]
    elif name[0] in sure or name[0] in doubtful:
        given = name[1:]
    else:
        return False
    words = read_words("not_names.txt")
    return not (_NOT_GIVEN.intersection(given) or name[:2] in words or name[:3] in words or given in words)


def _length_before(before: str) -> int:
    """Signs of the name at the end of `before`, 0 where there is none."""
    sure, doubtful, double = _family_names()
    run = before.rsplit("\n", 1)[-1]
    han = _HAN.findall(run)
    if not han or not run.endswith(han[-1]):
        return 0
    run, starts_fresh = han[-1], len(han[-1]) < len(before)
    if run[-2:] in double:
        return 2
    for length in (4, 3, 2):
        name = run[-length:]
        is_fresh = (
            len(run) == length and starts_fresh or len(run) > length and run[-length - 1] in _BEFORE_NAME
        )
        is_full = length < 4 and name[0] in sure or name[:2] in double and length > 2
        if len(name) == length and is_full and is_fresh and _is_name(name):
            return length
    last, word = run[-1], run[-2:]
    is_fresh = len(run) == 1 and starts_fresh or len(run) > 1 and run[-2] in _BEFORE_NAME
    if word in read_words("not_names.txt"):
        return 0
    return int(last in sure or last in doubtful and is_fresh)


def _after_post(after: str) -> tuple[int, int] | None:
    """店员张小红, 客服:李明, 服务员叫王芳, 导购小李; the name must end where a word can end."""
    start = len(after) - len(after.lstrip(": (是叫姓名"))
    rest = after[start:]
    sure, _, double = _family_names()
    if rest[:1] in {"小", "阿", "老"} and rest[1:2] in sure and _ends(rest, 2):
        return start, start + 2
    if not rest or rest[0] not in sure and rest[:2] not in double:
        return None
    for length in (2, 3, 4) if rest[:2] not in double else (3, 4):
        if len(rest) >= length and _HAN.fullmatch(rest[:length]) and _ends(rest, length):
            return (start, start + length) if _is_name(rest[:length]) else None
    return None


def _after_self(after: str) -> tuple[int, int] | None:
    start = len(after) - len(after.lstrip(": 做"))
    rest = after[start:]
    for length in (2, 3, 4):
        if len(rest) >= length and _HAN.fullmatch(rest[:length]) and _ends(rest, length):
            return (start, start + length) if _is_name(rest[:length]) else None
    return None


def _after_label(after: str) -> tuple[int, int] | None:
    """姓名:张三, 联系人 李四光; after a colon or a blank any name will do, as it is said to be one."""
    start = len(after) - len(after.lstrip(":= 是为叫;("))
    match = _HAN.match(after, start)
    if start == 0 or match is None:
        return None
    run = match[0]
    if 2 <= len(run) <= 4 and _is_name(run[: len(run)]):
        return start, start + len(run)
    return next(
        ((start, start + n) for n in (2, 3) if len(run) > n and _ends(run, n) and _is_name(run[:n])), None
    )


def _after_family(after: str) -> tuple[int, int] | None:
    sure, doubtful, double = _family_names()
    if after[:2] in double:
        return 0, 2
    return (0, 1) if after[:1] in sure or after[:1] in doubtful and not _HAN.match(after, 1) else None


def _ends(rest: str, length: int) -> bool:
    following = rest[length : length + 1]
    return not following or following in _AFTER_NAME or not _HAN.match(following)


_ENGLISH_NAME = re.compile(r"[.: ]{0,2}([A-Z][a-zA-Z'’-]{1,20}(?: [A-Z][a-zA-Z'’-]{1,20}){0,2})")
_INTRODUCED = re.compile(r"[: ]{0,2}([A-Za-z][a-zA-Z'’-]{1,20}(?: [A-Z][a-zA-Z'’-]{1,20}){0,2})")


def _foreign_names(batch: FoldedBatch, cues: Mapping[str, list[Cue]]) -> Iterator[Found]:
    """Mr Smith, my name is Ann Lee: the capitals tell, so the text itself is read."""
    for role, pattern in (("mister", _ENGLISH_NAME), ("my_name", _INTRODUCED)):
        for cue in cues.get(role, ()):
            index = int(batch.starts.searchsorted(cue.start, side="right")) - 1
            begin = int(batch.starts[index])
            if cue.start > begin and batch.joined[cue.start - 1].isalnum():
                continue
            match = pattern.match(batch.texts[index], cue.end - begin)
            if match is not None:
                yield Found(begin + match.start(1), begin + match.end(1), "name")
