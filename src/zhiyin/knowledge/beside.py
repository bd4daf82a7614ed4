"""The check beside texts that lower rooms send to customers, and their refusal of what is forbidden."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from zhiyin.console.text_checks import CheckedField, TextCheck, register_text_check
from zhiyin.knowledge.plain import MAX_SIGNS, check_text, language_of
from zhiyin.people.access import visitor_of
from zhiyin.people.permissions import Permission


def offer_check() -> None:
    """Registers the check with the console."""
    register_text_check(TextCheck(styles="knowledge/knowledge.css", draw=_draw, is_forbidden=_is_forbidden))


def _draw(request: HttpRequest, field: CheckedField) -> SafeString:
    """Remarks that follow the typing; nothing for whoever may not have texts checked."""
    if not visitor_of(request).may(Permission.FEEDBACK_READ):
        return SafeString("")
    context = {"field": field, "kind": "message"}
    return render_to_string("knowledge/_live_check.html", context, request=request)


def _is_forbidden(text: str) -> bool:
    text = text[:MAX_SIGNS]
    return check_text(text, language=language_of(text), kind="message").is_forbidden
