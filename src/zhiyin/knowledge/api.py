"""`/v1/check-text` and `/v1/articles`: plain language, and what the company knows."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from zhiyin.errors import InvalidInput
from zhiyin.knowledge.plain import MAX_SIGNS, Kind, Language, PlainReport, check_text, language_of
from zhiyin.knowledge.search import Suggested, find_articles
from zhiyin.listen.api import answer
from zhiyin.listen.http.documents import answers_with, describe_type
from zhiyin.people.access import scope_of
from zhiyin.people.permissions import Permission, requires

router = Router(tags=["knowledge"])


class TextIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A text to check; without `language` it is told from the letters."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_SIGNS)]
    language: Language | None = None
    question: Annotated[str, msgspec.Meta(max_length=MAX_SIGNS)] | None = None
    kind: Kind = "answer"


class ArticleOut(msgspec.Struct, frozen=True, kw_only=True):
    """An article; `text` is Markdown, `nearness` (0 to 1) how much of what was asked it answers to."""

    id: int
    title: str
    text: str
    language: str
    audience: str
    product: str
    version: int
    n_used: int
    n_solved: int
    nearness: float


def _takes(kind: type[msgspec.Struct], *, gives: Any) -> dict[str, Any]:
    """`openapi_extra` of an operation that takes one such struct."""
    describe_type(kind)
    schema = {"$ref": f"#/components/schemas/{kind.__name__}"}
    return {
        "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
        **answers_with(gives),
    }


@router.post("/check-text", openapi_extra=_takes(TextIn, gives=PlainReport), summary="Check plain language")
@requires(Permission.FEEDBACK_READ)
def check(request: HttpRequest) -> HttpResponse:
    """Remarks with places (code points) and better words, and four scores of 0 to 100. Nothing is kept."""
    try:
        given = msgspec.json.decode(request.body, type=TextIn)
    except (msgspec.ValidationError, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidInput(f"The body is no text to check: {error}.", field="body") from None
    language = given.language or language_of(given.text)
    return answer(check_text(given.text, language=language, question=given.question, kind=given.kind))


@router.get("/articles", openapi_extra=answers_with(list[ArticleOut]), summary="Search articles")
@requires(Permission.FEEDBACK_READ)
def search(
    request: HttpRequest,
    q: Annotated[str, Query(min_length=1, max_length=2000, description="Words, or what a customer said.")],
    limit: Annotated[int, Query(ge=1, le=30)] = 10,
) -> HttpResponse:
    """The published articles that answer to the words, within the key's units, the likest first."""
    return answer([_out(one) for one in find_articles(q, scope=scope_of(request), limit=limit)])


def _out(found: Suggested) -> ArticleOut:
    article, version = found.article, found.article.published
    assert version is not None  # the search holds published articles alone
    return ArticleOut(
        id=article.pk,
        title=version.title,
        text=version.text,
        language=article.language,
        audience=article.audience,
        product=version.product,
        version=version.number,
        n_used=found.n_used,
        n_solved=found.n_solved,
        nearness=round(found.nearness, 3),
    )
