"""Private data in texts: finding it and masking it sign by sign."""

from zhiyin.understand.privacy.search import find_private
from zhiyin.understand.privacy.spans import PrivateSpans, mask

__all__ = ["PrivateSpans", "find_private", "mask"]
