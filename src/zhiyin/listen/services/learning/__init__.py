"""Learning from people: lessons of their corrections, candidates, and which model is in use."""

from zhiyin.listen.services.learning.in_use import (
    examine_model,
    get_analyser,
    get_model,
    get_model_file,
)
from zhiyin.listen.services.learning.switching import (
    SHIPPED,
    back,
    discard_candidate,
    list_models,
    use_model,
)

__all__ = [
    "SHIPPED",
    "back",
    "discard_candidate",
    "examine_model",
    "get_analyser",
    "get_model",
    "get_model_file",
    "list_models",
    "use_model",
]
