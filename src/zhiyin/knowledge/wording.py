"""What can go wrong with articles, in the words of the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhiyin.errors import ZhiyinError
from zhiyin.knowledge import errors
from zhiyin.knowledge.models import State

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

STATE_NAMES: Mapping[str, StrPromise] = {
    State.DRAFT: _("Draft"),
    State.REVIEWED: _("Reviewed"),
    State.PUBLISHED: _("Published"),
    State.REPLACED: _("Replaced"),
}

_BY_KIND: Mapping[type[ZhiyinError], StrPromise] = {
    errors.ArticleChanged: _(
        "Somebody else saved another version of this article in the meantime. Your words stand below."
    ),
    errors.NotNow: _("This cannot be done any more. Here is how the article stands now."),
    errors.NotReviewed: _("A colleague has to review it first."),
    errors.OwnReview: _("You wrote this version yourself. Ask a colleague to review it."),
}
_BY_FIELD: Mapping[str, StrPromise] = {
    "title": _("An article needs a title of at most 120 characters."),
    "text": _("The article is empty, or longer than 20,000 characters."),
    "review_on": _("The day has passed. Choose a day to come."),
    "files": _("These files cannot be read. Choose Markdown files (.md) in UTF-8, or a zip of them."),
}


def say(error: ZhiyinError) -> str:
    """The error in the language of the page: what happened and what to do next."""
    if isinstance(error, errors.ForbiddenWords):
        return gettext("Customers must not be asked to change or remove a review. Take out: %(words)s") % {
            "words": error.words
        }
    if isinstance(error, errors.FileOfOtherUnit):
        return gettext("“%(name)s” is for a unit that you do not edit. Nothing was taken in.") % {
            "name": error.name
        }
    if isinstance(error, errors.FileRefused):
        return gettext(
            "“%(name)s” cannot be read: a file needs UTF-8, a title and a text. Nothing was taken in."
        ) % {"name": error.name}
    if type(error) in _BY_KIND:
        return str(_BY_KIND[type(error)])
    return str(_BY_FIELD.get(getattr(error, "field", None) or "", str(error)))
