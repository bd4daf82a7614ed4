"""`zhiyin measures` tells every measure, or one with its groups."""

from __future__ import annotations

import csv
import io
import json


def test_measures_are_told_as_table_json_and_csv(zhiyin, reviews):
    assert zhiyin("import", str(reviews), "--yes").returncode == 0
    table = zhiyin("measures", "--since", "2026-01-01").stdout.decode()
    assert "net_sentiment" in table
    assert "no records" in table
    rating = json.loads(zhiyin("measures", "rating", "--since", "2026-01-01", "--format", "json").stdout)
    # Of the ten equal complaints nine are copies.
    assert (rating["total"]["value"], rating["total"]["n"]) == (53 / 11, 11)
    by_channel = zhiyin(
        "measures", "volume", "--by", "channel", "--since", "2026-01-01", "--format", "csv"
    ).stdout.decode()
    rows = list(csv.DictReader(io.StringIO(by_channel)))
    assert (rows[0]["code"], rows[0]["n"]) == ("volume", "11")
    assert sum(int(row["n"]) for row in rows[1:]) == 11


def test_what_cannot_be_asked_is_refused_in_the_readers_language(zhiyin):
    for arguments, words in [
        (("measures", "happiness"), "没有这个指标"),
        (("measures", "rating", "--by", "aspect"), "指标 rating 不能按 aspect 分组"),
        (("measures", "--by", "store"), "分组需要先指定一个指标"),
        (("measures", "rating", "--by", "colour"), "指标不能按“colour”分组"),
    ]:
        result = zhiyin(*arguments, ZHIYIN_LANGUAGE="zh")
        assert result.returncode != 0
        assert words in result.stderr.decode()
