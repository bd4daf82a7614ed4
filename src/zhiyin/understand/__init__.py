"""Text to meaning. `from zhiyin.understand import Analyser` is all that a notebook needs."""

from zhiyin.understand.analyser import Analyser

__all__ = ["Analyser"]
