"""Drafts by the language model: masked words out, a marked text back, every request counted."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal

import msgspec
from django.conf import settings
from django.utils import timezone

from zhiyin.assist.errors import Busy, LimitReached, NotSet
from zhiyin.assist.models import LanguageModel, ModelCall
from zhiyin.assist.prompts import Language, Purpose, read_prompt
from zhiyin.assist.protocol import Completion, Message, NoAnswer, complete
from zhiyin.assist.queries.costs import read_month_cost
from zhiyin.assist.services.endpoint import endpoint_of, find_language_model
from zhiyin.people.actors import Actor
from zhiyin.understand.privacy import compile_patterns, find_private, mask
from zhiyin.understand.text import fold_batch

MAX_TEXTS = 60
_MAX_TEXT_SIGNS = 600
_MAX_SIGNS = 12_000
_MAX_DRAFT_SIGNS = 4_000
_MILLION = Decimal(1_000_000)
_AT_ONCE = threading.BoundedSemaphore(4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What the machine wrote, and which model it was; a person reads it before it is used."""

    text: str
    model: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What a draft is made of: customers' words, and facts by name. All of it is masked before it leaves."""

    said: Sequence[str] = ()
    facts: Mapping[str, Sequence[str]] = field(default_factory=dict)


def make_draft(purpose: Purpose, material: Material, *, language: Language, by: Actor) -> Draft:
    """Ask for a draft and count what it cost.

    Raises:
        NotSet: no language model is set, or it is off.
        LimitReached: this month's money is spent.
        Busy: too many drafts are being made at once.
        NoAnswer: the endpoint gave nothing that can be used.
    """
    chosen = find_language_model()
    if chosen is None or not chosen.is_on:
        raise NotSet
    if chosen.month_limit is not None and read_month_cost(chosen.currency) >= chosen.month_limit:
        raise LimitReached
    prompt = read_prompt(purpose, language)
    messages = [Message(role="system", content=prompt.instruction), _as_message(material)]
    with _turn():
        answer = _ask(chosen, messages, purpose=purpose, max_tokens=prompt.max_tokens, by=by)
    return Draft(text=_tidy(answer.text), model=chosen.model)


@contextmanager
def _turn() -> Iterator[None]:
    if not _AT_ONCE.acquire(timeout=1.0):
        raise Busy
    try:
        yield
    finally:
        _AT_ONCE.release()


def _ask(
    chosen: LanguageModel, messages: list[Message], *, purpose: Purpose, max_tokens: int, by: Actor
) -> Completion:
    started, outcome = time.monotonic(), "failed"
    answer: Completion | None = None
    try:
        answer = complete(endpoint_of(chosen), messages, max_tokens=max_tokens)
        outcome = "done"
    except NoAnswer as error:
        outcome = error.reason
        raise
    finally:
        _count(
            chosen,
            answer,
            n_signs=sum(len(one.content) for one in messages),
            call=ModelCall(
                at=timezone.now(),
                purpose=purpose,
                account_id=int(by.id) if by.kind == "account" else None,
                model=chosen.model,
                seconds=time.monotonic() - started,
                currency=chosen.currency,
                outcome=outcome,
            ),
        )
    return answer


def _count(chosen: LanguageModel, answer: Completion | None, *, n_signs: int, call: ModelCall) -> None:
    if answer is not None:
        # A server that counts nothing is taken at a token a sign, which is rather too much.
        call.is_estimated = answer.n_in is None or answer.n_out is None
        call.n_in = n_signs if answer.n_in is None else answer.n_in
        call.n_out = len(answer.text) if answer.n_out is None else answer.n_out
        call.cost = (call.n_in * chosen.price_in + call.n_out * chosen.price_out) / _MILLION
    call.save()


def _as_message(material: Material) -> Message:
    content = {"said": _masked(material.said)}
    for name, texts in material.facts.items():
        content[name] = _masked(texts)
    return Message(role="user", content=msgspec.json.encode(content).decode())


def _masked(texts: Sequence[str]) -> list[str]:
    kept: list[str] = []
    room = _MAX_SIGNS
    for text in texts[:MAX_TEXTS]:
        short = text.strip()[:_MAX_TEXT_SIGNS]
        room -= len(short)
        if room < 0:
            break
        if short:
            kept.append(short)
    if not kept:
        return []
    batch = fold_batch(kept)
    return mask(batch, find_private(batch, patterns=compile_patterns(settings.PRIVATE_PATTERNS)))


def _tidy(text: str) -> str:
    """Plain text without control signs."""
    return "".join(sign for sign in text if sign == "\n" or sign.isprintable())[:_MAX_DRAFT_SIGNS].strip()
