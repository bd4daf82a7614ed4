"""What staff do with several cases that are about one matter: merge, split, copy, group."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhiyin.console.toasts import tell
from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.people.access import actor_of, scope_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.views.posts import takes_form_of
from zhiyin.respond.flow import services
from zhiyin.respond.flow.kinds import LinkKind
from zhiyin.respond.models import Case, CaseLink
from zhiyin.respond.queries import get_case
from zhiyin.respond.views.case import find_case
from zhiyin.respond.views.steps import read_version, refuse_step, take_step
from zhiyin.respond.wording import say


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def merge(request: HttpRequest, number: str) -> HttpResponse:
    """The case goes into another; the page of that one follows."""
    case = find_case(request, number)
    try:
        into = read_case(request, "into")
        target = services.merge_case(case, into=into, by=actor_of(request), version=read_version(request))
    except (InvalidInput, Conflict) as error:
        return refuse_step(request, case, error=error)
    words = {"one": case.number, "other": target.number}
    undo_url = reverse("case_unmerge", args=[case.number])
    tell(request, _("Case %(one)s goes on in case %(other)s.") % words, undo_url=undo_url)
    return redirect("case", target.number)


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def unmerge(request: HttpRequest, number: str) -> HttpResponse:
    """The case that was merged away stands for itself again."""
    case = find_case(request, number)
    if case.merged_into is not None and not scope_of(request).allows(case.merged_into.unit_id):
        raise Http404
    by = actor_of(request)
    return take_step(
        request,
        number,
        act=lambda case: services.undo_merge(case, by=by),
        said=_("Taken back: both cases stand for themselves again."),
    )


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def split(request: HttpRequest, number: str) -> HttpResponse:
    """The chosen voices become a case of their own; its page follows."""
    case = find_case(request, number)
    try:
        new = services.split_case(
            case,
            feedback_ids=request.POST.getlist("feedback"),
            title=request.POST.get("split_title", ""),
            by=actor_of(request),
            version=read_version(request),
        )
    except (InvalidInput, Conflict) as error:
        return refuse_step(request, case, error=error)
    undo_url = reverse("case_unsplit", args=[new.number])
    tell(request, _("Case %(number)s is open.") % {"number": new.number}, undo_url=undo_url)
    return redirect("case", new.number)


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def unsplit(request: HttpRequest, number: str) -> HttpResponse:
    """The voices go back to the case that they were split off."""
    case = find_case(request, number)
    splits = CaseLink.objects.filter(target=case, kind=LinkKind.SPLIT.value, undone_at=None)
    link = splits.select_related("source").first()
    if link is not None and not scope_of(request).allows(link.source.unit_id):
        raise Http404
    try:
        source = services.undo_split(case, by=actor_of(request))
    except Conflict as error:
        return refuse_step(request, case, error=error)
    tell(request, _("Taken back: the voices are in case %(number)s again.") % {"number": source.number})
    return redirect("case", source.number)


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def clone(request: HttpRequest, number: str) -> HttpResponse:
    """A new case of the same customer; its page follows."""
    case = find_case(request, number)
    try:
        new = services.clone_case(case, by=actor_of(request), title=request.POST.get("clone_title", ""))
    except (InvalidInput, Conflict) as error:
        return refuse_step(request, case, error=error)
    tell(request, _("Case %(number)s is open.") % {"number": new.number})
    return redirect("case", new.number)


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def group(request: HttpRequest, number: str) -> HttpResponse:
    """The case goes under a group complaint."""
    by = actor_of(request)
    return take_step(
        request,
        number,
        act=lambda case: services.group_case(case, under=read_case(request, "under"), by=by),
        said=_("It belongs to the group complaint now."),
    )


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def ungroup(request: HttpRequest, number: str) -> HttpResponse:
    """The case stands for itself again; back to where the button stood."""
    case = find_case(request, number)
    try:
        services.ungroup_case(case, by=actor_of(request))
    except Conflict as error:
        return refuse_step(request, case, error=error)
    tell(request, _("Case %(number)s stands for itself again.") % {"number": case.number})
    return redirect("case", request.POST.get("back") or case.number)


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def update_group(request: HttpRequest, number: str) -> HttpResponse:
    """One answer to every open case of the group that the visitor may work on."""
    case = find_case(request, number)
    try:
        done = services.answer_group(
            case, text=request.POST.get("update", ""), by=actor_of(request), scope=scope_of(request)
        )
    except (InvalidInput, Conflict) as error:
        return refuse_step(request, case, error=error)
    text = ngettext("%(n)d customer has the answer.", "%(n)d customers have the answer.", len(done.sent))
    tell(request, text % {"n": len(done.sent)}, tone="good" if done.sent else "info")
    for refused, why in done.refused.items():
        tell(request, f"{refused}: {say(why)}", tone="bad")
    return redirect("case", case.number)


def read_case(request: HttpRequest, field: str) -> Case:
    """The case whose number the form names, within the visitor's scope. Raises `InvalidInput`."""
    try:
        return get_case(request.POST.get(field, ""), scope=scope_of(request))
    except NotFound:
        raise InvalidInput("There is no such case.", next_step="Check the number.", field=field) from None
