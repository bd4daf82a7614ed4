"""Tables of the optional language model."""

from zhiyin.assist.models.calls import ModelCall
from zhiyin.assist.models.endpoint import LanguageModel

__all__ = ["LanguageModel", "ModelCall"]
