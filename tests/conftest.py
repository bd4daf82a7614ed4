"""A store that takes anything in, and the files to wound, for the tests of malformed inputs."""

from __future__ import annotations

import gzip
import io
import json
import random
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from zhiyin.engine import Engine, open_engine
from zhiyin.engine.home import Home
from zhiyin.errors import InvalidInput
from zhiyin.listen.models import FeedbackKey, SetAsideItem
from zhiyin.listen.pipeline.analysis import Analysis
from zhiyin.listen.pipeline.pipeline import Pipeline
from zhiyin.listen.services.imports import ImportRequest, run_import
from zhiyin.listen.services.intake import Intake
from zhiyin.understand.analyser import Analyser


@dataclass
class Store:
    """A home with its doors, and what was accepted by them."""

    engine: Engine
    intake: Intake
    pipeline: Pipeline
    folder: Path

    def import_file(self, name: str, content: bytes) -> str:
        """The outcome in words; fails on anything but an `InvalidInput` that says something."""
        path = self.folder / name
        path.write_bytes(content)
        try:
            report = run_import(
                path, intake=self.intake, home=self.engine.home, request=ImportRequest(is_fresh=True)
            )
        except InvalidInput as error:
            return "refused" if error.next_step else pytest.fail(f"no way out: {error}")
        assert report.n_rows == report.n_accepted + report.n_unchanged + report.n_rejected
        if report.n_rejected:
            assert report.rejected_file is not None
            assert report.rejected_file.stat().st_mode & 0o777 == 0o600
        return "rejected" if report.n_rejected else "taken"

    def check(self) -> None:
        """Every registered key is one current fact of the lake, and nothing was set aside."""
        self.pipeline.drain()
        n_keys = FeedbackKey.objects.filter(revision__gt=0).count()
        assert FeedbackKey.objects.count() == n_keys
        with self.engine.lake.connect() as connection:
            [(n_facts, n_ids)] = connection.execute(
                "SELECT count(*), count(DISTINCT feedback_id) FROM feedback WHERE is_current"
            ).fetchall()
        assert (n_facts, n_ids) == (n_keys, n_keys)
        assert SetAsideItem.objects.count() == 0
        assert self.engine.log.lag().n_messages == 0


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    return Analyser()


@pytest.fixture
def store(tmp_path: Path, analyser: Analyser) -> Iterator[Store]:
    engine = open_engine(Home(tmp_path / "home"))
    pipeline = Pipeline(engine, Analysis(lambda: analyser.analyse_batch))
    yield Store(engine, Intake(engine.log, engine.vault), pipeline, tmp_path)
    engine.close()


CSV = "编号,时间,评分,评论内容,手机\n" + "".join(
    f'm{n},2024-03-{n % 28 + 1:02} 10:00:00,{n % 5 + 1},"第{n}次来，""就是""上菜慢",1380000{n:04}\n'
    for n in range(40)
)
OBJECTS = [
    {
        "编号": f"j{n}",
        "时间": "2024-03-01",
        "评分": n % 5 + 1,
        "评论内容": f"第{n}次来",
        "用户": {"昵称": f"u{n}"},
    }
    for n in range(40)
]


def _workbook() -> bytes:
    book = openpyxl.Workbook()
    for line in CSV.splitlines():
        book.active.append([*line.split(",")[:3], "=1+1", "菜好吃"])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _parquet() -> bytes:
    stream = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(OBJECTS), stream)
    return stream.getvalue()


def _zip(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return stream.getvalue()


def _seeds() -> dict[str, bytes]:
    lines = "\n".join(json.dumps(one, ensure_ascii=False) for one in OBJECTS)
    return {
        "utf8.csv": CSV.encode(),
        "gb.csv": CSV.encode("gb18030"),
        "wide.csv": CSV.encode("utf-16"),
        "tabs.tsv": CSV.replace(",", "\t").encode(),
        "lines.jsonl": lines.encode(),
        "array.json": json.dumps(OBJECTS, ensure_ascii=False).encode(),
        "book.xlsx": _workbook(),
        "columns.parquet": _parquet(),
        "packed.zip": _zip(a__csv=CSV.encode(), b__jsonl=lines.encode()),
        "packed.csv.gz": gzip.compress(CSV.encode()),
    }


_DIRT = (
    b"\0",
    b"\xff\xfe",
    b'"',
    b"\n",
    b",",
    b"\xed\xa0\x80",
    "\u202e".encode(),
    b"\r",
    b"{",
    b"]",
    b"\x80" * 9,
)


def _mutated(content: bytes, rng: random.Random) -> bytes:
    """One to four wounds: cut, bits turned, dirt thrown in, a part doubled, moved or zeroed."""
    data = bytearray(content)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(data) or 1)
        length = rng.randint(1, max(1, len(data) // 6))
        match rng.randrange(7):
            case 0:
                del data[at:]
            case 1:
                del data[at : at + length]
            case 2:
                data[at:at] = rng.choice(_DIRT) * rng.randint(1, 5)
            case 3:
                data[at:at] = data[at : at + length]
            case 4:
                data[at : at + length] = bytes(len(data[at : at + length]))
            case 5:
                for _ in range(8):
                    if data:
                        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
            case 6:
                data[:0] = rng.choice(_DIRT)
    return bytes(data)


@pytest.fixture
def seed_files() -> dict[str, bytes]:
    """A good file of every format, by name."""
    return _seeds()


@pytest.fixture
def wound() -> Callable[[bytes, random.Random], bytes]:
    """Damages bytes in one to four ways."""
    return _mutated
