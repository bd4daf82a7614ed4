"""Word lists of all fields, compiled with a taxonomy into one automaton; the lists stand in data/lexicon."""

from zhiyin.understand.lexicon.compile import Lexicon, compile_lexicon
from zhiyin.understand.lexicon.entries import Entry, Kind
from zhiyin.understand.lexicon.scan import Hits, scan

__all__ = ["Entry", "Hits", "Kind", "Lexicon", "compile_lexicon", "scan"]
