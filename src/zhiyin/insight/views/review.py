"""The review queue: doubtful labels to confirm, correct or skip, one after the other."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zhiyin.console.pages import render_page
from zhiyin.console.toasts import tell
from zhiyin.engine import open_engine
from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.insight.naming import aspect_names
from zhiyin.insight.review import MOST_SKIPPED, SKIPPED, list_skipped, read_review
from zhiyin.insight.state import read_state
from zhiyin.insight.views.corrections import next_page, read_correction
from zhiyin.insight.views.refusals import explain
from zhiyin.insight.voice_names import POLARITIES
from zhiyin.listen.services.corrections import correct_labels
from zhiyin.people.access import actor_of, scope_of, visitor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.views.posts import takes_form_of


@require_safe
@requires(Permission.FEEDBACK_CORRECT)
def review_queue(request: HttpRequest) -> HttpResponse:
    """The most doubtful voices of the asker's units."""
    state = read_state(request)
    context = {
        "state": state,
        "review": read_review(request, state=state),
        "aspects": aspect_names(state.language),
        "polarities": POLARITIES,
        "here_url": request.get_full_path(),
        "may_train": visitor_of(request).may(Permission.TAXONOMY_EDIT),
        "given": {},
    }
    return render_page(request, "insight/review.html", context, parts={"review": "insight/_review.html"})


@requires(Permission.FEEDBACK_CORRECT)
@takes_form_of("review_queue")
def review_voice(request: HttpRequest, feedback_id: str) -> HttpResponse:
    """Confirm or correct one voice as its page does, and go on with the next."""
    correction = read_correction(request.POST)
    try:
        kept = correct_labels(
            open_engine(settings.HOME),
            feedback_id=feedback_id,
            scope=scope_of(request),
            correction=correction,
            by=actor_of(request),
        )
    except NotFound:
        raise Http404 from None
    except (InvalidInput, Conflict) as error:
        tell(request, explain(error), tone="bad")
    else:
        done = _("Confirmed.") if correction.is_confirmed else _("Corrected. The figures follow at once.")
        tell(request, done, undo_url=reverse("undo_correction", args=[feedback_id, kept.pk]))
    return redirect(next_page(request, reverse("review_queue")))


@requires(Permission.FEEDBACK_CORRECT)
@takes_form_of("review_queue")
def skip_voice(request: HttpRequest, feedback_id: str) -> HttpResponse:
    """Put a voice aside until this visitor signs out."""
    others = [one for one in list_skipped(request) if one != feedback_id]
    request.session[SKIPPED] = [*others, feedback_id][-MOST_SKIPPED:]
    tell(request, _("Skipped until you sign out."), tone="info", undo_url=reverse("unskip_voice"))
    return redirect(next_page(request, reverse("review_queue")))


@requires(Permission.FEEDBACK_CORRECT)
@takes_form_of("review_queue")
def unskip_voice(request: HttpRequest) -> HttpResponse:
    """The voice that was skipped last comes back, or all of them."""
    skipped = list_skipped(request)
    request.session[SKIPPED] = [] if request.POST.get("all") else skipped[:-1]
    return redirect(next_page(request, reverse("review_queue")))
