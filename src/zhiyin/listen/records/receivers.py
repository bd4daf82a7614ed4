"""What platforms show of who receives an order: the last digits of a number and a covered name."""

from __future__ import annotations

import re
import unicodedata

TAIL_PURPOSE = "customer-tail"
"""What the blind index of the last four signs is made for, of identifiers and of orders."""
SURNAME_PURPOSE = "customer-surname"
"""What the blind index of a surname is made for."""

_DIGITS = 4
_LAST_DIGITS = re.compile(r"([0-9]+)[^0-9]*$")
_COVER = re.compile(r"[*＊×xX_·.•●○□?？\s()]+")
_TITLE = re.compile(r"(先生|女士|小姐|太太|老师|同学|师傅|阿姨|收)$")
_HAN = re.compile(r"[\u3400-\u9fff]+")
_LONGEST_NAME = 4
# The hundred most frequent by the national report on names of 2019 (公安部户政管理研究中心), then others that
# are common; whoever has a rarer one shows no surname. What is none tells a nickname from a name.
_ONE_SIGN = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚"
    "沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛阎段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常"
    "汤康易乔赖文施洪樊葛殷俞温章鲁伍倪申尤萧傅焦梅耿关安兰庄柳路欧左辛管祝柴裴霍翟岳阮涂骆谷欧盛游齐詹牛"
    "包费卓凌翁骆靳符甘焦窦岑苗闫房解应宗屈项柯甄曲封储井巫车宫宁仇祁毕聂简饶邢纪舒单吉卞"
)
_TWO_SIGNS = (
    "欧阳司马上官诸葛夏侯皇甫尉迟公孙慕容司徒司空令狐长孙宇文轩辕东方独孤南宫"
    "西门百里端木呼延公羊申屠澹台濮阳淳于单于太史钟离赫连闻人拓跋"
)
_SURNAMES = frozenset(_ONE_SIGN)
_COMPOUND = frozenset(_TWO_SIGNS[place : place + 2] for place in range(0, len(_TWO_SIGNS), 2))


def last_four(text: str) -> str | None:
    """The last four digits that the text ends in; None where it does not end in digits.

    A table that took the digits for a number has lost the zeros before them: they come back.

    >>> last_four("尾号5678"), last_four("138****0042"), last_four("42"), last_four("none")
    ('5678', '0042', '0042', None)
    """
    folded = unicodedata.normalize("NFKC", text).strip()
    found = _LAST_DIGITS.search(folded)
    if found is None:
        return None
    digits = found[1]
    if len(digits) >= _DIGITS:
        return digits[-_DIGITS:]
    return digits.zfill(_DIGITS) if digits == folded else None


def is_for_another(name: str | None, receiver: str | None) -> bool:
    """Whether an order of somebody of that name goes to another: both tell a surname, and not the same.

    >>> is_for_another("王女士", "李**"), is_for_another("王女士", "王**"), is_for_another("小鱼", "李**")
    (True, False, False)
    """
    own, shown = (surname_of(one) if one else None for one in (name, receiver))
    return own is not None and shown is not None and own != shown


def surname_of(name: str) -> str | None:
    """The surname of a Chinese name, whole, covered or with a title; None where it shows none.

    >>> [surname_of(name) for name in ("王**", "欧阳女士", "李晓燕", "小**", "白日做梦的人", "Lily")]
    ['王', '欧阳', '李', None, None, None]
    """
    bare = _TITLE.sub("", _COVER.sub("", unicodedata.normalize("NFKC", name)))
    if not _HAN.fullmatch(bare) or len(bare) > _LONGEST_NAME:
        return None
    if bare[:2] in _COMPOUND:
        return bare[:2]
    return bare[0] if bare[0] in _SURNAMES else None
