"""The language model's words for a report: on request, on the page alone, never kept or sent."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from zhiyin.assist.wording import say
from zhiyin.errors import ZhiyinError
from zhiyin.insight.reports.drafting import RefusedWords, draft_summary
from zhiyin.insight.reports.views import reopen_snapshot, show_snapshot
from zhiyin.people.access import actor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.views.posts import takes_form_of


@requires(Permission.FEEDBACK_EXPORT)
@takes_form_of("report_snapshot", "snapshot_id")
def report_words(request: HttpRequest, snapshot_id: int) -> HttpResponse:
    """The snapshot with the model's summary above it, or with why there is none."""
    made = reopen_snapshot(request, snapshot_id)
    try:
        summary = draft_summary(made.told, language=made.state.language, by=actor_of(request))
    except RefusedWords:
        problem = _("The model's words were refused: they say something that the report does not. Try again.")
        return show_snapshot(request, made, more={"draft_problem": problem}, status=503)
    except ZhiyinError as error:
        return show_snapshot(request, made, more={"draft_problem": say(error)}, status=503)
    return show_snapshot(request, made, more={"summary": summary})
