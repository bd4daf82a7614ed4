"""The model that commands over files understand by: the one in use in the home, as its pages do."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zhiyin.understand.adapted_files import ModelFile


def find_model_in_use() -> ModelFile | None:
    """The adapted model that the house has chosen; None for the shipped one, also where there is no home.

    A home in which no model was ever trained is not opened: the first result shall come at once.
    """
    from zhiyin.engine.home import Home

    if not any(Home.from_environment().models.glob("*.npz")):
        return None
    from zhiyin.cli.startup import start_django

    start_django()
    from zhiyin.listen.services.learning import get_model_file

    return get_model_file()
