"""Private data in texts: finding it and masking it sign by sign."""

from zhiyin.understand.privacy.orders import compile_patterns
from zhiyin.understand.privacy.search import find_private
from zhiyin.understand.privacy.spans import PrivateSpans, mask
from zhiyin.understand.privacy.staff import staff_names

__all__ = ["PrivateSpans", "compile_patterns", "find_private", "mask", "staff_names"]
