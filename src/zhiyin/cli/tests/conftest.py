"""Runs the command as a person does, in a home of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from tests.homes import LayHome
from tests.warm_processes import WarmZhiyin

Run = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture
def environment(tmp_path: Path, lay_home: LayHome) -> dict[str, str]:
    """The environment of a machine on which Zhiyin was started once, to no end."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ZHIYIN_", "LC_"))}
    home = lay_home(tmp_path / "home")
    return {**kept, "ZHIYIN_HOME": str(home), "ZHIYIN_LANGUAGE": "en", "COLUMNS": "100"}


@pytest.fixture
def never_started(environment: Mapping[str, str]) -> Path:
    """Where the home would be, on a machine on which Zhiyin was never started."""
    home = Path(environment["ZHIYIN_HOME"])
    shutil.rmtree(home)
    return home


@pytest.fixture
def zhiyin(environment: Mapping[str, str], tmp_path: Path, warm_zhiyin: WarmZhiyin) -> Run:
    """Runs `zhiyin …` to its end in `tmp_path`."""

    def run(*arguments: str, stdin: str | bytes = b"", **settings: str) -> subprocess.CompletedProcess[bytes]:
        return warm_zhiyin.run(
            *arguments,
            environment={**environment, **settings},
            folder=tmp_path,
            stdin=stdin.encode() if isinstance(stdin, str) else stdin,
        )

    return run


@pytest.fixture
def reviews(tmp_path: Path) -> Path:
    """A small table with ids, times, words and stars."""
    rows = [
        f"A{number},2026-03-{number % 28 + 1:02d} 10:00,{said},{stars}"
        for number in range(20)
        for said, stars in [("菜好吃但是上菜慢，等了四十分钟", 3) if number % 2 else ("服务员态度很好", 5)]
    ]
    path = tmp_path / "reviews.csv"
    path.write_text("评论ID,评价时间,评价内容,评分\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path
