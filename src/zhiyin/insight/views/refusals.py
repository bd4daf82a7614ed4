"""Says in the page's language why something was not done; the doors speak plain English."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhiyin.errors import Conflict, InvalidInput, ZhiyinError
from zhiyin.listen.services.corrections import CorrectedMeanwhile

_BY_FIELD = {
    "words": gettext_lazy("Copy words that stand in the voice, 200 signs at most."),
    "aspect": gettext_lazy("The taxonomy has no such aspect. Choose one of the list."),
    "reason": gettext_lazy("Say in a few words why you need the original words. The reason is kept."),
    "name": gettext_lazy("Give the view a name of its own, 80 signs at most."),
    "sharing": gettext_lazy("You hold no role to share the view with."),
}


def explain(error: ZhiyinError) -> str:
    """What happened and what to do."""
    if isinstance(error, CorrectedMeanwhile):
        return _("This voice was corrected or edited since you opened it. See what it says now, then go on.")
    if isinstance(error, InvalidInput) and error.field in _BY_FIELD:
        return str(_BY_FIELD[error.field])
    if isinstance(error, Conflict):
        return _("Somebody was quicker. Load the page again and see what it says now.")
    return _("Nothing was changed: the label says that already, or the opinion is no longer there.")
