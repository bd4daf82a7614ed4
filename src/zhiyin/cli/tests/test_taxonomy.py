"""The history of the taxonomy at the command line."""

from __future__ import annotations

import json


def test_versions_are_listed_compared_and_gone_back_to(zhiyin, tmp_path):
    tea = "name: tea\nversion: 1\naspects: [{id: pickup, zh: 取餐, en: Pick-up, terms: [取餐%s]}]\n"
    for words in ("", ", 出杯"):
        (tmp_path / "tea.yaml").write_text(tea % words, encoding="utf-8")
        assert zhiyin("taxonomy", "use", "tea.yaml").returncode == 0
    rows = json.loads(zhiyin("taxonomy", "versions", "--json").stdout)
    assert [(row["number"], row["label"], row["in_use"]) for row in rows] == [
        (3, "tea@1.1", True),
        (2, "tea@1", False),
        (1, "general@1", False),
    ]
    assert zhiyin("taxonomy", "diff").stdout.decode() == "“Pick-up” · Terms +出杯\n"
    told = zhiyin("taxonomy", "diff", "2", "--with", "3", ZHIYIN_LANGUAGE="zh")
    assert told.stdout.decode() == "“取餐” · 关键词 -出杯\n"
    assert b"as version 4" in zhiyin("taxonomy", "back", "2").stderr
    assert zhiyin("taxonomy", "list").stdout.decode().splitlines()[-1].startswith("● tea@1 ")
    assert zhiyin("taxonomy", "back", "99").returncode != 0
