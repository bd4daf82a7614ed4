"""Text to meaning. `from zhiyin.understand import Analyser` is all that a notebook needs."""
