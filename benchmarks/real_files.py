"""Takes the public files in by command and by API, and prints what the board says of each, as figures.

Needs the folder of public data sets (`--data`, by default `../shared/data`); says so where it is absent.
The texts stay where they are: only counts and figures are printed.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec
from msgspec.structs import replace

from zhiyin.listen.importers.convert import Converter, Defaults
from zhiyin.listen.importers.files import open_tables
from zhiyin.listen.importers.guess import guess_mapping

ROOT = Path(__file__).parent.parent
FILES = {
    "places/hotel_reviews.csv": "hotels_sights",
    "places/scenic_reviews.csv": "hotels_sights",
    "sentiment/shopping.csv": "retail",
    "sentiment/takeaway.csv": "restaurant",
    "sentiment/electronics.csv": "retail",
    "complaints/hotline_12345.csv": "public_services",
}
N_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was taken in and how long it took, until the facts stood in the lake."""

    board: dict[str, object]
    n_facts: int
    seconds: float


def main() -> int:
    """Print a table of the files; 1 where command and API give different figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    data = parser.parse_args().data
    if not data.is_dir():
        print("skipped: the public data sets are not there")
        return 0
    is_equal = True
    for name, taxonomy in FILES.items():
        by_command = _by_command(data / name, taxonomy=taxonomy)
        by_api = _by_api(data / name, taxonomy=taxonomy)
        if _figures(by_command.board) != _figures(by_api.board):
            is_equal = False
            print(f"DIFFERENT: {_figures(by_command.board)[:300]}\n       AND {_figures(by_api.board)[:300]}")
        _show(name, taxonomy, by_command=by_command, by_api=by_api)
    print("command and API agree" if is_equal else "COMMAND AND API DIFFER")
    return 0 if is_equal else 1


def _by_command(path: Path, *, taxonomy: str) -> Answer:
    with _home(taxonomy) as environment:
        started = time.perf_counter()
        _zhiyin("import", str(path), "--yes", environment=environment)
        return _answer(environment, seconds=time.perf_counter() - started)


def _by_api(path: Path, *, taxonomy: str) -> Answer:
    with _home(taxonomy) as environment, _server(environment) as address:
        scopes = ("--scope", "feedback:write", "--scope", "summary:read")
        key = _zhiyin("key", "create", "bench", "--limit", "0", *scopes, environment=environment).strip()
        bodies = list(_bodies(path))
        started = time.perf_counter()
        for body in bodies:
            _post(f"{address}/v1/feedback", body, key=key)
        while _count_waiting(f"{address}/metrics", key=key):
            time.sleep(0.1)
        return _answer(environment, seconds=time.perf_counter() - started)


def _bodies(path: Path) -> Iterator[bytes]:
    encode = msgspec.json.Encoder().encode_lines
    with open_tables(path) as tables:
        for table in tables:
            converter, is_begun = Converter(defaults=Defaults()), False
            for chunk in table.chunks():
                if not is_begun:
                    mapping = guess_mapping(chunk).mapping
                    # Whether a column of ids truly holds ids shows only in the whole file; not asked here.
                    converter.begin(table, mapping=replace(mapping, row_ids="content"))
                    is_begun = True
                items = converter.convert(chunk).items
                for start in range(0, len(items), 1_000):
                    yield encode(items[start : start + 1_000])


def _post(url: str, body: bytes, *, key: str) -> None:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/x-ndjson"}
    with urllib.request.urlopen(urllib.request.Request(url, data=body, headers=headers)) as response:
        assert response.status in (200, 202), response.status


def _count_waiting(url: str, *, key: str) -> float:
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {key}"})
    with urllib.request.urlopen(request) as response:
        lines = response.read().decode().splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith("zhiyin_intake_log_items "))


@contextmanager
def _home(taxonomy: str) -> Iterator[dict[str, str]]:
    with tempfile.TemporaryDirectory(prefix="zhiyin-real-") as folder:
        yield {**os.environ, "ZHIYIN_HOME": folder, "ZHIYIN_TAXONOMY": taxonomy, "ZHIYIN_LANGUAGE": "en"}


@contextmanager
def _server(environment: dict[str, str]) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "zhiyin", "up", "--port", str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(100):
            try:
                urllib.request.urlopen(f"{address}/readyz").close()
                break
            except OSError:
                time.sleep(0.2)
        yield address
    finally:
        process.terminate()
        process.wait(30)


def _zhiyin(*arguments: str, environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "zhiyin", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"zhiyin {arguments[0]} ended with {done.returncode}: {done.stderr[-500:]}")
    return done.stdout


def _answer(environment: dict[str, str], *, seconds: float) -> Answer:
    tables = json.loads(_zhiyin("lake", "status", "--json", environment=environment))
    board = json.loads(_zhiyin("summary", "--json", environment=environment))
    n_facts = next(table["rows"] for table in tables if table["table"] == "feedback")
    return Answer(board=board, n_facts=n_facts, seconds=seconds)


def _figures(board: dict[str, object]) -> str:
    """The board without ids and times, which differ between two homes."""
    kept = {
        name: board[name] for name in ("voices", "rating", "sentiments", "net_sentiment", "aspects", "waits")
    }
    return json.dumps(kept, sort_keys=True)


def _show(name: str, taxonomy: str, *, by_command: Answer, by_api: Answer) -> None:
    rate = by_command.n_facts / by_command.seconds
    print(f"\n{name} ({taxonomy}): {by_command.n_facts:,} facts")
    print(f"  by command {by_command.seconds:.1f} s ({rate:,.0f} rows/s, start and stop included)")
    print(f"  by API {by_api.seconds:.1f} s; {_row(name, board=by_command.board)}")


class _Figure(msgspec.Struct):
    value: float | None
    low: float | None
    high: float | None
    n: int

    def text(self, *, form: str, factor: float = 1.0) -> str:
        if self.value is None or self.low is None or self.high is None:
            return "–"
        parts = [format(part * factor, form) for part in (self.value, self.low, self.high)]
        return f"{parts[0]} ({parts[1]} to {parts[2]}), n = {self.n:,}"


class _Voices(msgspec.Struct):
    n: int
    n_duplicates: int
    n_spam: int
    n_solicited: int


class _Aspect(msgspec.Struct):
    aspect_name: str
    n_people: int
    net_sentiment: _Figure


class _Waits(msgspec.Struct):
    n: int
    median_minutes: float | None


class _Answers(msgspec.Struct):
    share: _Figure


class _Board(msgspec.Struct):
    voices: _Voices
    rating: _Figure
    net_sentiment: _Figure
    aspects: list[_Aspect]
    waits: _Waits
    answers: _Answers | None = None


def _row(name: str, *, board: dict[str, object]) -> str:
    """A row of the table in docs/figures.md."""
    shown = msgspec.convert(board, _Board, strict=False)
    voices = shown.voices
    aspects = "; ".join(
        f"{one.aspect_name} {one.n_people:,} ({one.net_sentiment.value:+.0f})"
        for one in shown.aspects[:N_SHOWN]
    )
    waits = f"{shown.waits.n:,}, median {shown.waits.median_minutes:.0f} min" if shown.waits.n else "–"
    answers = shown.answers.share.text(form=".1f", factor=100) if shown.answers else "–"
    cells = [
        name,
        f"{voices.n:,}",
        f"{voices.n_duplicates}/{voices.n_spam}/{voices.n_solicited}",
        shown.rating.text(form=".2f"),
        shown.net_sentiment.text(form="+.1f"),
        aspects,
        waits,
        answers,
    ]
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    sys.exit(main())
