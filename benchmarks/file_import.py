"""A CSV from file to facts, against a bare pyarrow read and Delta write of its columns in the same run."""

from __future__ import annotations

import argparse
import json
import os
import random
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

N_ROWS = 200_000
N_STORES = 300
_THINGS = ("菜", "服务", "环境", "价格", "上菜", "停车", "前台", "房间", "奶茶", "包装", "客服", "物流")
_GOOD = ("很好", "不错", "干净", "热情", "实惠", "很快", "舒服", "值得再来")
_BAD = ("太慢", "一般", "太吵", "偏贵", "态度差", "等了四十分钟", "有点脏", "不会再来")
_FILLS = (
    "朋友推荐来的，",
    "周末一家人过来，",
    "第二次来了，",
    "说实话，",
    "总体来说",
    "这次",
    "点了外卖，",
    "路过顺便，",
)
_ENDS = ("下次还来。", "希望改进！", "就这样吧～", "推荐给大家", "不太满意。", "谢谢老板。")


def measure(*, n_rows: int = N_ROWS, seed: int = 1) -> dict[str, float]:
    """Rows a second of both and their ratio, seconds of each step, peak memory of all processes in MB."""
    with tempfile.TemporaryDirectory(prefix="import-") as folder:
        path = Path(folder, "reviews.csv")
        write_csv(path, n_rows=n_rows, seed=seed)
        with peak_memory() as peak:
            bare_seconds = _bare(path, lake=Path(folder, "bare"))
            read_seconds, all_seconds = _ours(path, home=Path(folder, "home"), n_rows=n_rows)
        return {
            "rows": n_rows,
            "file_mb": path.stat().st_size / 1e6,
            "rows_a_second": n_rows / all_seconds,
            "accepted_rows_a_second": n_rows / read_seconds,
            "bare_rows_a_second": n_rows / bare_seconds,
            "ratio_to_bare": bare_seconds / all_seconds,
            "seconds_to_accepted": read_seconds,
            "seconds_to_facts": all_seconds,
            "peak_mb": peak[0] / 1e6,
        }


def write_csv(path: Path, *, n_rows: int, seed: int) -> None:
    """Reviews of about 60 characters, made of parts, with id, time, store, stars and a phone at times."""
    rng = random.Random(seed)
    with path.open("w", encoding="utf-8") as file:
        file.write("评论编号,评论时间,门店编号,评分,评论内容,用户昵称\n")
        for n in range(n_rows):
            moment = f"2024-{n % 12 + 1:02}-{n % 28 + 1:02} {n % 24:02}:{n % 60:02}:{n // 60 % 60:02}"
            text = _review(rng)
            file.write(f"R{n},{moment},S{n % N_STORES:03},{rng.randint(1, 5)},{text},顾客{n % 5_000}\n")


def _review(rng: random.Random) -> str:
    parts = []
    for _ in range(rng.randint(2, 5)):
        judgement = rng.choice(_GOOD if rng.random() < 0.6 else _BAD)
        parts.append(f"{rng.choice(_FILLS)}{rng.choice(_THINGS)}{judgement}，")
    return "".join(parts).replace(",", "，") + rng.choice(_ENDS)


def _bare(path: Path, *, lake: Path) -> float:
    """Seconds of reading the CSV with pyarrow and writing it as one Delta table, a commit per 50,000 rows."""
    import pyarrow as pa
    import pyarrow.csv
    from deltalake import write_deltalake

    started = time.perf_counter()
    table = pyarrow.csv.read_csv(path)
    for start in range(0, table.num_rows, 50_000):
        write_deltalake(str(lake), pa.table(table.slice(start, 50_000)), mode="append")
    return time.perf_counter() - started


def _ours(path: Path, *, home: Path, n_rows: int) -> tuple[float, float]:
    """Seconds until every row is accepted, and until every row is a fact."""
    os.environ.update({"ZHIYIN_HOME": str(home), "DJANGO_SETTINGS_MODULE": "zhiyin.config.settings"})
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from zhiyin.config.wiring import open_intake, open_pipeline
    from zhiyin.engine import close_engine, open_engine
    from zhiyin.engine.home import Home
    from zhiyin.listen.pipeline.worker import Worker
    from zhiyin.listen.services.imports import run_import

    at_home = Home(home)
    engine = open_engine(at_home)
    worker = Worker(engine, open_pipeline(at_home))
    started = time.perf_counter()
    worker.start()
    report = run_import(path, intake=open_intake(at_home), home=at_home)
    read_seconds = time.perf_counter() - started
    while engine.log.lag().n_items:
        time.sleep(0.05)
    all_seconds = time.perf_counter() - started
    worker.stop()
    with engine.lake.connect("feedback") as connection:
        [(n_facts,)] = connection.execute("SELECT count(*) FROM feedback").fetchall()
    close_engine()
    if not n_facts == report.n_accepted == n_rows:
        raise SystemExit(f"{n_rows} rows gave {report.n_accepted} accepted and {n_facts} facts")
    return read_seconds, all_seconds


@contextmanager
def peak_memory() -> Iterator[list[float]]:
    """The highest memory of this process and its children together, in bytes, sampled five times a second."""
    peak = [0.0]
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(0.2):
            peak[0] = max(peak[0], _memory())

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield peak
    finally:
        ended.set()
        thread.join()


def _memory() -> float:
    own = psutil.Process()
    total = 0.0
    for process in (own, *own.children(recursive=True)):
        with suppress(psutil.Error):
            info = process.memory_full_info()
            # Shared pages count once, where the system can tell them apart.
            total += getattr(info, "pss", info.rss)
    return total


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=N_ROWS)
    print(json.dumps(measure(n_rows=parser.parse_args().rows), indent=1))
