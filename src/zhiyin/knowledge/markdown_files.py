"""Articles as Markdown files with their facts on top, and back."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import yaml
from django.utils.text import slugify

from zhiyin.errors import InvalidInput
from zhiyin.knowledge.errors import FileRefused
from zhiyin.knowledge.models import Article, ArticleVersion
from zhiyin.knowledge.services.articles import Words

MOST_FILES, MOST_BYTES = 2_000, 20 * 1024 * 1024
_FENCE = "---"


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What a file says; `unit` is the code of a unit, empty for everywhere; `name` is the file's."""

    name: str
    words: Words
    audience: str
    unit: str


def to_markdown(article: Article, version: ArticleVersion) -> str:
    """The version as a file: YAML between fences, then the text as it was written."""
    facts = {
        "title": version.title,
        "audience": article.audience,
        "unit": article.unit.code if article.unit else "",
        "product": version.product,
        "person": version.person,
        "place": version.place,
        "asked_as": version.asked_as.split("\n") if version.asked_as else [],
        "owner": article.owner.username,
        "review_on": article.review_on.isoformat(),
        "version": version.number,
        "state": version.state,
    }
    top = yaml.safe_dump(facts, allow_unicode=True, sort_keys=False)
    return f"{_FENCE}\n{top}{_FENCE}\n\n{version.text}\n"


def make_zip(articles: Iterable[tuple[Article, ArticleVersion]]) -> bytes:
    """A zip of one Markdown file an article."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for article, version in articles:
            name = slugify(version.title, allow_unicode=True)[:60] or "article"
            archive.writestr(f"{article.pk:05d}-{name}.md", to_markdown(article, version))
    return buffer.getvalue()


def read_files(files: Sequence[tuple[str, bytes]]) -> list[Read]:
    """The articles in Markdown files and zips of them, all or none.

    Raises:
        InvalidInput: a file is no text in UTF-8, has no title, or there is too much; the message names it.
    """
    found = [read_markdown(name, content) for name, content in _each(files)]
    if not found:
        raise InvalidInput(
            "There is no Markdown file.", next_step="Choose files that end in .md.", field="files"
        )
    return found


def read_markdown(name: str, content: bytes) -> Read:
    """One file. Without facts on top, the first heading is the title."""
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n").strip()
    except UnicodeDecodeError:
        raise FileRefused(name, "is not text in UTF-8.", next_step="Save it as UTF-8.") from None
    facts, body = _facts(name, text)
    title = str(facts.get("title") or "")
    if not title and body.startswith("# "):
        title, _line, body = body[2:].partition("\n")
    asked = facts.get("asked_as") or []
    words = Words(
        title=title.strip(),
        text=body.strip(),
        asked_as="\n".join(map(str, asked)) if isinstance(asked, list) else str(asked),
        **{part: str(facts.get(part) or "") for part in ("person", "product", "place")},
    )
    if not words.title or not words.text:
        raise FileRefused(name, "has no title or no text.", next_step="Begin it with '# ' and the title.")
    return Read(
        name=name,
        words=words,
        audience="public" if facts.get("audience") == "public" else "staff",
        unit=str(facts.get("unit") or ""),
    )


def _facts(name: str, text: str) -> tuple[dict[str, object], str]:
    if not text.startswith(f"{_FENCE}\n"):
        return {}, text
    top, _fence, body = text[len(_FENCE) + 1 :].partition(f"\n{_FENCE}")
    try:
        facts = yaml.safe_load(top)
    except (yaml.YAMLError, RecursionError):
        raise FileRefused(name, "begins with facts that are no YAML.") from None
    if not isinstance(facts, dict):
        raise FileRefused(name, "begins with facts that are no YAML.")
    return {
        str(key): value.isoformat() if isinstance(value, date) else value for key, value in facts.items()
    }, body


def _each(files: Sequence[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    n_files = n_bytes = 0
    for name, content in files:
        for one, text in _unpacked(name, content):
            n_files, n_bytes = n_files + 1, n_bytes + len(text)
            if n_files > MOST_FILES or n_bytes > MOST_BYTES:
                raise InvalidInput(
                    f"There are more than {MOST_FILES:,} files, or more than 20 MB.",
                    next_step="Import them in parts.",
                    field="files",
                )
            yield one, text


def _unpacked(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    if name.lower().endswith(".zip"):
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                for entry in archive.infolist():
                    # A small zip may hold endless text: what it says it holds is what is read at most.
                    if entry.filename.lower().endswith(".md") and entry.file_size <= MOST_BYTES:
                        with archive.open(entry) as opened:
                            yield entry.filename, opened.read(MOST_BYTES + 1)
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError):
            raise FileRefused(name, "cannot be unpacked.") from None
    elif name.lower().endswith((".md", ".markdown", ".txt")):
        yield name, content
