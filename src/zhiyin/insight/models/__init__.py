"""Tables of this room."""

from zhiyin.insight.models.dismissals import Dismissal

__all__ = ["Dismissal"]
