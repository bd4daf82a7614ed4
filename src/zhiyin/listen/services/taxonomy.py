"""Which taxonomy the installation's voices are understood by."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.listen.models import AnalysisSettings, TaxonomyVersion
from zhiyin.listen.services.taxonomy_record import (
    VersionTaken,
    Written,
    built_in_text,
    ensure_recorded,
    keep_version,
    with_free_label,
)
from zhiyin.people.actors import SYSTEM, Actor
from zhiyin.understand.taxonomy import BUILT_IN, Taxonomy, load_taxonomy, parse_taxonomy

DEFAULT_TAXONOMY = "general"
VARIABLE = "ZHIYIN_TAXONOMY"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenTaxonomy:
    """The taxonomy in use; `origin` says who chose it."""

    taxonomy: Taxonomy
    origin: str


def get_taxonomy() -> ChosenTaxonomy:
    """The taxonomy of the environment variable `ZHIYIN_TAXONOMY`, else the chosen one, else `general`.

    Raises:
        InvalidInput: what the variable names is not there or unusable.
    """
    if named := os.environ.get(VARIABLE):
        return ChosenTaxonomy(taxonomy=load_taxonomy(named), origin=VARIABLE)
    chosen = AnalysisSettings.objects.first()
    if chosen is None:
        return ChosenTaxonomy(taxonomy=load_taxonomy(DEFAULT_TAXONOMY), origin="default")
    if chosen.taxonomy_file:
        taxonomy = parse_taxonomy(chosen.taxonomy_file, file=chosen.taxonomy)
    else:
        taxonomy = load_taxonomy(chosen.taxonomy)
    return ChosenTaxonomy(taxonomy=taxonomy, origin="chosen")


class TaxonomyWatch:
    """Notices that another taxonomy was chosen, whichever process it was chosen in."""

    def __init__(self) -> None:
        self._mark = _mark()

    def find_new(self) -> Taxonomy | None:
        """The taxonomy in use, if it was chosen since it was asked last. One small query.

        Raises:
            InvalidInput: the chosen one is unusable.
        """
        mark = _mark()
        if mark == self._mark:
            return None
        taxonomy = get_taxonomy().taxonomy
        self._mark = mark
        return taxonomy


def _mark() -> object:
    """Changes with every choice; the environment stays as it is as long as the process lives."""
    return AnalysisSettings.objects.values_list("taxonomy", "chosen_at").first()


def has_chosen_taxonomy() -> bool:
    """Whether somebody chose one, by command or environment."""
    return bool(os.environ.get(VARIABLE)) or AnalysisSettings.objects.exists()


def choose_taxonomy(name_or_path: str, *, by: Actor = SYSTEM) -> Taxonomy:
    """Understand voices by this one from now on: a built-in name, or a YAML file, whose text is kept.

    Facts made before keep theirs until they are made again (`zhiyin lake rebuild`); a running server
    goes on with the new one from its next batch on. It is recorded as a version.

    Raises:
        InvalidInput: there is no such taxonomy, or the file is unusable.
    """
    load_taxonomy(name_or_path)
    if name_or_path in BUILT_IN:
        return _choose(read_taxonomy_text(name_or_path), file=name_or_path, by=by)
    path = Path(name_or_path)
    return choose_taxonomy_text(path.read_text(encoding="utf-8-sig"), file=path.name, by=by)


def choose_taxonomy_text(text: str, *, file: str, by: Actor = SYSTEM) -> Taxonomy:
    """As `choose_taxonomy`, with the contents of a YAML file; `file` is its name.

    Where another text bears its name and version already, the version is raised.

    Raises:
        InvalidInput: it is unusable; the message names node and key.
    """
    return _choose(with_free_label(text, file=file), file=file, by=by)


def read_taxonomy_text(name: str = "") -> str:
    """The YAML of a built-in taxonomy, or of the one in use.

    Raises:
        NotFound: there is no built-in one of that name.
    """
    if not name:
        chosen = None if os.environ.get(VARIABLE) else AnalysisSettings.objects.first()
        if chosen is not None and chosen.taxonomy_file:
            return chosen.taxonomy_file
        named = os.environ.get(VARIABLE) or (chosen.taxonomy if chosen else DEFAULT_TAXONOMY)
        if named not in BUILT_IN:
            return Path(named).read_text(encoding="utf-8-sig")
        name = named
    text = built_in_text(name)
    if text is None:
        raise NotFound("There is no such built-in taxonomy.")
    return text


class TaxonomyIsFixed(Conflict):
    """The environment says which taxonomy is used, so that nobody can change it here."""


def record_current() -> TaxonomyVersion:
    """The version in use, stored if nobody has stored it yet.

    Raises:
        InvalidInput: what is in use is unusable.
        TaxonomyIsFixed: `ZHIYIN_TAXONOMY` is set.
    """
    if os.environ.get(VARIABLE):
        raise TaxonomyIsFixed(
            "The server's setting ZHIYIN_TAXONOMY says which taxonomy is used.",
            next_step="Unset it, then start the server again.",
        )
    chosen = AnalysisSettings.objects.first()
    file = chosen.taxonomy if chosen else DEFAULT_TAXONOMY
    try:
        return ensure_recorded(read_taxonomy_text(), file=file)
    except VersionTaken:  # by another process that saw it first
        return ensure_recorded(read_taxonomy_text(), file=file)


def _choose(text: str, *, file: str, by: Actor) -> Taxonomy:
    # What was in use before can be gone back to, unless it cannot be used at all.
    with suppress(InvalidInput, TaxonomyIsFixed):
        record_current()
    version = keep_version(Written(text=text, file=file, by=by, action="taxonomy.chosen"))
    return parse_taxonomy(version.text, file=file)
