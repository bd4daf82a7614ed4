"""Texts a second of the analyser, beside SnowNLP's sentiment and jieba's tokens over the same texts.

    python benchmarks/understanding.py [--texts 20000]

The texts are made here from a small grammar, 60 signs on average, none alike. Rates are by the
processor time of one process; ratios are of rates measured in this same run. Asked for: 20,000 texts a second
on one core, 60 × SnowNLP, 1.8 × with two processes, 300 MB, 1.5 s to the first result, and a cost that grows
no faster than the signs.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

BATCH = 5_000
ROUNDS = 3
SNOWNLP_TEXTS = 400
JIEBA_TEXTS = 4_000
LENGTHS = (1_000, 10_000, 100_000, 1_000_000)
_SUBJECTS = """
味道 服务态度 上菜速度 分量 价格 环境 珍珠奶茶 红烧牛肉 配送小哥 包装 前台姑娘 停车位
卫生间 店员小李 性价比 靠窗的座位 米饭 酸菜鱼 优惠券 老板娘 空调 背景音乐 餐具 招牌烤鸭
"""
DEGREES = (
    "",
    "真的",
    "实在是",
    "总体来说",
    "说实话",
    "这一回",
    "今天",
    "感觉",
    "老实讲",
    "明显",
    "一如既往",
    "依旧",
)
_JUDGEMENTS = """
很不错 太差劲了 还可以 让人失望 特别好 一般般 比上次好多了 没有想象中好 值得推荐 有点糟糕
不是很满意 超出预期 不太行 挺满意的 干净整洁 偏贵 慢得离谱 很新鲜 有股怪味 恰到好处
"""
_EVENTS = """
等了{n}分钟才有人过来 打了{m}次电话都没人接 周{m}晚上和{who}一起去的
{who}点了{n}个菜 第{n}次来这家店了 {who}排队排了{n}分钟
{who}吃了{m}块还想要 花了{n}块钱 在{where}住了{m}个晚上
{where}门口就有地铁站 本来是{who}推荐的 路过{where}顺便买的
{who}说下次还来 {where}那家更近一些 看到{where}的活动才下单
"""
_PEOPLE = """
朋友 孩子 我妈 同事 男朋友 老同学 领导 外公外婆 室友 客户 闺蜜 邻居阿姨
"""
_PLACES = """
公司楼下 万达 火车站 大学城 老城区 机场 小区对面 步行街 医院旁边 江边 体育馆 古镇
"""
JOINTS = (
    "，",
    "，但是",
    "。",
    "，而且",
    "！",
    "，不过",
    "；",
    "，就是",
    "，然后",
    "～",
    "，所以",
    "，只能说",
)


def make_texts(n_texts: int, *, seed: int = 7) -> list[str]:
    """Return reviews of 30 to 90 signs."""
    draw = random.Random(seed)
    return [_make_text(draw) for _ in range(n_texts)]


def _make_text(draw: random.Random) -> str:
    length, parts = draw.randint(30, 80), [""]
    while sum(map(len, parts)) < length:
        if draw.random() < 0.5:
            parts += draw.choice(_SUBJECTS.split()), draw.choice(DEGREES), draw.choice(_JUDGEMENTS.split())
        else:
            blanks = {"n": draw.randint(2, 199), "m": draw.randint(2, 9)}
            event = draw.choice(_EVENTS.split())
            parts.append(
                event.format(**blanks, who=draw.choice(_PEOPLE.split()), where=draw.choice(_PLACES.split()))
            )
        parts.append(draw.choice(JOINTS))
    return "".join(parts)


def batches_of(texts: list[str]) -> list[pa.RecordBatch]:
    """Return the texts in batches as the pipeline makes them."""
    return [
        pa.RecordBatch.from_pydict({"text": texts[begin : begin + BATCH]})
        for begin in range(0, len(texts), BATCH)
    ]


def rate_of(work: Callable[[], None], *, n_texts: int, rounds: int = ROUNDS) -> float:
    """Return texts a second of processor time, the best of some rounds."""
    best = float("inf")
    for _ in range(rounds):
        started = time.process_time()
        work()
        best = min(best, time.process_time() - started)
    return n_texts / best


def analyser_rate(texts: list[str], *, taxonomy: str) -> float:
    """Return the rate of all fields of the contract."""
    from zhiyin.understand import Analyser

    analyser, batches = Analyser(taxonomy=taxonomy), batches_of(texts)
    analyser.analyse_batch(batches[0])

    def work() -> None:
        for batch in batches:
            analyser.analyse_batch(batch)

    return rate_of(work, n_texts=len(texts))


def snownlp_rate(texts: list[str]) -> float:
    """Return the rate of SnowNLP's sentiment alone."""
    from snownlp import SnowNLP

    _ = SnowNLP(texts[0]).sentiments

    def work() -> None:
        for text in texts:
            _ = SnowNLP(text).sentiments

    return rate_of(work, n_texts=len(texts), rounds=1)


def jieba_rate(texts: list[str]) -> float:
    """Return the rate of jieba's tokens alone."""
    import logging

    import jieba

    jieba.setLogLevel(logging.WARNING)
    jieba.lcut(texts[0])

    def work() -> None:
        for text in texts:
            jieba.lcut(text)

    return rate_of(work, n_texts=len(texts))


def _worker(texts: list[str], barrier: object, times: object) -> None:
    from zhiyin.understand import Analyser

    analyser, batches = Analyser(taxonomy="restaurant"), batches_of(texts)
    analyser.analyse_batch(batches[0])
    barrier.wait()  # type: ignore[attr-defined]
    started = time.perf_counter()
    for batch in batches * ROUNDS:
        analyser.analyse_batch(batch)
    times.put(time.perf_counter() - started)  # type: ignore[attr-defined]


def processes_rate(texts: list[str], *, n_processes: int) -> float:
    """Return the rate by the clock of processes that each analyse all texts at the same time."""
    context = multiprocessing.get_context("spawn")
    barrier, times = context.Barrier(n_processes), context.Queue()
    workers = [context.Process(target=_worker, args=(texts, barrier, times)) for _ in range(n_processes)]
    for worker in workers:
        worker.start()
    slowest = max(times.get() for _ in workers)
    for worker in workers:
        worker.join()
    return n_processes * ROUNDS * len(texts) / slowest


def first_result_seconds() -> float:
    """Return the seconds from the start of a fresh Python to the first understanding."""
    code = "from zhiyin.understand import Analyser; Analyser().analyse('菜好吃但是上菜慢')"
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - started


def peak_mebibytes() -> float:
    """Return the greatest resident memory of one fresh process that analyses batches of 5,000 (Linux)."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]);"
        "from understanding import batches_of, make_texts; from zhiyin.understand import Analyser;"
        "a = Analyser(); [a.analyse_batch(b) for b in batches_of(make_texts(10000))];"
        "print(next(x for x in open('/proc/self/status') if x.startswith('VmHWM')).split()[1])"
    )
    folder = str(Path(__file__).parent)
    done = subprocess.run([sys.executable, "-c", code, folder], check=True, capture_output=True, text=True)
    return int(done.stdout) / 1024


def microseconds_per_sign(n_signs: int) -> float:
    """Return the processor time of one text of that length over its signs, the best of some rounds."""
    from zhiyin.understand import Analyser

    analyser = Analyser(taxonomy="restaurant")
    text = "".join(make_texts(n_signs // 30, seed=11))[:n_signs]
    # Short texts as often as it takes for the same number of signs, one at a time.
    n_times = max(1, 200_000 // n_signs)
    batch = pa.RecordBatch.from_pydict({"text": [text]})
    analyser.analyse_batch(batch)

    def work() -> None:
        for _ in range(n_times):
            analyser.analyse_batch(batch)

    return 1e6 / rate_of(work, n_texts=n_times * n_signs)


def main() -> None:
    """Print one JSON object with every figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=20_000)
    parser.add_argument("--taxonomy", default="restaurant")
    options = parser.parse_args()
    texts = make_texts(options.texts)
    ours = analyser_rate(texts, taxonomy=options.taxonomy)
    snownlp, jieba = snownlp_rate(texts[:SNOWNLP_TEXTS]), jieba_rate(texts[:JIEBA_TEXTS])
    one, two = (processes_rate(texts, n_processes=n) for n in (1, 2))
    costs = {n: microseconds_per_sign(n) for n in LENGTHS}
    figures = {
        "signs_per_text": round(sum(map(len, texts)) / len(texts), 1),
        "texts_per_second_one_core": round(ours),
        "snownlp_sentiment_per_second": round(snownlp),
        "ratio_to_snownlp": round(ours / snownlp, 1),
        "jieba_tokens_per_second": round(jieba),
        "ratio_to_jieba": round(ours / jieba, 2),
        "two_processes_to_one": round(two / one, 2),
        "peak_mebibytes": round(peak_mebibytes()),
        "first_result_seconds": round(min(first_result_seconds() for _ in range(ROUNDS)), 2),
        "microseconds_per_sign_by_length": {f"{n:,}": round(cost, 3) for n, cost in costs.items()},
        "a_sign_of_1,000,000_to_one_of_100,000": round(costs[1_000_000] / costs[100_000], 2),
    }
    print(json.dumps(figures, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
