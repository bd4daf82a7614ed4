"""The voices of the list, or the chosen ones, as a file."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhiyin.console.exports import MAX_XLSX_ROWS, stream_table, wanted_format
from zhiyin.console.toasts import tell
from zhiyin.insight.queries.rows import TABLES, VoiceRow, count_file_rows, count_rows, find_rows, iterate_rows
from zhiyin.insight.state import ViewState, read_state
from zhiyin.insight.views.corrections import next_page
from zhiyin.insight.voice_files import VoiceTable, counted
from zhiyin.listen.api import open_lake
from zhiyin.people.access import actor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.services.audit import record_event

MAX_CHOSEN = 500


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.FEEDBACK_EXPORT)
def voices_export(request: HttpRequest) -> HttpResponseBase:
    """All voices of the list in the address; those chosen where their ids (`voice`) are posted."""
    state = read_state(request)
    form = wanted_format(_given(request, "format"))
    by_opinion = _given(request, "rows") == "opinions"
    connection = open_lake().connect(*TABLES)
    try:
        voices, n_rows = _find(request, connection, state=state, by_opinion=by_opinion)
        if form == "xlsx" and n_rows > MAX_XLSX_ROWS:
            connection.close()
            tell(request, _("Excel holds a million rows at most. Take CSV, or narrow the list."), tone="bad")
            return redirect(next_page(request, state.url("voices")))
        name = _("voices")
        table = VoiceTable(scope=state.scope, language=state.language, by_opinion=by_opinion)
        sent = stream_table(
            request,
            name=f"{name}-{timezone.localdate().isoformat()}",
            columns=table.columns(),
            rows=counted(table.rows(voices), n_rows=n_rows, connection=connection),
            form=form,
            n_rows=n_rows,
        )
        _record(request, state=state, n_rows=n_rows)
        return sent
    except BaseException:
        connection.close()
        raise


def _find(
    request: HttpRequest, connection: duckdb.DuckDBPyConnection, *, state: ViewState, by_opinion: bool
) -> tuple[Iterator[VoiceRow], int]:
    if request.method == "POST":
        rows = find_rows(connection, scope=state.scope, ids=request.POST.getlist("voice")[:MAX_CHOSEN])
        n = sum(max(1, len(row.opinions)) for row in rows) if by_opinion else len(rows)
        return iter(rows), n
    count = count_file_rows if by_opinion else count_rows
    n = count(connection, scope=state.scope, filter=state.filter)
    return iterate_rows(connection, scope=state.scope, filter=state.filter), n


def _given(request: HttpRequest, name: str) -> str:
    return (request.POST if request.method == "POST" else request.GET).get(name, "")


def _record(request: HttpRequest, *, state: ViewState, n_rows: int) -> None:
    # What people search for may be a number or a name.
    chosen = "chosen" if request.method == "POST" else state.query(q=None, author=None)
    record_event(
        "feedback.exported",
        by=actor_of(request),
        target=("feedback", ""),
        details={"rows": n_rows, "which": chosen},
    )
