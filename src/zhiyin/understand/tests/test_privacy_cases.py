from __future__ import annotations

import random
import re
from collections import Counter
from pathlib import Path

import pytest

from zhiyin.understand.contract import PRIVATE_KINDS
from zhiyin.understand.privacy import find_private
from zhiyin.understand.text import fold_batch

CASES = Path(__file__).parent / "cases"
MARKED = re.compile(r"\[([a-z_]+)\|([^\]]+)\]")


def read_cases(name: str) -> list[str]:
    lines = (CASES / name).read_text(encoding="utf-8").split("\n")
    return [line for line in lines if line and not line.startswith("# ")]


def unmark(line: str) -> tuple[str, set[tuple[int, str]]]:
    """The plain text and, for each private sign, its place and kind."""
    text, private, done = "", set(), 0
    for match in MARKED.finditer(line):
        text += line[done : match.start()]
        private |= {(len(text) + offset, match[1]) for offset in range(len(match[2]))}
        text += match[2]
        done = match.end()
    return text + line[done:], private


def found_in(texts: list[str]) -> list[set[tuple[int, str]]]:
    spans = find_private(fold_batch(texts))
    found: list[set[tuple[int, str]]] = [set() for _ in texts]
    for index, start, end, kind in zip(spans.text_index, spans.start, spans.end, spans.kind, strict=True):
        found[index] |= {(place, PRIVATE_KINDS[kind]) for place in range(start, end)}
    return found


@pytest.mark.parametrize("line", read_cases("private_true.txt"))
def test_private_data_is_found_sign_by_sign(line):
    text, private = unmark(line)
    assert found_in([text]) == [private]


@pytest.mark.parametrize("text", read_cases("private_false.txt"))
def test_what_only_looks_like_private_data_is_left_alone(text):
    assert found_in([text]) == [set()]


def test_there_are_cases_of_every_kind():
    kinds = Counter(kind for line in read_cases("private_true.txt") for kind, _ in MARKED.findall(line))
    assert set(kinds) == set(PRIVATE_KINDS)
    assert min(kinds.values()) >= 9


def id_card(random_: random.Random) -> str:
    body = f"{random_.choice(['110105', '440308', '320102', '510104'])}{random_.randint(1950, 2009)}"
    body += f"{random_.randint(1, 12):02}{random_.randint(1, 28):02}{random_.randint(1, 999):03}"
    total = sum(int(digit) * 2 ** (17 - place) for place, digit in enumerate(body))
    return body + "0123456789X"[(1 - total) % 11]


def bank_card(random_: random.Random) -> str:
    body = random_.choice(["622202", "621700", "4111", "5500"])
    body += "".join(str(random_.randint(0, 9)) for _ in range(random_.choice([15, 18]) - len(body)))
    doubled = [int(d) * (2 - i % 2) for i, d in enumerate(reversed(body))]
    return body + str(-sum(n // 10 + n % 10 for n in doubled) % 10)


def digits(random_: random.Random, n: int) -> str:
    return str(random_.randint(1, 9)) + "".join(str(random_.randint(0, 9)) for _ in range(n - 1))


def mobile(random_: random.Random) -> str:
    number = f"1{random_.choice('3456789')}{random_.randint(0, 999999999):09}"
    spread = f"{number[:3]}{{0}}{number[3:7]}{{0}}{number[7:]}"
    forms = [
        number,
        number,
        spread.format(" "),
        spread.format("-"),
        f"+86{number}",
        f"+86 {spread.format(' ')}",
    ]
    forms.append(number.translate(str.maketrans("0123456789", "零一二三四五六七八九")))
    forms.append(number.translate(str.maketrans("0123456789", "０１２３４５６７８９")))
    return random_.choice(forms)


def full_name(random_: random.Random) -> str:
    family = random_.choice(
        "王李张刘陈杨黄赵吴周徐孙朱胡郭林何罗郑宋唐许邓冯韩曹彭萧蔡潘田袁姚谭廖邹熊陆崔邱侯孟龙薛叶"
    )
    return family + random_.choice(
        ["伟", "芳", "秀英", "建国", "婷婷", "子涵", "志强", "雨桐", "晓东", "丽", "嘉怡", "俊杰"]
    )


def address(random_: random.Random) -> str:
    road = random_.choice(["中山路", "解放大街", "人民南路", "文三西路", "长江大道", "学院路"])
    town = random_.choice(["", "杭州市西湖区", "上海市徐汇区", "天河区"])
    house = f"{random_.randint(1, 999)}号"
    room = random_.choice(["", "3栋502室", "2号楼1单元301", "12幢1803室"])
    return town + road + house + room


def plate(random_: random.Random) -> str:
    head = random_.choice("京沪粤浙苏川鲁鄂湘闽") + random_.choice("ABCDEF")
    tail = random_.choice(
        [digits(random_, 5), f"{random_.choice('ABCDK')}{digits(random_, 4)}", f"D{digits(random_, 5)}"]
    )
    return head + random_.choice(["", "·", " "]) + tail


MAKERS = {
    "phone": (mobile, ["电话{}", "打{}找我", "我的号码是{}，速回", "请联系{}", "{}"]),
    "landline": (
        lambda r: f"0{r.choice(['10', '21', '571', '755'])}-{digits(r, 8)}",
        ["座机{}", "打{}没人接", "{}"],
    ),
    "id_card": (id_card, ["身份证{}", "证件号：{}", "{}这个是我的", "登记的是{}"]),
    "bank_card": (bank_card, ["卡号{}", "退到{}", "{}", "钱打到{}了吗"]),
    "email": (
        lambda r: f"user{digits(r, 4)}@{r.choice(['qq.com', '163.com', 'example.org'])}",
        ["邮箱{}", "发到{}吧", "{}"],
    ),
    "plate": (plate, ["我的车{}被刮了", "车牌号{}", "{}挡住出口"]),
    "address": (address, ["地址：{}", "送到{}", "我住在{}", "寄到{}，谢谢"]),
    "wechat": (
        lambda r: f"{r.choice(['tea', 'lilei', 'wxid_'])}{digits(r, 6)}",
        ["微信{}", "微信号：{}", "加我微信{}", "vx:{}"],
    ),
    "qq": (lambda r: digits(r, r.randint(6, 10)), ["QQ{}", "加q {}", "qq号：{}", "我的QQ是{}"]),
    "name": (
        full_name,
        [
            "我叫{}，请退款",
            "{}先生很热情",
            "感谢{}女士",
            "店员{}态度很好",
            "客服{}，工号8",
            "联系人：{}",
            "找{}经理处理的",
        ],
    ),
    "order_number": (
        lambda r: f"{r.choice(['TB', 'JD', ''])}{digits(r, 14)}",
        ["订单号{}", "订单编号：{}", "快递单号{}没更新", "order number {}"],
    ),
}
BEFORE = ["", "味道不错，", "等了四十分钟。", "太气人了！", "Hello, "]
BEHIND = ["", "，麻烦尽快处理", "。不会再来了", "！", " thanks"]


@pytest.mark.parametrize("kind", PRIVATE_KINDS)
def test_at_least_99_of_100_made_up_data_are_covered_whole(kind):
    random_ = random.Random(20240501)
    make, frames = MAKERS[kind]
    lines = [
        random_.choice(BEFORE)
        + random_.choice(frames).format(f"[{kind}|{make(random_)}]")
        + random_.choice(BEHIND)
        for _ in range(300)
    ]
    cases = [unmark(line) for line in lines]
    found = found_in([text for text, _ in cases])
    missed = [
        (text, sorted(kinds))
        for (text, private), kinds in zip(cases, found, strict=True)
        if not {place for place, _ in private} <= {place for place, _ in kinds}
    ]
    too_much = [
        text
        for (text, private), kinds in zip(cases, found, strict=True)
        if {place for place, _ in kinds} - {place for place, _ in private}
    ]
    assert len(missed) <= 3, missed
    assert len(too_much) <= 3, too_much
