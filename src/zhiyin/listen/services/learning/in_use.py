"""Which model voices are understood by: the adapted one that a person chose, else the shipped one."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from zhiyin.engine.doctor import Finding
from zhiyin.errors import InvalidInput
from zhiyin.listen.models import TrainedModel
from zhiyin.understand.adapted_files import ModelFile, open_model, open_or_shipped
from zhiyin.understand.analyser import Analyser
from zhiyin.understand.polarity import PolarityModel, load_polarity


def get_model_file() -> ModelFile | None:
    """The file of the adapted model in use; None while it is the shipped one. One small query."""
    row = TrainedModel.objects.filter(state=TrainedModel.State.IN_USE).first()
    return file_of(row) if row else None


def get_model() -> PolarityModel:
    """The model in use; the shipped one where the file of another cannot be used."""
    return open_or_shipped(get_model_file())


def get_analyser() -> Analyser:
    """An analyser by the model in use, for single texts of which no aspect is asked: the taxonomy is general.

    It is kept until another model is chosen; about 0.3 s the first time, one small query later.
    """
    return _analyser(get_model_file())


@lru_cache(maxsize=1)
def _analyser(model: ModelFile | None) -> Analyser:
    return Analyser(private_patterns=settings.PRIVATE_PATTERNS, model=open_or_shipped(model))


def file_of(row: TrainedModel) -> ModelFile:
    """Where the model lies."""
    return ModelFile(version=row.version, path=folder() / row.file_name, sha256=row.sha256)


def folder() -> Path:
    """The folder of the adapted models."""
    return settings.HOME.models


def examine_model() -> Finding:
    """Whether the model in use can be used."""
    file = get_model_file()
    if file is None:
        return Finding(
            check="model", level="ok", message=f"The shipped model {load_polarity().version} is in use."
        )
    try:
        open_model(file)
    except InvalidInput as error:
        return Finding(
            check="model",
            level="error",
            message=f"{error.message} Voices are understood by the shipped one, {load_polarity().version}.",
            next_step=error.next_step,
        )
    return Finding(check="model", level="ok", message=f"The model {file.version} is in use and whole.")
