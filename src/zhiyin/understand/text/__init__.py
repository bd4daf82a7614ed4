"""Text made comparable: repaired, folded sign by sign, as columns."""

from zhiyin.understand.text.batch import FoldedBatch, fold_batch

__all__ = ["FoldedBatch", "fold_batch"]
