"""No private datum of the sample company stands readable in lake, log, database, log lines or pages."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import ahocorasick_rs
import duckdb
import pytest
from tests.crawl import Get, crawl, through_server
from tests.homes import LayHome
from tests.installation import Installation, Staff, serving

from zhiyin.people.permissions import ROLE_PERMISSIONS, Permission
from zhiyin.people.roles import Role

ROOT = Path(__file__).parent.parent
N_STORES, N_DAYS = 12, 120
# Shorter values (a surname, four digits of a phone) stand in other words by chance.
SHORTEST_NAME = 3
SHORTEST = 6
N_COVERED = 40
N_LIST_PAGES = 4


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, lay_home: LayHome) -> Path:
    """A home with a sample company, and everything the command said while loading it."""
    folder = lay_home(tmp_path_factory.mktemp("sample") / "home")
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
    searcher = ahocorasick_rs.AhoCorasick(list(values))
    kinds = list(values.values())
    hits = {hit for hit, _, _ in searcher.find_matches_as_indexes(text, overlapping=True)}
    return Counter(kinds[hit] for hit in hits)


def _found_in_pages(pages: dict[str, str], values: dict[str, str]) -> list[str]:
    """Kind and page of every value that stands in one; the values themselves are not told."""
    searcher = ahocorasick_rs.AhoCorasick(list(values))
    kinds = list(values.values())
    return sorted(
        {
            f"{kinds[hit]} on {path}"
            for path, html in pages.items()
            for hit, _, _ in searcher.find_matches_as_indexes(html)
        }
    )


@pytest.fixture(scope="module")
def lake_text(home: Path) -> str:
    """Every cell of the lake, as text."""
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


def test_no_private_datum_stands_in_the_lake(lake_text: str, private_values: dict[str, str]) -> None:
    assert _found(lake_text, private_values) == Counter()


def test_no_private_datum_stands_in_log_database_or_log_lines(
    home: Path, private_values: dict[str, str]
) -> None:
    files = [path for path in home.iterdir() if path.is_file() and path.name != "migrate.lock"]
    assert {"intake.sqlite3", "zhiyin.sqlite3", "said.log"} <= {path.name for path in files}
    for path in files:
        text = path.read_bytes().decode("utf-8", "ignore")
        assert _found(text, private_values) == Counter(), path.name


def test_the_scan_finds_what_stands_there(lake_text: str, private_values: dict[str, str]) -> None:
    value = next(value for value, kind in private_values.items() if kind == "phone")
    assert _found(lake_text + value, private_values) == Counter({"phone": 1})


@pytest.fixture(scope="module")
def served(home: Path) -> Iterator[tuple[Installation, Staff]]:
    """The home as a server shows it, and who looks at it."""
    with serving(home) as installation:
        yield installation, installation.hire()


def _covered_voices(home: Path) -> list[str]:
    """Ids of voices in which something is covered."""
    files = [str(path) for path in (home / "lake" / "feedback").glob("day=*/*.parquet")]
    with duckdb.connect() as connection:
        rows = connection.execute(
            "SELECT feedback_id FROM read_parquet(?) WHERE len(private) > 0 ORDER BY 1 LIMIT ?",
            [files, N_COVERED],
        ).fetchall()
    return [feedback_id for (feedback_id,) in rows]


def _read(get: Get, home: Path) -> dict[str, str]:
    """Every page that links lead to, the voices with something to cover, and their authors."""
    pages = {page.path: page.html for page in crawl(get)}
    ids = _covered_voices(home)
    more = [f"/voices/{id_}/{part}" for id_ in ids for part in ("", "author/")]
    more += [f"/voices/?period=all&page={number}" for number in range(1, N_LIST_PAGES + 1)]
    return pages | {path: get(path).text for path in more}


@pytest.mark.slow
@pytest.mark.parametrize("role", Role)
def test_no_private_datum_stands_in_a_page(
    home: Path, served: tuple[Installation, Staff], private_values: dict[str, str], role: Role
) -> None:
    installation, staff = served
    client, get = through_server(installation.url, session=staff.sessions[role.value])
    with client:
        pages = _read(get, home)
    assert len(pages) > N_LIST_PAGES
    assert _found_in_pages(pages, private_values) == []
    if Permission.VERBATIM_REVEAL not in ROLE_PERMISSIONS[role]:
        assert not [path for path, html in pages.items() if "/original/" in html]


def test_the_scan_finds_what_stands_in_a_page(private_values: dict[str, str]) -> None:
    value, kind = next(iter(private_values.items()))
    assert _found_in_pages({"/": f"<p>{value}</p>"}, private_values) == [f"{kind} on /"]
