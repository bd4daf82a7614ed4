"""The statement: what a customer received, in the company's own plain words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Literal

import msgspec
from django.db import transaction
from django.utils import timezone

from zhiyin.console.text_checks import is_forbidden
from zhiyin.customers.models import StatementTemplate
from zhiyin.customers.value.contract import KINDS, ValueKind
from zhiyin.customers.value.reading import Total, total_amount
from zhiyin.errors import InvalidInput, NotFound
from zhiyin.people.actors import Actor
from zhiyin.people.models import Account
from zhiyin.people.services.audit import record_event

Language = Literal["zh", "en"]
CODE = "statement"
MAX_LENGTH = 2_000
FIELDS = ("period", "total", *KINDS)
"""What a template may name: `{period}`, `{total}` (money of all kinds), and each kind.

`{savings}` is money, `{points}` points, the others are how many.
"""


class Texts(msgspec.Struct, frozen=True, kw_only=True):
    """The words in both languages. A line that names something of which there is none is left out."""

    chinese: str
    english: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A version of the words; version 0 is the package's."""

    version: int
    texts: Texts
    made_at: datetime | None = None
    made_by: str = ""


def get_template() -> Template:
    """The words in use."""
    row = StatementTemplate.objects.filter(code=CODE).select_related("made_by").order_by("-version").first()
    return _shipped() if row is None else _read(row)


def list_templates() -> list[Template]:
    """All versions, the newest first, the package's last."""
    rows = StatementTemplate.objects.filter(code=CODE).select_related("made_by").order_by("-version")
    return [*(_read(row) for row in rows), _shipped()]


def save_template(texts: Texts, *, account: Account | None, by: Actor) -> Template:
    """Put new words in use, as the next version; the older ones are kept.

    Raises:
        InvalidInput: a text is empty or too long, names something that there is not, or asks for another
        review.
    """
    check_texts(texts)
    with transaction.atomic():
        version = get_template().version + 1
        row = StatementTemplate.objects.create(
            code=CODE,
            version=version,
            chinese=texts.chinese.strip(),
            english=texts.english.strip(),
            made_at=timezone.now(),
            made_by=account,
        )
        record_event("value_statement.worded", by=by, details={"version": version})
    return _read(row)


def restore_template(version: int, *, account: Account | None, by: Actor) -> Template:
    """Put an older version's words in use again, as a new version.

    Raises:
        NotFound: there is no such version.
    """
    for one in list_templates():
        if one.version == version:
            return save_template(one.texts, account=account, by=by)
    raise NotFound("There is no such version of the statement.")


def check_texts(texts: Texts) -> None:
    """Look the words through.

    Raises:
        InvalidInput: as `save_template`; `field` is `chinese` or `english`, with `_forbidden` where
        another review is asked for.
    """
    for field in ("chinese", "english"):
        text: str = getattr(texts, field)
        if not text.strip() or len(text) > MAX_LENGTH:
            raise InvalidInput(f"The text needs 1 to {MAX_LENGTH} characters.", field=field)
        for name in _names(text, field=field):
            if name not in FIELDS:
                raise InvalidInput(
                    f"“{{{name}}}” is nothing that a statement can tell.",
                    next_step=f"Use {', '.join(f'{{{one}}}' for one in FIELDS)}.",
                    field=field,
                )
        if is_forbidden(text):
            raise InvalidInput(
                "Customers must not be asked to change or remove a review.",
                next_step="Take these words out first.",
                field=f"{field}_forbidden",
            )


def write_statement(
    texts: Texts, *, totals: Mapping[ValueKind, Total], language: Language, period: str
) -> str:
    """The statement as lines of text; empty where there is nothing to tell."""
    text = texts.chinese if language == "zh" else texts.english
    values, amounts = _values(totals, period=period)
    lines = []
    for line in text.splitlines():
        names = [name for name in _names(line, field="") if name != "period"]
        if names and not any(amounts[name] > 0 for name in names):
            continue
        lines.append((line.format_map(values), bool(names)))
    # Greetings alone tell nothing.
    if not any(tells for _line, tells in lines):
        return ""
    return "\n".join(line for line, _tells in lines).strip()


def period_name(since: datetime, until: datetime, language: Language) -> str:
    """The period in words: this year, another whole year, or its two days."""
    first, last = timezone.localtime(since), timezone.localtime(until)
    if (first.month, first.day) == (1, 1) and first.year == last.year:
        is_this_year = first.year == timezone.localtime().year
        if language == "zh":
            return "今年" if is_this_year else f"{first.year} 年"
        return str(first.year)
    if language == "zh":
        return f"{first:%Y-%m-%d} 至 {last:%Y-%m-%d}"
    return f"{first:%Y-%m-%d} to {last:%Y-%m-%d}"


def _values(totals: Mapping[ValueKind, Total], *, period: str) -> tuple[dict[str, str], dict[str, Decimal]]:
    amounts: dict[str, Decimal] = {"total": total_amount(totals)}
    for kind, total in totals.items():
        if kind == "savings":
            amounts[kind] = total.amount
        elif kind == "points":
            amounts[kind] = Decimal(total.points)
        else:
            amounts[kind] = Decimal(total.n)
    money = ("total", "savings")
    values = {name: f"{value:,.2f}" if name in money else f"{value:,}" for name, value in amounts.items()}
    return {**values, "period": period}, amounts


def _names(text: str, *, field: str) -> list[str]:
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        raise InvalidInput("A brace { is not closed.", field=field) from None
    if any(spec or conversion for _literal, name, spec, conversion in parts if name is not None):
        raise InvalidInput("Nothing but a name stands between the braces.", field=field)
    return [name for _literal, name, _spec, _conversion in parts if name is not None]


@cache
def _shipped() -> Template:
    text = files("zhiyin.customers.value").joinpath("data/statement.toml").read_bytes()
    return Template(version=0, texts=msgspec.toml.decode(text, type=Texts))


def _read(row: StatementTemplate) -> Template:
    return Template(
        version=row.version,
        texts=Texts(chinese=row.chinese, english=row.english),
        made_at=row.made_at,
        made_by=str(row.made_by) if row.made_by else "",
    )


def example_totals() -> dict[ValueKind, Total]:
    """Figures to show words with, as nobody's."""
    return {
        "savings": Total(n=9, amount=Decimal("312.50"), points=0),
        "points": Total(n=14, amount=Decimal(0), points=1_840),
        "free_service": Total(n=2, amount=Decimal("60.00"), points=0),
        "upgrade": Total(n=1, amount=Decimal("18.00"), points=0),
        "fix": Total(n=1, amount=Decimal(0), points=0),
    }
