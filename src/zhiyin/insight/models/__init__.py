"""Tables of this room."""

from zhiyin.insight.models.dismissals import Dismissal
from zhiyin.insight.models.saved_views import DefaultView, SavedView

__all__ = ["DefaultView", "Dismissal", "SavedView"]
