"""What the pages of one policy show: tables in words, test cases, the trial of a draft, the form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from zhiyin.console.pages import render_page
from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.people.access import scope_of
from zhiyin.respond.models import Policy, PolicyVersion
from zhiyin.respond.policies.aspects import list_choices
from zhiyin.respond.policies.checking import Fault
from zhiyin.respond.policies.deciding import Outcome, table_of
from zhiyin.respond.policies.facts import FACTS, column_name
from zhiyin.respond.policies.figures import say_cents, say_value
from zhiyin.respond.policies.kinds import Answer, GrantKind
from zhiyin.respond.policies.remarking import WordsField, list_words
from zhiyin.respond.policies.replaying import Replay, replay
from zhiyin.respond.policies.tables import Column, Row, Table
from zhiyin.respond.policies.testing import Result, run_tests
from zhiyin.respond.policies.versions import find_draft, find_live, get_policy
from zhiyin.respond.policies.words import (
    ANSWER_NAMES,
    KIND_NAMES,
    TYPE_NAMES,
    say,
    say_approvers,
    say_cell,
    say_fault,
    say_formula,
)

_MOST_VERSIONS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class RowWords:
    """A row of a table as people read it."""

    row: Row
    when: str
    answer: str
    gift: str
    approvers: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TestWords:
    """A test case with what the table answers. (No test of pytest.)"""

    __test__ = False

    result: Result
    given: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One column in the form, with its name there. `is_next`: the form goes on here."""

    column: Column
    name: str
    options: str
    is_next: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RowForm:
    """One row in the form: each cell with its column, and whether something is wrong with it."""

    row: Row
    number: int
    cells: Sequence[tuple[Field, str, bool]]
    wrong: frozenset[str]
    words: Sequence[WordsField]
    is_next: bool

    @property
    def opens_agreed(self) -> bool:
        """Whether the words for a yes from above matter here, or hold anything."""
        return self.row.answer == Answer.NEEDS_APPROVAL or bool(self.row.agreed_zh or self.row.agreed_en)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a draft would have granted, in words. `more` has its sign."""

    n: int
    n_changed: int
    answers: Sequence[tuple[str, int, int]]
    cost_before: str
    cost_after: str
    more: str
    examples: Sequence[tuple[str, str, str]]


def read_policy_page(policy: Policy) -> dict[str, object]:
    """Everything that the page of a policy shows."""
    now = timezone.now()
    live, draft = find_live(policy, now=now), find_draft(policy)
    trial = draft or live
    shown = table_of(trial.jdm) if trial else None
    tests = run_tests(policy, trial.jdm) if trial else []
    versions = PolicyVersion.objects.filter(policy=policy).select_related("author").defer("jdm")
    return {
        "policy": policy,
        "live": live,
        "draft": draft,
        "table": shown,
        "rows": [_row_words(row, table=shown) for row in shown.rows] if shown else [],
        "tests": [_test_words(one, table=shown) for one in tests] if shown else [],
        "n_wrong": sum(not one.is_right for one in tests),
        "trial": _trial(replay(policy, jdm=draft.jdm, against=live.jdm)) if draft and live else None,
        "versions": [(one, one.is_in_force(now=now)) for one in versions.order_by("-n")[:_MOST_VERSIONS]],
        "questions": [
            {"column": one, "name": column_name(one), "value": "", "source": ""} for one in shown.columns
        ]
        if shown
        else [],
        "answers": [(one.value, name) for one, name in ANSWER_NAMES.items()],
        "now": now,
        "aspects": list_choices(policy.aspects),
    }


def find_policy(request: HttpRequest, code: str) -> Policy:
    """The policy, if the visitor may manage it; else 404."""
    try:
        return get_policy(code, scope=scope_of(request))
    except NotFound:
        raise Http404 from None


def draw_policy(
    request: HttpRequest, policy: Policy, *, problem: str = "", status: int = 200
) -> HttpResponse:
    """The page of the policy."""
    context = read_policy_page(policy) | {"problem": problem, "typed": request.POST}
    return render_page(request, "respond/policies/policy.html", context, status=status)


def act_on_policy(request: HttpRequest, policy: Policy, act: Callable[[], None]) -> HttpResponse:
    """Does it and leads back to the policy; what is refused stands on its page."""
    try:
        act()
    except NotFound:
        raise Http404 from None
    except (InvalidInput, Conflict) as error:
        status = 422 if isinstance(error, InvalidInput) else 409
        return draw_policy(request, find_policy(request, policy.code), problem=say(error), status=status)
    return redirect("policy", policy.code)


def draw_editor(  # noqa: PLR0913 - what a form shows again
    request: HttpRequest,
    policy: Policy,
    *,
    table: Table,
    note: str,
    revision: int | None,
    faults: Sequence[Fault] = (),
    problem: str = "",
    is_unsaved: bool = False,
    focus: str = "",
    status: int = 200,
) -> HttpResponse:
    """The table as a form, with what is wrong in it. `focus`: the row or column to go on with."""
    fields = _fields(table, focus=focus)
    context = {
        "policy": policy,
        "table": table,
        "fields": fields,
        "rows": [
            _row_form(row, n=n, fields=fields, faults=faults, is_next=focus == f"row-{n}")
            for n, row in enumerate(table.rows)
        ],
        "faults": [say_fault(one, table=table) for one in faults],
        "problem": problem,
        "note": note,
        "revision": revision or 0,
        "is_unsaved": is_unsaved or bool(faults) or bool(problem),
        "types": [(one.value, name) for one, name in TYPE_NAMES.items()],
        "known": [(field, fact.name) for field, fact in FACTS.items()],
        "answers": [(one.value, name) for one, name in ANSWER_NAMES.items() if one is not Answer.UNKNOWN],
        "kinds": [(one.value, name) for one, name in KIND_NAMES.items()],
    }
    return render_page(request, "respond/policies/edit.html", context, status=status)


def _fields(table: Table, *, focus: str) -> list[Field]:
    return [
        Field(
            column=one,
            name=column_name(one) or _("new column"),
            options=", ".join(one.options),
            is_next=focus == f"column-{i}",
        )
        for i, one in enumerate(table.columns)
    ]


def say_outcome(outcome: Outcome) -> str:
    """An answer with its amount, in few words."""
    name = str(ANSWER_NAMES[outcome.answer])
    return f"{name} · {say_cents(outcome.amount_cents)}" if outcome.amount_cents else name


def _trial(done: Replay) -> Trial:
    sign = "+" if done.more_cents > 0 else ""
    return Trial(
        n=done.n,
        n_changed=done.n_changed,
        answers=[
            (str(name), done.before.answers[one], done.after.answers[one])
            for one, name in ANSWER_NAMES.items()
            if done.before.answers[one] or done.after.answers[one]
        ],
        cost_before=say_cents(done.before.cost_cents),
        cost_after=say_cents(done.after.cost_cents),
        more=sign + say_cents(done.more_cents),
        examples=[
            (one.decision.case.number, say_outcome(one.before), say_outcome(one.after))
            for one in done.examples
        ],
    )


def _row_form(
    row: Row, *, n: int, fields: Sequence[Field], faults: Sequence[Fault], is_next: bool
) -> RowForm:
    wrong = frozenset(one.column for one in faults if one.row == n + 1)
    cells = [
        (field, cell, field.column.field in wrong) for field, cell in zip(fields, row.cells, strict=False)
    ]
    words = list_words(row, n=n, wrong=wrong)
    return RowForm(row=row, number=n + 1, cells=cells, wrong=wrong, words=words, is_next=is_next)


def _row_words(row: Row, *, table: Table) -> RowWords:
    parts = [
        f"{column_name(column)} {say_cell(cell)}"
        for column, cell in zip(table.columns, row.cells, strict=False)
        if cell
    ]
    gift = " ".join(
        filter(
            None,
            [
                str(KIND_NAMES[GrantKind(row.kind)]) if row.kind else "",
                say_formula(row.amount, table=table),
            ],
        )
    )
    if row.points:
        gift += " " + _("%(n)s points") % {"n": say_formula(row.points, table=table)}
    return RowWords(
        row=row,
        when=_("; ").join(parts) or _("in all other cases"),
        answer=str(ANSWER_NAMES[Answer(row.answer)]),
        gift=gift,
        approvers=say_approvers(row.approvers),
    )


def _test_words(one: Result, *, table: Table) -> TestWords:
    names = {column.field: column_name(column) for column in table.columns}
    given: Mapping[str, object] = one.test.input
    told = [
        f"{names.get(field, field)}: {say_value(value)}"  # type: ignore[arg-type]
        for field, value in given.items()
        if value is not None
    ]
    expected = str(ANSWER_NAMES[Answer(one.test.answer)])
    if one.test.amount_cents:
        expected += f" · {say_cents(one.test.amount_cents)}"
    return TestWords(result=one, given=_("; ").join(told), expected=expected, found=say_outcome(one.outcome))
