"""What a page of journeys is asked for: which map in which version, whose voices, and which curve."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest

from zhiyin.errors import NotFound
from zhiyin.insight.aspect_tree import AspectTree, read_aspect_tree
from zhiyin.insight.journeys.document import JourneyDocument, Persona
from zhiyin.insight.journeys.measuring import Curve
from zhiyin.insight.journeys.queries import get_map, get_version, read_version
from zhiyin.insight.models import JourneyMap
from zhiyin.insight.state import PARAMETERS, ViewState, make_state
from zhiyin.people.access import scope_of, visitor_of
from zhiyin.people.permissions import Permission

# The map itself says which voices belong where; the address names the period and the unit.
_KEPT = frozenset({"period", "since", "until", "unit"})
_DEFAULT_PERIOD = "90d"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The map as the reader sees it. `is_draft`: it is not, or not yet, what all others see."""

    state: ViewState
    map: JourneyMap
    number: int
    document: JourneyDocument
    persona: Persona | None
    curve: Curve
    tree: AspectTree
    may_edit: bool

    @property
    def is_draft(self) -> bool:
        """Whether this version is not the published one."""
        return self.number != self.map.published


def may_edit(request: HttpRequest) -> bool:
    """Whether the visitor may change maps: they are the company's, so only who sees the whole company."""
    visitor = visitor_of(request)
    if visitor.account is None or not visitor.may(Permission.TAXONOMY_EDIT):
        return False
    return visitor.scope_for(Permission.TAXONOMY_EDIT).unit_ids is None


def read_asked(request: HttpRequest, map_id: int) -> Asked:
    """The map of this address.

    Raises:
        Http404: there is no such map, or nobody published it and the reader may not change it.
    """
    is_editor = may_edit(request)
    state = read_place(request)
    try:
        row = get_map(map_id)
        wants_published = request.GET.get("version") == "published" and row.published
        number = row.draft if is_editor and not wants_published else row.published
        document = read_version(get_version(row, number))
    except NotFound:
        raise Http404 from None
    return Asked(
        state=state,
        map=row,
        number=number,
        document=document,
        persona=document.find_persona(request.GET.get("persona", "")),
        curve=Curve.STARS if request.GET.get("curve") == Curve.STARS else Curve.NET,
        tree=read_aspect_tree(state.language),
        may_edit=is_editor,
    )


def read_place(request: HttpRequest) -> ViewState:
    """Period, unit and scope of the address; which voices are meant beyond that says the map."""
    given = request.GET.copy()
    for name in PARAMETERS:
        if name not in _KEPT:
            given.pop(name, None)
    # In the address of every link too: the list of voices has another default.
    given.setdefault("period", _DEFAULT_PERIOD)
    return make_state(given, scope=scope_of(request), customers=None)
