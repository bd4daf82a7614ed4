"""What rooms above add to the pages of voices: panels, actions and marks, registered as data.

An upper room calls `register` in its `AppConfig.ready`; the pages know none of them. What needs a
permission that the visitor lacks is not shown, and its `build` is not called.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeVar

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from zhiyin.people.access import visitor_of
from zhiyin.people.permissions import Permission

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

    from zhiyin.listen.queries import FeedbackDetail

Tone = Literal["good", "info", "bad"]


@dataclass(frozen=True, slots=True, kw_only=True)
class VoicePanel:
    """A part of the page of one voice, such as its cases.

    `template` is drawn with what `build` gives, and with `detail`; an empty mapping leaves it out.
    """

    name: str
    template: str
    permission: Permission
    build: Callable[[HttpRequest, FeedbackDetail], Mapping[str, object]]
    order: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceAction:
    """A button on voices. `icon` is one of `console/icons.txt`.

    Without `for_many` it stands on each voice and posts to `url_name` with its id as the argument.
    With `for_many` it stands above the list and posts the chosen ids as `voice` (repeated) to
    `url_name` without argument. `next` always holds the address to come back to. `key` works the
    button of one voice on its page; `choose` gives those of the ids on whose voices it stands, all
    where None.
    """

    name: str
    label: StrPromise
    icon: str
    url_name: str
    permission: Permission
    for_many: bool = False
    key: str = ""
    choose: Callable[[HttpRequest, Sequence[str]], Collection[str]] | None = None
    order: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A short label on a voice in the list, such as "Case 1024"; a link where `url` is given."""

    label: str
    url: str = ""
    tone: Tone = "info"


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceMarks:
    """Marks on the voices of a page of the list: `build` gets all ids at once, so that it asks once."""

    name: str
    permission: Permission
    build: Callable[[HttpRequest, Sequence[str]], Mapping[str, Sequence[Mark]]]
    order: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionLink:
    """An action as the templates draw it."""

    action: VoiceAction
    url: str


Addition = VoicePanel | VoiceAction | VoiceMarks
_Kind = TypeVar("_Kind", VoicePanel, VoiceAction, VoiceMarks)
_added: dict[tuple[type[Addition], str], Addition] = {}


def register(*additions: Addition) -> None:
    """Adds to the pages of voices. The same kind and name again replaces what was there."""
    _added.update({(type(one), one.name): one for one in additions})


def draw_panels(request: HttpRequest, detail: FeedbackDetail) -> list[SafeString]:
    """The panels that the visitor may see, drawn, in order."""
    drawn = []
    for panel in _open_to(request, VoicePanel):
        content = panel.build(request, detail)
        if content:
            drawn.append(render_to_string(panel.template, {**content, "detail": detail}, request=request))
    return drawn


def list_actions(request: HttpRequest) -> list[ActionLink]:
    """The buttons above the list."""
    return [
        ActionLink(action=action, url=reverse(action.url_name))
        for action in _open_to(request, VoiceAction)
        if action.for_many
    ]


def list_actions_of(request: HttpRequest, feedback_ids: Sequence[str]) -> dict[str, list[ActionLink]]:
    """The buttons of each voice by its id; every action is asked once."""
    found: dict[str, list[ActionLink]] = {feedback_id: [] for feedback_id in feedback_ids}
    for action in _open_to(request, VoiceAction):
        if action.for_many:
            continue
        chosen = feedback_ids if action.choose is None else action.choose(request, feedback_ids)
        for feedback_id in chosen:
            url = reverse(action.url_name, args=[feedback_id])
            found[feedback_id].append(ActionLink(action=action, url=url))
    return found


def collect_marks(request: HttpRequest, feedback_ids: Sequence[str]) -> dict[str, list[Mark]]:
    """Marks by id of the voice."""
    found: dict[str, list[Mark]] = {}
    for marks in _open_to(request, VoiceMarks):
        for feedback_id, some in marks.build(request, feedback_ids).items():
            found.setdefault(feedback_id, []).extend(some)
    return found


def _open_to(request: HttpRequest, kind: type[_Kind]) -> list[_Kind]:
    visitor = visitor_of(request)
    wanted = [one for one in _added.values() if isinstance(one, kind) and visitor.may(one.permission)]
    return sorted(wanted, key=lambda one: (one.order, one.name))
