"""The page that proposes personas out of voices, and takes one over into the map."""

from __future__ import annotations

from contextlib import closing

from django.http import Http404, HttpRequest, HttpResponse
from msgspec.structs import replace

from zhiyin.console.pages import render_page
from zhiyin.insight.journeys import editing
from zhiyin.insight.journeys.asking import Asked, read_asked
from zhiyin.insight.journeys.clusters import Groups, find_groups
from zhiyin.insight.journeys.edit_views import carry_out, editors_only, frame
from zhiyin.insight.journeys.operations import Operation
from zhiyin.insight.journeys.proposals import propose
from zhiyin.insight.views.aspects import open_facts
from zhiyin.people.permissions import Permission, requires


@requires(Permission.TAXONOMY_EDIT)
@editors_only
def find_personas(request: HttpRequest, map_id: int) -> HttpResponse:
    """Groups of customers who are alike; a post takes the one at `place` into the map."""
    asked = read_asked(request, map_id)
    found = _groups(asked)
    proposals = propose(found.groups, language=asked.state.language)
    if request.method == "POST":
        wanted = next((one for one in proposals if str(one.place) == request.POST.get("place")), None)
        if wanted is None:
            raise Http404
        persona = replace(wanted.persona, id=editing.make_id("p"))
        change = Operation(
            change=lambda one: editing.put_persona(one, persona=persona),
            code="persona_added",
            about=persona.name,
            anchor=persona.id,
        )
        return carry_out(request, map_id, change)
    context = {
        **frame(asked),
        "state": asked.state,
        "proposals": proposals,
        "found": found,
        "is_vague": found.silhouette is not None and found.silhouette < 0.25,
    }
    return render_page(request, "insight/journeys/proposals.html", context)


def _groups(asked: Asked) -> Groups:
    with closing(open_facts()) as connection:
        return find_groups(connection, scope=asked.state.scope, filter=asked.state.filter, tree=asked.tree)
