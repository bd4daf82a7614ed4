"""Malformed files made by hand: a clear message each, and an unharmed store."""

from __future__ import annotations

import gzip
import io
import json
import random
import zipfile
from collections.abc import Callable

import openpyxl
import pytest

from zhiyin.errors import InvalidInput
from zhiyin.listen.services.imports import run_import

pytestmark = pytest.mark.django_db(transaction=True)

_MANY_LINES = ("长" * 350 + "\n") * 10_000

CSV = "编号,时间,评分,评论内容\n" + "".join(f"m{n},2024-03-01,{n % 5 + 1},第{n}次来\n" for n in range(9))


def _zip(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return stream.getvalue()


def _workbook() -> bytes:
    book = openpyxl.Workbook()
    for line in CSV.splitlines():
        book.active.append([*line.split(",")[:3], "=1+1", "菜好吃"])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _row(cells: str) -> bytes:
    return f"编号,时间,评分,评论内容\nok,2024-01-01,5,不错的一家店\n{cells}\n".encode(
        "utf-8", "surrogatepass"
    )


DEEP = 3_000
HAND_MADE: dict[str, Callable[[], tuple[str, bytes]]] = {
    "nothing": lambda: ("a.csv", b""),
    "one byte": lambda: ("a.csv", b"\x00"),
    "only a mark": lambda: ("a.csv", b"\xef\xbb\xbf"),
    "only a wide mark": lambda: ("a.csv", b"\xff\xfe"),
    "blank lines": lambda: ("a.csv", b"\n\r\n\r" * 100),
    "only a header": lambda: ("a.csv", "编号,评论内容\n".encode()),
    "only delimiters": lambda: ("a.csv", b",,,,\n" * 50),
    "ten megabytes in a cell": lambda: ("a.csv", _row("x,2024-01-01,3," + "长" * 3_500_000)),
    "ten megabytes quoted over lines": lambda: (
        "a.csv",
        _row('x,2024-01-01,3,"' + _MANY_LINES + '"'),
    ),
    "ten megabytes and no end": lambda: ("a.csv", _row('x,2024-01-01,3,"' + _MANY_LINES)),
    "one endless line": lambda: ("a.csv", b"a" * 40_000_000),
    "a formula": lambda: ("a.csv", _row("x,=cmd|' /C calc'!A0,3,=HYPERLINK(1)")),
    "year one": lambda: ("a.csv", _row("x,0001-01-01,3,早")),
    "year 9999": lambda: ("a.csv", _row("x,9999-12-31,3,晚")),
    "year zero": lambda: ("a.csv", _row("x,0000-00-00,3,零")),
    "a date of figures": lambda: ("a.csv", _row("x,99999999999999999999,3,多")),
    "a lone surrogate": lambda: ("a.csv", _row("x,2024-01-01,3,\ud83d半个")),
    "right to left": lambda: ("a.csv", _row("x\u202e,2024-01-01,3,\u202e倒\u2066着\u200f写")),
    "nuls": lambda: ("a.csv", _row("x\0,2024-01-01,3,\0\0空\0")),
    "rating of infinity": lambda: ("a.csv", _row("x,2024-01-01,inf,无穷")),
    "rating beyond": lambda: ("a.csv", _row("x,2024-01-01,1e308,大")),
    "an id of 300 signs": lambda: ("a.csv", _row("x" * 300 + ",2024-01-01,3,长")),
    "an empty id": lambda: ("a.csv", _row(",2024-01-01,3,无")),
    "3,000 columns": lambda: (
        "a.csv",
        b",".join(b"c%d" % n for n in range(3_000)) + b"\n" + b"x," * 2_999 + b"x\n",
    ),
    "one name for all columns": lambda: ("a.csv", b"text,text,text\na,b,c\n"),
    "a quote at every sign": lambda: ("a.csv", b'"' * 99_999),
    "latin one": lambda: ("a.csv", "id,text\n1,déjà vu à Málaga\n".encode("latin-1")),
    "three encodings in one": lambda: (
        "a.csv",
        "text\n第一行是这样\n".encode() + "第二行是那样\n".encode("gb18030") + "第三行繁體\n".encode("big5"),
    ),
    "a picture": lambda: ("a.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 50),
    "a program": lambda: ("a.csv", b"\x7fELF" + bytes(2_000)),
    "a deep line": lambda: (
        "a.jsonl",
        b'{"text": "ok", "a":' + b"[" * DEEP + b"]" * DEEP + b"}\n" + b'{"text": "fine"}\n',
    ),
    "a deep array": lambda: ("a.json", b"[" * 200_000),
    "a deep object": lambda: ("a.json", b'[{"a":' * 50_000),
    "an array of everything": lambda: ("a.json", b'[1, null, "x", [], {}, true, {"text": "ok"}]'),
    "an object of nothing": lambda: ("a.json", b"{}"),
    "an unfinished object": lambda: ("a.json", b'{"data": [{"text": "ok"}, {"te'),
    "lines of everything": lambda: (
        "a.jsonl",
        b'{"text": "ok"}\n1\nnull\n"x"\n[]\n{}\n{"text": 5}\n{"text": {"a": []}}\n',
    ),
    "numbers beyond": lambda: (
        "a.jsonl",
        b'{"text": "ok", "n": 1e999}\n{"text": "x", "n": ' + b"9" * 5_000 + b"}\n",
    ),
    "half signs": lambda: ("a.jsonl", b'{"text": "\\ud83d"}\n{"text": "\\udc00\\ud83d ok"}\n'),
    "an object of 5,000 keys": lambda: (
        "a.jsonl",
        b'{"text": "ok"}\n' + json.dumps({f"k{n}": n for n in range(5_000)}).encode() + b"\n",
    ),
    "keys of nothing": lambda: ("a.jsonl", b'{"": "x", "\\u0000": "y", "text": "ok"}\n'),
    "voices of wrong types": lambda: (
        "a.jsonl",
        b'{"external_id": "1", "text": "ok"}\n{"external_id": "2", "text": 5}\n'
        b'{"external_id": "3", "rating": {"value": "x"}}\n{"external_id": "4", "rating": {"value": 1e400}}\n',
    ),
    "a zip of nothing": lambda: ("a.zip", _zip()),
    "a zip bomb": lambda: ("a.zip", _zip(a__csv=b"text\n" + b"0" * 60_000_000)),
    "a zip in a zip": lambda: ("a.zip", _zip(b__zip=_zip(a__csv=b"text\nok\n"))),
    "a zip of folders": lambda: ("a.zip", _zip(**{"a/": b""})),
    "a zip that climbs": lambda: ("a.zip", _zip(**{"../../x.csv": CSV.encode()})),
    "a zip of dirt": lambda: (
        "a.zip",
        _zip(a__csv=CSV.encode(), b__png=b"\x89PNG\r\n", c__csv=b"", d__xlsx=b"PK\x03\x04"),
    ),
    "a gzip bomb": lambda: ("a.csv.gz", gzip.compress(b"0" * 60_000_000)),
    "a gzip in a gzip": lambda: ("a.csv.gz", gzip.compress(gzip.compress(b"text\nok\n"))),
    "half a gzip": lambda: ("a.csv.gz", gzip.compress(random.Random(1).randbytes(90_000))[:40_000]),
    "an empty workbook": lambda: ("a.xlsx", _zip(**{"[Content_Types].xml": b"", "xl/workbook.xml": b""})),
    "a workbook of nonsense": lambda: ("a.xlsx", _zip(**{"xl/workbook.xml": b"<a>" * 10_000})),
    "an old workbook of nonsense": lambda: (
        "a.xls",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + random.Random(2).randbytes(9_000),
    ),
    "a parquet of nothing": lambda: ("a.parquet", b"PAR1PAR1"),
    "a parquet of nonsense": lambda: ("a.parquet", b"PAR1" + random.Random(3).randbytes(5_000) + b"PAR1"),
    "a csv called xlsx": lambda: ("a.xlsx", CSV.encode()),
    "a workbook called csv": lambda: ("a.csv", _workbook()),
    "a name of 200 signs": lambda: ("长" * 60 + ".csv", CSV.encode()),
}


@pytest.mark.parametrize("case", HAND_MADE)
def test_a_hand_made_malformed_file_ends_in_a_clear_message(store, case):
    name, content = HAND_MADE[case]()
    store.import_file(name, content)
    store.check()


_LAUGHS = b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY l0 'lol'>" + b"".join(
    b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10)
)
_FAR_CELL = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
_OUTER = b"<f>'[http://x.invalid/a.xlsx]S'!A1</f>"
SHEETS: dict[str, Callable[[bytes], bytes]] = {
    "a cell at the end of the world": lambda xml: xml.replace(b"</sheetData>", _FAR_CELL),
    "a far cell first": lambda xml: xml.replace(b"<sheetData>", b"<sheetData>" + _FAR_CELL[:-12]),
    "a billion laughs": lambda xml: _LAUGHS + b"]>" + xml.replace(b"<v>", b"<v>&l9;"),
    "another workbook's cell": lambda xml: xml.replace(b"<f>1+1</f>", _OUTER),
    "half a sheet": lambda xml: xml[: len(xml) // 2],
    "texts that are not there": lambda xml: xml.replace(b't="n"', b't="s"').replace(b"<v>1", b"<v>-999999"),
    "a bomb": lambda xml: b"0" * 60_000_000,
    "nothing": lambda xml: b"",
    "places that are none": lambda xml: xml.replace(b'r="A2"', b'r="A0"').replace(
        b'r="B2"', b'r="ZZZZ9999999"'
    ),
}


def _workbook_with(change: Callable[[bytes], bytes]) -> bytes:
    stream = io.BytesIO()
    old = zipfile.ZipFile(io.BytesIO(_workbook()))
    with old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name.endswith("sheet1.xml") else content)
    return stream.getvalue()


@pytest.mark.parametrize("case", SHEETS)
def test_a_malformed_workbook_ends_in_a_clear_message(store, case):
    store.import_file("book.xlsx", _workbook_with(SHEETS[case]))
    store.check()


@pytest.mark.parametrize("kind", ["a folder", "nothing there", "an endless device"])
def test_what_is_no_file_is_refused(store, kind):
    path = store.folder / "a.csv"
    if kind == "a folder":
        path.mkdir()
    elif kind == "an endless device":
        path.symlink_to("/dev/zero")
    with pytest.raises(InvalidInput):
        run_import(path, intake=store.intake, home=store.engine.home)
