"""Private data in spellings that people choose, told in sentences of many kinds; and texts that hold none."""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from zhiyin.understand.privacy import compile_patterns, find_private
from zhiyin.understand.text import fold_batch

DATA = Path(__file__).parents[5] / "shared" / "data" / "sentiment"
N_EACH = 150
Random = random.Random
READ_OUT = str.maketrans("0123456789", "零一二三四五六七八九")
FORMAL = str.maketrans("0123456789", "零壹贰叁肆伍陆柒捌玖")
ENGLISH = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
PINYIN = ("ling", "yi", "er", "san", "si", "wu", "liu", "qi", "ba", "jiu")
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def digits(random_: Random, n: int) -> str:
    return str(random_.randint(1, 9)) + "".join(str(random_.randint(0, 9)) for _ in range(n - 1))


def mobile(random_: Random) -> str:
    number = "1" + random_.choice("3456789") + digits(random_, 9)
    a, b, c = number[:3], number[3:7], number[7:]
    return random_.choice(
        [
            number,
            f"{a} {b} {c}",
            f"{a}-{b}-{c}",
            f"{a}.{b}.{c}",
            f"+86{number}",
            f"+86 {a} {b} {c}",
            f"+86-{number}",
            f"0086{number}",
            f"(+86){number}",
            number.translate(FULL_WIDTH),
            number.translate(READ_OUT),
            "幺" + number[1:].translate(READ_OUT).replace("一", "幺"),
            number.translate(FORMAL),
            " ".join(number),
            f"{a} {number[3:]}",
            f"{number[:7]} {c}",
            f"{a}{b.translate(READ_OUT)}{c}",
            f"({a}){b}-{c}",
            f"{a}_{b}_{c}",
            " - ".join([" ".join(a), " ".join(b), " ".join(c)]),
            " ".join(ENGLISH[int(digit)] for digit in number),
            " ".join(PINYIN[int(digit)] for digit in number),
        ]
    )


def landline(random_: Random) -> str:
    area = random_.choice(["010", "021", "0755", "0571", "028", "0311", "020"])
    number = random_.choice("2345678") + digits(random_, 7)
    joint = random_.choice(["-", " ", ""])
    plain = random_.choice([f"{area}{joint}{number}", f"({area}){number}", f"+86-{area[1:]}-{number}"])
    return random_.choice(
        [
            plain,
            plain.translate(FULL_WIDTH),
            plain + "-8" + digits(random_, 2),
            f"{area}—{number}",
            f"{area} - {number}",
            f"{area}/{number} 转 80",
        ]
    )


def id_card(random_: Random) -> str:
    body = random_.choice(["110105", "440308", "320102", "510104", "330106", "230102"])
    body += f"{random_.randint(1945, 2012)}{random_.randint(1, 12):02}{random_.randint(1, 28):02}"
    body += f"{random_.randint(1, 999):03}"
    total = sum(int(digit) * 2 ** (17 - place) for place, digit in enumerate(body))
    number = body + "0123456789X"[(1 - total) % 11]
    return random_.choice(
        [
            number,
            number.lower(),
            f"{number[:6]} {number[6:14]} {number[14:]}",
            f"{number[:6]}-{number[6:14]}-{number[14:]}",
            number.translate(FULL_WIDTH),
        ]
    )


def bank_card(random_: Random) -> str:
    body = random_.choice(["622202", "621700", "622848", "411111", "550000", "601382"])
    body += "".join(str(random_.randint(0, 9)) for _ in range(random_.choice([15, 18]) - len(body)))
    doubled = [int(d) * (2 - i % 2) for i, d in enumerate(reversed(body))]
    number = body + str(-sum(n // 10 + n % 10 for n in doubled) % 10)
    grouped = [number[i : i + 4] for i in range(0, len(number), 4)]
    return random_.choice([number, " ".join(grouped), "-".join(grouped), number.translate(FULL_WIDTH)])


def email(random_: Random) -> str:
    name = random_.choice(["li.lei", "wang_fang", "zhao-yun", "Tom", "a", "x2"]) + digits(random_, 3)
    return (
        f"{name}@{random_.choice(['qq.com', '163.com', 'mail.example.org', 'Gmail.com', 'vip.sina.com.cn'])}"
    )


def plate(random_: Random) -> str:
    head = random_.choice("京沪粤浙苏川鲁鄂湘闽渝津晋豫") + random_.choice("ABCDEFG")
    tail = random_.choice(
        [
            digits(random_, 5),
            f"{random_.choice('ABCDKMW')}{digits(random_, 4)}",
            f"{digits(random_, 3)}{random_.choice('ABXY')}{digits(random_, 1)}",
            f"D{digits(random_, 5)}",
            f"F{digits(random_, 5)}",
            f"{digits(random_, 5)}D",
        ]
    )
    return head + random_.choice(["", "·", " ", "-", "."]) + random_.choice([tail, tail.lower()])


def address(random_: Random) -> str:
    town = random_.choice(["", "杭州市西湖区", "上海市徐汇区", "天河区", "浦东新区", "朝阳区"])
    road = random_.choice(
        ["中山路", "解放大街", "人民南路", "文三西路", "长江大道", "学院路", "建设北路二段"]
    )
    house = random_.choice(["{0}号", "{0}号3栋502室", "{0}号2号楼1单元301", "{0}弄12号803室", "{0}号院5号楼"])
    estate = random_.choice(["阳光花园", "翠湖小区", "金色家园", "滨江公寓"])
    flat = random_.choice(["3栋2单元502", "12号楼1803", "5幢301室", "8号楼二单元602室"])
    return town + random_.choice([road + house.format(random_.randint(1, 999)), estate + flat])


def wechat(random_: Random) -> str:
    return random_.choice(["tea", "lilei_", "wxid_", "Wang-", "abc"]) + digits(random_, 6)


def name(random_: Random) -> str:
    family = random_.choice(
        "王李张刘陈杨黄赵吴周徐孙朱胡郭何罗郑宋唐许邓冯韩曹彭萧蔡潘袁姚谭廖邹陆崔邱侯孟薛"
    )
    return family + random_.choice(
        [
            "伟",
            "芳",
            "秀英",
            "建国",
            "婷婷",
            "子涵",
            "志强",
            "雨桐",
            "晓东",
            "丽",
            "嘉怡",
            "俊杰",
            "浩然",
            "敏",
        ]
    )


MAKERS: dict[str, tuple[Callable[[Random], str], list[str]]] = {
    "phone": (mobile, ["电话{}", "打{}找我", "我的号码是{}，速回", "请联系{}", "{}", "手机：{}", "回我{}吧"]),
    "landline": (landline, ["座机{}", "打{}没人接", "{}", "家里电话：{}", "单位{}"]),
    "id_card": (id_card, ["身份证{}", "证件号：{}", "{}这个是我的", "登记的是{}", "{}"]),
    "bank_card": (bank_card, ["卡号{}", "退到{}", "{}", "钱打到{}了吗", "我的卡：{}"]),
    "email": (email, ["邮箱{}", "发到{}吧", "{}", "mail: {}", "写信到{}没人回"]),
    "plate": (plate, ["我的车{}被刮了", "车牌号{}", "{}挡住出口", "车牌：{}"]),
    "address": (address, ["地址：{}", "送到{}", "我住在{}", "寄到{}，谢谢", "收货地址{}"]),
    "wechat": (wechat, ["微信{}", "微信号：{}", "加我微信{}", "vx:{}", "微信号是{}"]),
    "qq": (
        lambda r: digits(r, r.randint(6, 10)),
        ["QQ{}", "加q {}", "qq号：{}", "我的QQ是{}", "扣扣{}"],
    ),
    "name": (
        name,
        ["{}先生很热情", "感谢{}女士", "店员{}态度很好", "客服{}，工号8", "联系人：{}", "我叫{}，请退款"],
    ),
    "order_number": (
        lambda r: r.choice(["TB", "JD", ""]) + digits(r, 14),
        ["订单号{}", "订单编号：{}", "快递单号{}没更新", "order number {}", "我的订单是{}"],
    ),
}
BEFORE = ["", "味道不错，", "等了四十分钟。", "太气人了！", "Hello, ", "客服说要留资料。", "昨天买的，"]
BEHIND = ["", "，麻烦尽快处理", "。不会再来了", "！", " thanks", "（谢谢）", "\n急"]


def make(kind: str, random_: Random) -> tuple[str, int, int]:
    maker, frames = MAKERS[kind]
    before, frame, behind = random_.choice(BEFORE), random_.choice(frames), random_.choice(BEHIND)
    datum = maker(random_)
    start = len(before) + frame.index("{}")
    return before + frame.format(datum) + behind, start, start + len(datum)


def covered(texts: list[str], patterns: re.Pattern[str] | None = None) -> list[set[int]]:
    spans = find_private(fold_batch(texts), patterns=patterns)
    found: list[set[int]] = [set() for _ in texts]
    for index, start, end in zip(spans.text_index, spans.start, spans.end, strict=True):
        found[index] |= set(range(start, end))
    return found


@pytest.mark.parametrize("kind", MAKERS)
def test_at_least_99_of_100_are_covered_to_the_last_sign(kind):
    random_ = Random(20261122)
    cases = [make(kind, random_) for _ in range(N_EACH)]
    found = covered([text for text, _, _ in cases])
    missed = [
        text
        for (text, start, end), places in zip(cases, found, strict=True)
        if any(text[place].isalnum() for place in set(range(start, end)) - places)
    ]
    assert len(missed) <= N_EACH // 100, missed


def test_a_house_covers_its_own_numbers_by_mask():
    random_ = Random(7)
    texts = [f"我的单子XZ{digits(random_, 10)}还没到" for _ in range(100)]
    found = covered(texts, compile_patterns(["XZ##########"]))
    assert all(set(range(4, 16)) <= places for places in found)


def test_prices_sizes_and_models_of_every_length_are_no_private_data():
    random_ = Random(3)
    frames = [
        "花了{}元",
        "型号是WH-{}XM",
        "{}毫升装",
        "人均{}",
        "{}号线转过来",
        "跑了{}公里",
        "{}x{}分辨率",
        "2024年{}月买的",
        "楼下{}路公交",
        "{}.5分",
        "买{}送{}",
        "第{}次来",
        "{}GB内存{}G硬盘",
        "充了{}度电",
    ]
    texts = [re.sub(r"\{\}", lambda _: digits(random_, random_.randint(1, 4)), f) for f in frames * 50]
    assert [text for text, places in zip(texts, covered(texts), strict=True) if places] == []


@pytest.mark.data
def test_few_texts_of_real_customers_are_marked_at_all():
    if not DATA.is_dir():
        pytest.skip("needs the public data sets at ../shared/data")
    texts = []
    for path, column in (("takeaway", "review"), ("shopping", "review"), ("electronics", "sentence")):
        with (DATA / f"{path}.csv").open(encoding="utf-8-sig", newline="") as file:
            texts += [row[column] or "" for row in csv.DictReader(file)]
    n_marked = sum(bool(places) for places in covered(texts))
    # Most of these hold a real phone, account or name: even if all were false, 0.5 % were not reached.
    assert n_marked / len(texts) <= 0.005
