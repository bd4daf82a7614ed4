"""What refusals of templates are called on pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhiyin.errors import InvalidInput, ZhiyinError

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

_FORBIDDEN = _("Customers must not be asked to change or remove a review. Take the words out.")
_UNKNOWN = _("A word in braces is no variable. Choose from the list below the form.")
_BY_FIELD: Mapping[str, StrPromise] = {
    "name": _("Give the template a name."),
    "text_zh_forbidden": _FORBIDDEN,
    "text_en_forbidden": _FORBIDDEN,
    "text_en": _UNKNOWN,
}


def say_problem(error: ZhiyinError) -> str:
    """The refusal in the language of the page."""
    if isinstance(error, InvalidInput) and error.field in _BY_FIELD:
        return str(_BY_FIELD[error.field or ""])
    if isinstance(error, InvalidInput):
        if "variable" in str(error):
            return str(_UNKNOWN)
        return gettext("Write the text in one language at least.")
    return gettext("Somebody else changed this template in the meantime. Look at how it stands now.")
