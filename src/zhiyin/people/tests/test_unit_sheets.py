"""The tree from a sheet: read, previewed, taken in."""

from __future__ import annotations

import io

import pytest
import xlsxwriter
from tests.costs import processor_seconds

from zhiyin.errors import Conflict, InvalidInput
from zhiyin.people.models import AuditEvent, OrgUnit
from zhiyin.people.queries import verify_audit_chain
from zhiyin.people.services.unit_import import import_units
from zhiyin.people.services.unit_plan import Problem, plan_units
from zhiyin.people.services.unit_sheet import SheetRow, read_sheet, write_sheet
from zhiyin.people.services.units import ensure_root

SHEET = """编码,名称,上级编码,类型,时区
HQ,好茶,,公司,
hb,华北,HQ,大区,
b1,北京一店,hb,门店,
b2,乌鲁木齐店,hb,门店,Asia/Urumqi
"""


def _rows(text: str) -> list[SheetRow]:
    return read_sheet(text.encode())


def _workbook(cells: list[list[object]]) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        for place, row in enumerate(cells):
            sheet.write_row(place, 0, row)
    return file.getvalue()


@pytest.mark.django_db
def test_a_tree_comes_in_from_a_sheet_and_names_the_company():
    plan = import_units(_rows(SHEET))
    assert (plan.n_rows("new"), plan.n_rows("changed")) == (3, 1)
    root = ensure_root()
    assert (root.code, root.name, root.kind) == ("HQ", "好茶", "company")
    store = OrgUnit.objects.get(code="b2")
    region = OrgUnit.objects.get(code="hb")
    assert store.path == f"/{root.pk}/{region.pk}/{store.pk}/"
    assert (store.kind, store.time_zone) == ("store", "Asia/Urumqi")
    assert AuditEvent.objects.filter(action="unit.created").count() == 3
    assert verify_audit_chain().is_intact


@pytest.mark.django_db
def test_the_same_sheet_again_changes_nothing_and_says_so():
    import_units(_rows(SHEET))
    plan = plan_units(_rows(SHEET))
    assert (plan.n_rows("same"), plan.is_possible) == (4, False)
    with pytest.raises(Conflict):
        import_units(_rows(SHEET))


def test_a_swap_of_levels_comes_out_right(tree):
    text = "code,name,parent\nnorth,华北,s3\ns3,三店,company\n"
    import_units(_rows(text))
    store, region = OrgUnit.objects.get(code="s3"), OrgUnit.objects.get(code="north")
    assert region.parent == store
    assert region.path == f"{store.path}{region.pk}/"
    assert OrgUnit.objects.get(code="s1").path == f"{region.path}{tree.store_1.pk}/"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (",无编码,,,", Problem.NO_CODE),
        ("new,,,,", Problem.NO_NAME),
        ("new,新店,nowhere,,", Problem.UNKNOWN_PARENT),
        ("new,新店,,,Mars/Olympus", Problem.UNKNOWN_ZONE),
        ("new,新店,north,公司,", Problem.ROOT_KIND),
        ("company,公司,north,,", Problem.ROOT_MOVES),
        (f"{'x' * 65},新店,,,", Problem.TOO_LONG),
        ("north,华北,s1,,", Problem.RING),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_taken_in(tree, line, problem):
    rows = _rows(f"code,name,parent,kind,time zone\nok,好店,,,\n{line}\n")
    plan = plan_units(rows)
    assert [(row.row.line, row.problem) for row in plan.rows] == [(2, None), (3, problem)]
    with pytest.raises(Conflict):
        import_units(rows)
    assert not OrgUnit.objects.filter(code="ok").exists()


def test_a_code_twice_is_wrong_in_both_rows(tree):
    plan = plan_units(_rows("code,name\nx,甲\nx,乙\n"))
    assert [row.problem for row in plan.rows] == [Problem.TWICE, Problem.TWICE]


def test_a_child_of_an_unknown_parent_in_the_sheet_is_wrong_too(tree):
    plan = plan_units(_rows("code,name,parent\na,甲,b\nb,乙,nowhere\n"))
    assert [row.verdict for row in plan.rows] == ["wrong", "wrong"]


def test_what_was_agreed_to_is_what_is_done(tree):
    rows = _rows("code,name\nx,甲\n")
    agreed = plan_units(rows)
    import_units(rows)
    OrgUnit.objects.filter(code="x").update(name="别的")
    with pytest.raises(Conflict):
        import_units(rows, agreed=agreed)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_sheet_is_read_as_spreadsheets_save_it(encoding, delimiter):
    rows = read_sheet(SHEET.replace(",", delimiter).encode(encoding))
    assert [row.code for row in rows] == ["HQ", "hb", "b1", "b2"]
    assert rows[1].kind == "region"


def test_a_workbook_is_read_and_numbers_are_codes():
    rows = read_sheet(_workbook([["Store code", "Store name", "Parent"], [1001, "一店", "HQ"], ["", "", ""]]))
    assert [(row.code, row.name, row.parent) for row in rows] == [("1001", "一店", "HQ")]


def test_a_disarmed_formula_keeps_its_code():
    assert read_sheet(b"code,name\n'-1,'=x\n'a,b\n")[0].code == "-1"
    assert read_sheet(b"code,name\n'a,b\n")[0].code == "'a"


def test_carried_rows_come_back_as_they_were():
    rows = _rows(SHEET)
    assert read_sheet(write_sheet(rows).encode()) == rows


@pytest.mark.parametrize(
    "content", [b"", b"a,b\n1,2\n", b"code,name\n", b"\x00\x01\x02", b"PK\x03\x04broken"]
)
def test_what_is_no_sheet_is_refused(content):
    with pytest.raises(InvalidInput):
        read_sheet(content)


@pytest.mark.slow
@pytest.mark.django_db
def test_five_thousand_stores_come_in_within_seconds():
    lines = ["code,name,parent,kind", *(f"r{n},大区{n},,大区" for n in range(50))]
    lines += [f"s{n},门店{n},r{n % 50},门店" for n in range(5000)]
    assert processor_seconds(lambda: import_units(_rows("\n".join(lines)))) < 15
    assert OrgUnit.objects.count() == 5051
