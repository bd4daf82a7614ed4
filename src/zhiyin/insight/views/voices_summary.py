"""A summary of the voices in view, drafted by the language model that the company set."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from zhiyin.assist.services.drafts import MAX_TEXTS, Draft, Material, make_draft
from zhiyin.assist.wording import say
from zhiyin.console.pages import render_page
from zhiyin.errors import ZhiyinError
from zhiyin.insight.queries.rows import TABLES, VoicePage, list_rows
from zhiyin.insight.state import ViewState, read_state
from zhiyin.insight.voice_list import read_order, with_order
from zhiyin.listen.api import open_lake
from zhiyin.people.access import actor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.views.posts import takes_form_of


@requires(Permission.FEEDBACK_READ)
@takes_form_of("voices")
def voices_summary(request: HttpRequest) -> HttpResponse:
    """Summarises the first voices of the list: as many as are sent, in the order in which they stand."""
    state = read_state(request)
    page = _read(request, state=state)
    said = [row.feedback.text for row in page.rows if row.feedback.text]
    draft: Draft | None = None
    problem = ""
    if said:
        try:
            draft = make_draft("summary", Material(said=said), language=state.language, by=actor_of(request))
        except ZhiyinError as error:
            problem = say(error)
    context = {
        "state": state,
        "draft": draft,
        "problem": problem,
        "n_said": len(said),
        "n": page.n,
        "list_url": with_order(state.url("voices", period=state.period.code), read_order(request)),
        "here_url": request.get_full_path(),
    }
    status = 503 if problem else 200
    return render_page(request, "insight/voices_summary.html", context, status=status)


def _read(request: HttpRequest, *, state: ViewState) -> VoicePage:
    with open_lake().connect(*TABLES, *state.filter.tables) as connection:
        return list_rows(
            connection, scope=state.scope, filter=state.filter, order=read_order(request), size=MAX_TEXTS
        )
