"""Understands a sentence by a taxonomy, to see what it makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings

from zhiyin.listen.services.learning import get_model_file
from zhiyin.understand.adapted_files import ModelFile, open_or_shipped
from zhiyin.understand.analyser import Analyser
from zhiyin.understand.contract import Opinion
from zhiyin.understand.taxonomy import Taxonomy


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of the text, with the opinion that it holds, if any, and the name of its aspect."""

    text: str
    opinion: Opinion | None = None
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """The text in pieces, private data masked; its opinions by name of aspect; urgency, 0 to 3."""

    pieces: list[Piece]
    opinions: list[tuple[str, Opinion]]
    urgency: int


def try_sentence(text: str, *, taxonomy: Taxonomy, language: str) -> Trial:
    """What is understood of the text, aspects named in Chinese (`zh`) or English. Nothing is kept."""
    names = taxonomy.names(language)
    understood = _analyser(taxonomy, get_model_file()).analyse(text)
    opinions = sorted(understood.opinions, key=lambda one: (one.start, one.end))
    return Trial(
        pieces=_pieces(understood.masked_text, opinions, names=names),
        opinions=[(names[one.aspect], one) for one in opinions],
        urgency=understood.urgency.level,
    )


# One at a time: each takes some 15 MB and a tenth of a second.
@lru_cache(maxsize=1)
def _analyser(taxonomy: Taxonomy, model: ModelFile | None) -> Analyser:
    return Analyser(
        taxonomy=taxonomy, private_patterns=settings.PRIVATE_PATTERNS, model=open_or_shipped(model)
    )


def _pieces(text: str, opinions: list[Opinion], *, names: dict[str, str]) -> list[Piece]:
    """Opinions that overlap an earlier one are in the list alone."""
    pieces, at = [], 0
    for opinion in opinions:
        if opinion.start < at:
            continue
        pieces += [Piece(text=text[at : opinion.start])] if opinion.start > at else []
        said = text[opinion.start : opinion.end]
        pieces.append(Piece(text=said, opinion=opinion, name=names[opinion.aspect]))
        at = opinion.end
    return [*pieces, Piece(text=text[at:])] if at < len(text) else pieces
