"""Which taxonomy the installation's voices are understood by."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

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


def has_chosen_taxonomy() -> bool:
    """Whether somebody chose one, by command or environment."""
    return bool(os.environ.get(VARIABLE)) or AnalysisSettings.objects.exists()


def choose_taxonomy(name_or_path: str, *, by: Actor = SYSTEM) -> Taxonomy:
    """Understand voices by this one from now on: a built-in name, or a YAML file, whose text is kept.

    Facts made before keep theirs until they are made again (`zhiyin lake rebuild`); a running server
    goes on with the old one until it is started again.

    Raises:
        InvalidInput: there is no such taxonomy, or the file is unusable.
    """
    taxonomy = load_taxonomy(name_or_path)
    is_built_in = name_or_path in BUILT_IN
    text = "" if is_built_in else Path(name_or_path).read_text(encoding="utf-8-sig")
    name = name_or_path if is_built_in else Path(name_or_path).name[:100]
    with transaction.atomic():
        AnalysisSettings.objects.update_or_create(pk=1, defaults={"taxonomy": name, "taxonomy_file": text})
        record_event("taxonomy.chosen", by=by, target=("taxonomy", taxonomy.label))
    return taxonomy
