"""Policies in the words of the page: answers, kinds, rows that fitted, faults, limits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhiyin.errors import InvalidInput, ZhiyinError
from zhiyin.respond.models import Compensation, Decision
from zhiyin.respond.policies import errors
from zhiyin.respond.policies.checking import MAX_COLUMNS, MAX_ROWS, MAX_WORDS, Fault, Wrong
from zhiyin.respond.policies.facts import column_name
from zhiyin.respond.policies.figures import say_cents, say_value
from zhiyin.respond.policies.kinds import Answer, ApprovalState, Because, GrantKind, LimitOf, Period
from zhiyin.respond.policies.limits import Exceeded
from zhiyin.respond.policies.steps import read_steps
from zhiyin.respond.policies.tables import ColumnType, Table
from zhiyin.respond.wording import say as say_of_case

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise


ANSWER_NAMES: Mapping[Answer, StrPromise] = {
    Answer.YES: gettext_lazy("Yes, it can be done"),
    Answer.YES_IF: gettext_lazy("Yes, if"),
    Answer.NEEDS_APPROVAL: gettext_lazy("Needs approval"),
    Answer.INSTEAD: gettext_lazy("Something else instead"),
    Answer.UNKNOWN: gettext_lazy("No row fits"),
}
KIND_NAMES: Mapping[GrantKind, StrPromise] = {
    GrantKind.NONE: gettext_lazy("the answer alone"),
    GrantKind.MONEY: gettext_lazy("Money back"),
    GrantKind.POINTS: gettext_lazy("Points"),
    GrantKind.SERVICE: gettext_lazy("A free service"),
    GrantKind.UPGRADE: gettext_lazy("An upgrade"),
    GrantKind.FIX: gettext_lazy("It is put right"),
}
STATE_NAMES: Mapping[ApprovalState, StrPromise] = {
    ApprovalState.WAITING: gettext_lazy("another comes first"),
    ApprovalState.OPEN: gettext_lazy("is asked"),
    ApprovalState.APPROVED: gettext_lazy("agreed"),
    ApprovalState.REFUSED: gettext_lazy("did not agree"),
    ApprovalState.ENDED: gettext_lazy("no longer asked"),
}
BECAUSE_NAMES: Mapping[Because, StrPromise] = {
    Because.POLICY: gettext_lazy("The policy asks for it."),
    Because.GRANT_LIMIT: gettext_lazy("It is more than one may grant alone."),
    Because.UNIT_BUDGET: gettext_lazy("The budget of the unit does not reach."),
    Because.CUSTOMER_CAP: gettext_lazy("The customer would have more than the cap."),
}
LIMIT_NAMES: Mapping[LimitOf, StrPromise] = {
    LimitOf.GRANT: gettext_lazy("One grant"),
    LimitOf.UNIT: gettext_lazy("All of a unit"),
    LimitOf.CUSTOMER: gettext_lazy("All of one customer"),
}
TYPE_NAMES: Mapping[ColumnType, StrPromise] = {
    ColumnType.MONEY: gettext_lazy("Money"),
    ColumnType.NUMBER: gettext_lazy("A number"),
    ColumnType.YES_NO: gettext_lazy("Yes or no"),
    ColumnType.CHOICE: gettext_lazy("Choice"),
}
PERIOD_NAMES: Mapping[Period, StrPromise] = {
    Period.MONTH: gettext_lazy("in a calendar month"),
    Period.YEAR: gettext_lazy("in a calendar year"),
}
SOURCE_NAMES: Mapping[str, StrPromise] = {
    "orders": gettext_lazy("from the customer’s orders"),
    "order": gettext_lazy("from the order"),
    "stars": gettext_lazy("from the stars that colleagues gave"),
    "given": gettext_lazy("from the list of compensations"),
    "case": gettext_lazy("from the case"),
    "typed": gettext_lazy("typed in"),
}
OUTPUT_NAMES: Mapping[str, StrPromise] = {
    "answer": gettext_lazy("The answer"),
    "kind": gettext_lazy("What is given"),
    "amount": gettext_lazy("Amount"),
    "points": gettext_lazy("Points"),
    "reason_zh": gettext_lazy("Reason for the customer, in Chinese"),
    "reason_en": gettext_lazy("Reason for the customer, in English"),
    "condition_zh": gettext_lazy("Condition, or what instead, in Chinese"),
    "condition_en": gettext_lazy("Condition, or what instead, in English"),
    "agreed_zh": gettext_lazy("Once it is agreed, in Chinese"),
    "agreed_en": gettext_lazy("Once it is agreed, in English"),
    "approvers": gettext_lazy("Who has to agree"),
}
_NAME = re.compile(r"\b[a-z][a-z0-9_]*\b")
_WRONG: Mapping[Wrong, StrPromise] = {
    Wrong.NO_COLUMN: gettext_lazy("The table needs a column: what is asked about the matter."),
    Wrong.NO_ROW: gettext_lazy("The table needs a row."),
    Wrong.TOO_MANY: gettext_lazy("A table has at most %(columns)s columns and %(rows)s rows."),
    Wrong.BAD_FIELD: gettext_lazy("The name in formulas has small letters, digits and _; a letter is first."),
    Wrong.SAME_FIELD: gettext_lazy("Two columns have the same name in formulas."),
    Wrong.NO_OPTIONS: gettext_lazy("A choice needs its options, parted by commas."),
    Wrong.NO_CONDITION: gettext_lazy("“%(detail)s” is no condition. Write it as >= 1000, [5..10] or 'gold'."),
    Wrong.UNKNOWN_NAME: gettext_lazy("“%(detail)s” names something that no column asks for."),
    Wrong.UNKNOWN_ANSWER: gettext_lazy("Choose an answer and what is given."),
    Wrong.NO_REASON: gettext_lazy("The customer needs a reason in plain words."),
    Wrong.NO_ALTERNATIVE: gettext_lazy("Never a bare no: say what can be done instead."),
    Wrong.NO_IF: gettext_lazy("Say what has to be so: yes, if …"),
    Wrong.NO_NUMBER: gettext_lazy("“%(detail)s” gives no number. Write it as 50 or order_amount * 0.1."),
    Wrong.NO_KIND: gettext_lazy("Say what is given, or leave the amount empty."),
    Wrong.NOTHING_GIVEN: gettext_lazy("Say how much is given."),
    Wrong.GIVES_INSTEAD: gettext_lazy("This answer gives nothing; “yes, if” gives on a condition."),
    Wrong.MIXED_KINDS: gettext_lazy("Where all rows count together, they have to give the same kind."),
    Wrong.BAD_APPROVERS: gettext_lazy("Write above, owner or @name; > for in turn, + for at once."),
    Wrong.TOO_LONG: gettext_lazy("Use at most %(most)s characters."),
    Wrong.UNKNOWN_VARIABLE: gettext_lazy(
        "“%(detail)s” cannot be filled in. {due} can: until when the customer is answered."
    ),
    Wrong.FORBIDDEN: gettext_lazy(
        "Customers must not be asked to change or remove a review. Take the words out."
    ),
}
_BY_ERROR: Mapping[type[ZhiyinError], StrPromise] = {
    errors.TableHasFaults: gettext_lazy("The table cannot decide yet; its faults are listed."),
    errors.NoTests: gettext_lazy("Add a test case first: what the table has to answer."),
    errors.VersionChanged: gettext_lazy(
        "Somebody else changed this policy in the meantime. Look at how it stands now, then do it again."
    ),
    errors.DraftInTheWay: gettext_lazy("There is another draft. Put it in force or throw it away first."),
    errors.NotToGrant: gettext_lazy("This decision cannot be granted any more. Ask the policy again."),
    errors.NeedsApproval: gettext_lazy("Somebody has to agree first. Ask for approval."),
    errors.AskedAlready: gettext_lazy("Approval is asked for already."),
    errors.NobodyToAgree: gettext_lazy("Nobody above can agree. Give somebody the role of manager or owner."),
    errors.AnsweredAlready: gettext_lazy("This was answered already, or somebody else is asked now."),
    errors.TooLateToUndo: gettext_lazy("Ten minutes have passed, or it was taken back before."),
}
_BY_FIELD: Mapping[str, StrPromise] = {
    "name": gettext_lazy("Give it a short name."),
    "aspects": gettext_lazy(
        "Choose aspects from the list, and not too many: one above stands for all below it."
    ),
    "approval_hours": gettext_lazy("The time to agree is 1 to 240 hours."),
    "file": gettext_lazy("The file holds no decision table (JDM) as this page exports it."),
    "test_name": gettext_lazy("Say what the test case is. A policy has at most 100 of them."),
    "comment": gettext_lazy("Never a bare no: say what can be done instead."),
    "from": gettext_lazy("This time has passed. Choose a time to come."),
    "amount": gettext_lazy("Write the amount as 50 or 50.00."),
    "deputy": gettext_lazy("Choose a colleague and a day to come."),
    "role": gettext_lazy("A role is for single grants alone."),
}


def say(error: ZhiyinError) -> str:
    """The error in the language of the page: what happened and what to do next."""
    if isinstance(error, errors.GivenAlready):
        said = _("The same was given already, in case %(number)s. Take that back first.")
        return said % {"number": error.number}
    if isinstance(error, errors.WrongAnswers):
        said = _("Test cases answer otherwise than expected: %(names)s.")
        return said % {"names": _("; ").join(error.names[:5])}
    for kind, text in _BY_ERROR.items():
        if isinstance(error, kind):
            return str(text)
    if isinstance(error, InvalidInput):
        field = error.field or ""
        if field in _BY_FIELD:
            return str(_BY_FIELD[field])
        return _("“%(field)s” cannot be read. Correct it.") % {"field": field}
    return say_of_case(error)


def say_fault(fault: Fault, *, table: Table) -> str:
    """Where it is, and what to do."""
    figures = {"columns": MAX_COLUMNS, "rows": MAX_ROWS, "most": MAX_WORDS, "detail": fault.detail}
    text = str(_WRONG[fault.wrong]) % figures
    name = say_column(fault.column, table=table)
    if fault.row and name:
        return _("Row %(row)s, “%(column)s”: %(text)s") % {"row": fault.row, "column": name, "text": text}
    return _("“%(column)s”: %(text)s") % {"column": name, "text": text} if name else text


def say_column(field: str, *, table: Table) -> str:
    """The column's name on the page, of one that asks or one that answers."""
    if field in OUTPUT_NAMES:
        return str(OUTPUT_NAMES[field])
    return next((column_name(one) for one in table.columns if one.field == field), field)


def say_fired(decision: Decision, *, table: Table) -> list[str]:
    """The rows that fitted, each with its conditions and what they met."""
    return [_say_row(one, table=table) for one in decision.fired]


def say_unknown(decision: Decision, *, table: Table) -> str:
    """What nobody knew when it was decided, where a row could have turned on it; empty for nothing."""
    fired = [int(str(one["row"])) for one in decision.fired]
    # Where the first that fits counts, the rows after it were never looked at.
    rows = table.rows[: fired[0]] if fired and table.hit == "first" else table.rows
    asked = {
        column.field: column_name(column)
        for n, column in enumerate(table.columns)
        if any(n < len(row.cells) and row.cells[n] for row in rows)
    }
    return _("; ").join(name for field, name in asked.items() if decision.input.get(field) is None)


def _say_row(fired: Mapping[str, object], *, table: Table) -> str:
    met = fired["met"]
    assert isinstance(met, list)
    parts = [
        _("%(column)s %(cell)s (here: %(value)s)")
        % {"column": say_column(field, table=table), "cell": say_cell(cell), "value": say_value(value)}
        for field, cell, value in met
    ]
    note = f" “{fired['note']}”" if fired["note"] else ""
    is_last_resort = table.hit == "first" and fired["row"] != 1
    rest = _("no row before it fits") if is_last_resort else _("whatever the figures are")
    why = _("; ").join(parts) or rest
    return _("Row %(row)s%(note)s: %(why)s") % {"row": fired["row"], "note": note, "why": why}


def say_cell(cell: str) -> str:
    """A condition as people read it."""
    if cell in ("true", "false"):
        return _("= yes") if cell == "true" else _("= no")
    return cell.replace(">=", "≥").replace("<=", "≤")


def say_formula(text: str, *, table: Table) -> str:
    """An amount as people read it, with the names that columns have on the page."""
    names = {column.field: column_name(column) for column in table.columns}
    return _NAME.sub(lambda found: names.get(found[0], found[0]), text).replace("*", "×")


def say_approvers(text: str) -> str:
    """Who has to agree, in turn and at once; what cannot be read as it stands."""
    steps = read_steps(text)
    if steps is None:
        return text
    known = {"above": _("whoever stands above"), "owner": _("an owner")}
    joined = [_(" together with ").join(known.get(who, who) for who in step) for step in steps]
    return _(", then ").join(joined)


def say_answer(decision: Decision) -> str:
    """The answer with what is given, in few words."""
    gift = say_gift(decision) if decision.kind else ""
    return " · ".join(filter(None, [str(ANSWER_NAMES[Answer(decision.answer)]), gift]))


def say_gift(of: Decision | Compensation) -> str:
    """What is given, in few words."""
    parts = [str(KIND_NAMES[GrantKind(of.kind)])]
    parts += [say_cents(of.amount_cents)] if of.amount_cents else []
    parts += [_("%(n)s points") % {"n": of.points}] if of.points else []
    return " ".join(parts)


def say_exceeded(exceeded: Exceeded) -> str:
    """Which limit does not allow it, with its figures."""
    figures = {"limit": say_cents(exceeded.limit_cents), "used": say_cents(exceeded.used_cents)}
    why = str(BECAUSE_NAMES[exceeded.because])
    if exceeded.because is Because.GRANT_LIMIT:
        return why + _(" (up to %(limit)s)") % figures
    return why + _(" (%(used)s of %(limit)s are used)") % figures
