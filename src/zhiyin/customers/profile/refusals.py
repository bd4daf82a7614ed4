"""Says in the page's language why something was not done; the doors speak plain English."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhiyin.errors import Conflict, InvalidInput, ZhiyinError

_BY_FIELD = {
    "stars": gettext_lazy("Choose one to five stars."),
    "other": gettext_lazy("This is the customer whose page you are on. Write the pseudonym of another one."),
}


def explain(error: ZhiyinError) -> str:
    """What happened and what to do."""
    if isinstance(error, InvalidInput) and error.field in _BY_FIELD:
        return str(_BY_FIELD[error.field])
    if isinstance(error, Conflict):
        return _("These two belong together already.")
    return _("No customer that you may see has this pseudonym. It looks like C-7K3M-92QF-B0XR.")
