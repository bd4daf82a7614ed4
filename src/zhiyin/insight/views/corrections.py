"""Corrects the labels of a voice from its page, and takes corrections back."""

from __future__ import annotations

from typing import cast, get_args

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from zhiyin.console.toasts import tell
from zhiyin.engine import open_engine
from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.insight.views.refusals import explain
from zhiyin.insight.views.voice import read_detail, render_voice
from zhiyin.listen.services.corrections import (
    Correction,
    OpinionPlace,
    Said,
    Seen,
    correct_labels,
    undo_correction,
)
from zhiyin.people.access import actor_of, scope_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.views.posts import takes_form_of
from zhiyin.understand.contract import Polarity, SentimentLabel


@requires(Permission.FEEDBACK_CORRECT)
@takes_form_of("voice", "feedback_id")
def correct_voice(request: HttpRequest, feedback_id: str) -> HttpResponse:
    """Change, remove or add an opinion, change or confirm the sentiment of the whole, as `action` says."""
    scope = scope_of(request)
    try:
        kept = correct_labels(
            open_engine(settings.HOME),
            feedback_id=feedback_id,
            scope=scope,
            correction=read_correction(request.POST),
            by=actor_of(request),
        )
    except NotFound:
        raise Http404 from None
    except (InvalidInput, Conflict) as error:
        detail = read_detail(feedback_id, scope=scope)
        status = 409 if isinstance(error, Conflict) else 422
        return render_voice(request, detail, refused=explain(error), tried="correction", status=status)
    tell(
        request,
        _("Corrected. The figures follow at once."),
        undo_url=reverse("undo_correction", args=[feedback_id, kept.pk]),
    )
    return redirect(next_page(request, reverse("voice", args=[feedback_id])))


@requires(Permission.FEEDBACK_CORRECT)
@takes_form_of("voice", "feedback_id")
def undo_voice_correction(request: HttpRequest, feedback_id: str, correction_id: int) -> HttpResponse:
    """Take a correction back."""
    try:
        undone = undo_correction(
            open_engine(settings.HOME),
            correction_id=correction_id,
            scope=scope_of(request),
            by=actor_of(request),
        )
    except NotFound:
        raise Http404 from None
    tell(request, _("The correction is taken back."), tone="info")
    return redirect(next_page(request, reverse("voice", args=[str(undone.voice_id)])))


def next_page(request: HttpRequest, default: str) -> str:
    """Where the form wants to go on, if that is here."""
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return wanted if is_ours else default


def read_correction(given: QueryDict) -> Correction:
    """The correction that the form says."""
    action = given.get("action", "")
    said = Said(
        aspect=given.get("aspect", ""),
        polarity=_polarity(given),
        words=given.get("words", "").replace("\r\n", "\n"),
        start=_number(given, "words_start"),
    )
    place = OpinionPlace(
        aspect=given.get("of_aspect", ""),
        start=_number(given, "of_start") or 0,
        end=_number(given, "of_end") or 0,
    )
    return Correction(
        seen=Seen(revision=_number(given, "revision") or 0, n_changes=_number(given, "n_changes") or 0),
        place=place if action in {"change", "remove"} else None,
        said=said if action in {"change", "add"} else None,
        sentiment=_sentiment(given) if action in {"sentiment", "confirm"} else None,
        is_confirmed=action == "confirm",
        reason=given.get("reason", ""),
    )


def _polarity(given: QueryDict) -> Polarity:
    wanted = given.get("polarity", "")
    return cast(Polarity, wanted) if wanted in get_args(Polarity) else "neutral"


def _sentiment(given: QueryDict) -> SentimentLabel | None:
    wanted = given.get("sentiment", "")
    return cast(SentimentLabel, wanted) if wanted in get_args(SentimentLabel) else None


def _number(given: QueryDict, name: str) -> int | None:
    text = given.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
