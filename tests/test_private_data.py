"""No private datum of the sample company stands readable in lake, log, database or log lines."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import duckdb
import pytest

ROOT = Path(__file__).parent.parent
N_STORES, N_DAYS = 12, 120
# Shorter values (a surname, four digits of a phone) stand in other words by chance.
SHORTEST_NAME = 3
SHORTEST = 6


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a sample company, and everything the command said while loading it."""
    folder = tmp_path_factory.mktemp("home")
    environment = {k: v for k, v in os.environ.items() if k != "ZHIYIN_DATABASE_URL"}
    command = [sys.executable, "-m", "zhiyin", "sample", "--stores", str(N_STORES), "--days", str(N_DAYS)]
    done = subprocess.run(
        [*command, "--last-day", "2026-06-30", "--truth", str(folder.with_name("truth.jsonl"))],
        env={**environment, "ZHIYIN_HOME": str(folder), "ZHIYIN_TAXONOMY": "restaurant"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    (folder / "said.log").write_bytes(done.stdout + done.stderr)
    return folder


@pytest.fixture(scope="module")
def private_values(home: Path) -> dict[str, str]:
    """Every private value of the truth, with its kind."""
    values: dict[str, str] = {}
    for line in home.with_name("truth.jsonl").read_text(encoding="utf-8").splitlines():
        for private in json.loads(line)["private"]:
            values[private["value"]] = private["kind"]
    company = json.loads(home.with_name("truth.company.json").read_text(encoding="utf-8"))
    for customer in company["customers"]:
        values[customer["name"]] = "name"
        for identity in customer["identities"]:
            values[identity["value"]] = identity["type"]
    return {
        value: kind
        for value, kind in values.items()
        if len(value) >= (SHORTEST_NAME if kind == "name" else SHORTEST)
    }


def _found(text: str, values: dict[str, str]) -> Counter[str]:
    return Counter(kind for value, kind in values.items() if value in text)


def _lake_text(home: Path) -> str:
    rows: list[str] = []
    for folder in sorted((home / "lake").iterdir()):
        files = [str(path) for path in folder.glob("day=*/*.parquet")]
        if not files:
            continue
        with duckdb.connect() as connection:
            relation = connection.read_parquet(files)
            columns = ", ".join(f'CAST("{name}" AS VARCHAR)' for name in relation.columns)
            rows.extend("\n".join(map(str, row)) for row in relation.project(columns).fetchall())
    return "\n".join(rows)


def test_the_sample_says_enough_private_things_to_prove_something(private_values: dict[str, str]) -> None:
    kinds = Counter(private_values.values())
    assert kinds["phone"] > 50
    assert kinds["name"] > 100
    assert len(kinds) >= 6


def test_no_private_datum_stands_in_the_lake(home: Path, private_values: dict[str, str]) -> None:
    assert _found(_lake_text(home), private_values) == Counter()


def test_no_private_datum_stands_in_log_database_or_log_lines(
    home: Path, private_values: dict[str, str]
) -> None:
    files = [path for path in home.iterdir() if path.is_file() and path.name != "migrate.lock"]
    assert {"intake.sqlite3", "zhiyin.sqlite3", "said.log"} <= {path.name for path in files}
    for path in files:
        text = path.read_bytes().decode("utf-8", "ignore")
        assert _found(text, private_values) == Counter(), path.name


def test_the_scan_finds_what_stands_there(home: Path, private_values: dict[str, str]) -> None:
    value = next(value for value, kind in private_values.items() if kind == "phone")
    assert _found(_lake_text(home) + value, private_values)
