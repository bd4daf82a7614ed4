"""Which taxonomy the installation's voices are understood by."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from django.db import transaction

from zhiyin.errors import NotFound
from zhiyin.listen.models import AnalysisSettings
from zhiyin.people.actors import SYSTEM, Actor
from zhiyin.people.services.audit import record_event
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
    goes on with the new one from its next batch on.

    Raises:
        InvalidInput: there is no such taxonomy, or the file is unusable.
    """
    taxonomy = load_taxonomy(name_or_path)
    is_built_in = name_or_path in BUILT_IN
    text = "" if is_built_in else Path(name_or_path).read_text(encoding="utf-8-sig")
    name = name_or_path if is_built_in else Path(name_or_path).name[:100]
    _keep(name, text=text, taxonomy=taxonomy, by=by)
    return taxonomy


def choose_taxonomy_text(text: str, *, file: str, by: Actor = SYSTEM) -> Taxonomy:
    """As `choose_taxonomy`, with the contents of a YAML file; `file` is its name.

    Raises:
        InvalidInput: it is unusable; the message names node and key.
    """
    taxonomy = parse_taxonomy(text, file=file)
    _keep(file[:100], text=text, taxonomy=taxonomy, by=by)
    return taxonomy


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
    if name not in BUILT_IN:
        raise NotFound("There is no such built-in taxonomy.")
    return files("zhiyin.understand").joinpath(f"taxonomies/{name}.yaml").read_text(encoding="utf-8")


def _keep(name: str, *, text: str, taxonomy: Taxonomy, by: Actor) -> None:
    with transaction.atomic():
        AnalysisSettings.objects.update_or_create(pk=1, defaults={"taxonomy": name, "taxonomy_file": text})
        record_event("taxonomy.chosen", by=by, target=("taxonomy", taxonomy.label))
