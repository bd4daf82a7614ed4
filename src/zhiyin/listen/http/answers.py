"""The body of the intake's answer: an id and a status for each item, a reason for each bad one."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass
from typing import Literal

import msgspec

from zhiyin.listen import counters
from zhiyin.listen.http.problems import InvalidParam, ProblemError, describe
from zhiyin.listen.receipts import Receipt
from zhiyin.listen.services.idempotency import Answer
from zhiyin.listen.services.intake import Submission


class ItemAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One item that is kept: `accepted` now, or `unchanged` because it was kept before."""

    row: int
    id: str
    status: Literal["accepted", "unchanged"]


class SingleAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a request of one object."""

    id: str
    status: Literal["accepted", "unchanged"]


class BatchAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to an array or to lines."""

    items: list[ItemAnswer]
    errors: list[InvalidParam]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """An answer that may be given once `committed` is done."""

    answer: Answer
    committed: Future[list[int]] | None


def prepare_answer(submission: Submission, *, is_single: bool, language: str, request_id: str) -> Prepared:
    """202 where something was logged, 200 where all was there before, 422 where no item is good."""
    bad = [receipt for receipt in submission.receipts if receipt.id is None]
    kept = [one for one in submission.receipts if one.id is not None] if bad else submission.receipts
    n_accepted = [receipt.status for receipt in kept].count("accepted")
    counters.count_received(n_accepted=n_accepted, n_unchanged=len(kept) - n_accepted, n_rejected=len(bad))
    errors = [_explain(receipt, language) for receipt in bad]
    if not kept:
        problem = describe(
            ProblemError("invalid_items", invalid_params=errors), language=language, request_id=request_id
        )
        return Prepared(answer=Answer(status_code=422, body=msgspec.json.encode(problem)), committed=None)
    body: object = {"items": kept, "errors": errors}
    if is_single:
        body = {"id": kept[0].id, "status": kept[0].status}
    answer = Answer(status_code=202 if n_accepted else 200, body=msgspec.json.encode(body))
    return Prepared(answer=answer, committed=submission.committed)


def _explain(receipt: Receipt, language: str) -> InvalidParam:
    assert receipt.fault is not None
    return InvalidParam(
        row=receipt.row,
        field=receipt.fault.field,
        reason=receipt.fault.reason(language),
        code=receipt.fault.code,
    )
