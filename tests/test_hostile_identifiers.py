"""Identifiers that name nobody link nobody, at whichever door they come in; what was said is kept."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest
from tests.installation import Installation

HOSTILE = {
    "phone": [
        "",
        "无",
        "n/a",
        "13800138000",
        "00000000000",
        "🌸🌸🌸",
        "9" * 10_000,
        "138****5678",
        "\u200b\u202e",
    ],
    "email": ["", "none", "test@test.com", "无@无", "@", "a@" + "b" * 5_000, "noreply@shop.com", "😀@😀"],
    "member": ["", "无", "匿名用户", "null", "🎉", "0" * 12, "会" * 10_000],
    "wechat_openid": ["", "undefined", "x" * 10_000],
    "": ["13987650000"],
    "电话" * 5_000: ["13987650001"],
    "drop table": ["'; DELETE FROM customers_identity; --"],
}
# Of the above, these are strange but a name of somebody: whoever sends them twice is one person.
NAMES_SOMEBODY = {("drop table", "'; DELETE FROM customers_identity; --")}


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    made = Installation(tmp_path_factory.mktemp("hostile") / "home")
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def client(installation: Installation) -> Iterator[httpx.Client]:
    scopes = ("feedback:write", "feedback:read", "customers:write")
    key = installation.run("key", "create", "shop", *(part for one in scopes for part in ("--scope", one)))
    headers = {"Authorization": f"Bearer {key.strip()}"}
    with httpx.Client(base_url=installation.url, headers=headers, timeout=60) as opened:
        yield opened


def _counts(installation: Installation) -> tuple[int, int]:
    """Identities and links."""
    with closing(sqlite3.connect(installation.home / "zhiyin.sqlite3", timeout=30)) as database:
        return tuple(
            database.execute(f"SELECT count(*) FROM customers_{table}").fetchone()[0]
            for table in ("identity", "link")
        )


def _wait_for(n_voices: int, client: httpx.Client) -> None:
    ends = time.monotonic() + 90
    while time.monotonic() < ends:
        if len(client.get("/v1/feedback", params={"limit": 200}).json()["items"]) >= n_voices:
            return
        time.sleep(0.5)
    raise AssertionError("The voices were not stored.")


def _values() -> list[tuple[str, str]]:
    return [(type, value) for type, values in HOSTILE.items() for value in values]


def test_hostile_identifiers_of_voices_records_and_files_link_nobody(
    installation: Installation, client: httpx.Client
) -> None:
    n_taken = 0
    for place, (type, value) in enumerate(_values()):
        # Two people who share nothing but what names nobody.
        for other in ("a", "b"):
            voice = {
                "external_id": f"{place}{other}",
                "text": f"第{place}条",
                "author": {"identities": [{"type": type, "value": value}]},
            }
            answer = client.post("/v1/feedback", json=[voice])
            assert answer.status_code in {202, 422}, (type[:20], value[:20], answer.status_code)
            n_taken += answer.status_code == 202
    assert n_taken >= len(_values())
    _wait_for(n_taken, client)
    assert _counts(installation) == (len(NAMES_SOMEBODY), 0)

    purchases = [
        {
            "external_id": f"p{place}",
            "ordered_at": "2026-11-20T10:00:00+08:00",
            "customer": {"identities": [{"type": type, "value": value}]},
            "product": "奶茶",
        }
        for place, (type, value) in enumerate(_values())
        if (type, value) not in NAMES_SOMEBODY and 0 < len(type) < 30
    ]
    for purchase in purchases:
        assert client.post("/v1/records/purchases", json=[purchase]).status_code in {200, 207, 422}
    assert _counts(installation) == (len(NAMES_SOMEBODY), 0)

    file = installation.home.parent / "hostile.csv"
    rows = [
        f'f{place},导入第{place}条,"{value}",2026-11-20\n' for place, value in enumerate(HOSTILE["phone"])
    ]
    file.write_text("编号,内容,手机,时间\n" + "".join(rows), encoding="utf-8")
    installation.run("import", "--yes", "--source", "csv", str(file))
    _wait_for(n_taken + len(rows), client)
    assert _counts(installation) == (len(NAMES_SOMEBODY), 0)


def test_a_real_number_beside_them_is_a_person(installation: Installation, client: httpx.Client) -> None:
    before, _ = _counts(installation)
    identities = [{"type": "phone", "value": "无"}, {"type": "phone", "value": "+86 139-1234-5678"}]
    voice = {"external_id": "real", "text": "有号码", "author": {"identities": identities}}
    assert client.post("/v1/feedback", json=[voice]).status_code == 202
    ends = time.monotonic() + 30
    while _counts(installation)[0] == before and time.monotonic() < ends:
        time.sleep(0.5)
    assert _counts(installation) == (before + 1, 0)
