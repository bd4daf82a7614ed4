"""docs/figures.md tells what the catalogue tells."""

from pathlib import Path

import zhiyin
from zhiyin.insight.measures.contract import list_measures

DOCUMENT = Path(zhiyin.__file__).parents[2] / "docs" / "figures.md"
START, END = "<!-- measures -->\n", "<!-- /measures -->"


def make_table():
    rows = ["| code | measure | formula | source |", "|---|---|---|---|"]
    rows += [f"| `{one.code}` | {one.name} | {one.formula} | {one.source} |" for one in list_measures("en")]
    return "".join(f"{row}\n" for row in rows)


def test_the_table_of_measures_is_that_of_the_catalogue():
    text = DOCUMENT.read_text(encoding="utf-8")
    assert text.split(START)[1].split(END)[0] == make_table()
