"""Page: open a case from a voice."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhiyin.console.templatetags.shell import page_language
from zhiyin.console.toasts import tell
from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.people.access import actor_of, scope_of, visitor_of
from zhiyin.people.models import OrgUnit
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.queries import find_unit
from zhiyin.people.services.units import ensure_root
from zhiyin.people.views.posts import takes_form_of
from zhiyin.respond.about import AboutVoice, find_contact, find_voice, suggest_title
from zhiyin.respond.clocks.running import foresee_due
from zhiyin.respond.contacts import Contact
from zhiyin.respond.errors import VoiceHasCase
from zhiyin.respond.flow import services as flow
from zhiyin.respond.flow.errors import SameMatter
from zhiyin.respond.forms import LOCAL_TIME, OpenCaseForm
from zhiyin.respond.models import Case
from zhiyin.respond.owning.queries import list_skills
from zhiyin.respond.queries import (
    cases_of_voice,
    find_default_owner,
    get_case,
    list_possible_owners,
    may_own,
)
from zhiyin.respond.services import open_case
from zhiyin.respond.wording import say


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CASES_WORK)
def open_from_voice(request: HttpRequest, feedback_id: str) -> HttpResponse:
    """A form that is filled in already; the button on a voice posts here without a title to see it."""
    voice, unit = _find(request, feedback_id)
    begun = cases_of_voice(feedback_id, scope=visitor_of(request).scope_for(Permission.CASES_READ))
    if begun:
        return _go_on_in(request, VoiceHasCase(begun[0].number))
    known = find_contact(voice.detail)
    if request.method != "POST" or "title" not in request.POST:
        return _draw(request, voice, unit=unit, known=known, form=_prefilled(request, voice, unit=unit))
    form = OpenCaseForm(request.POST, owners=list_possible_owners(unit))
    if not form.is_valid():
        return _draw(request, voice, unit=unit, known=known, form=form, status=422)
    try:
        case = _open(request, form, voice=voice, unit=unit, known=known)
    except VoiceHasCase as error:
        return _go_on_in(request, error)
    except (InvalidInput, Conflict) as error:
        field = error.field if isinstance(error, InvalidInput) and error.field in form.fields else None
        form.add_error(field, _say(error))
        status = 409 if isinstance(error, Conflict) else 422
        return _draw(request, voice, unit=unit, known=known, form=form, status=status)
    tell(request, _("Case %(number)s is open.") % {"number": case.number})
    return redirect("case", case.number)


@requires(Permission.CASES_WORK)
@takes_form_of("open_case", "feedback_id")
def join_by_voice(request: HttpRequest, feedback_id: str) -> HttpResponse:
    """The voice joins the case that is there about the same matter, and opens no second one."""
    voice, _unit = _find(request, feedback_id)
    try:
        case = get_case(request.POST.get("number", ""), scope=scope_of(request))
        case = flow.join_case(case, feedback_id=voice.detail.feedback.feedback_id, by=actor_of(request))
    except NotFound:
        raise Http404 from None
    except VoiceHasCase as error:
        return _go_on_in(request, error)
    except Conflict as error:
        tell(request, say(error), tone="bad")
        return redirect("open_case", feedback_id)
    tell(request, _("The voice belongs to case %(number)s now.") % {"number": case.number})
    return redirect("case", case.number)


def _say(error: InvalidInput | Conflict) -> str:
    if isinstance(error, SameMatter):
        return _(
            "A colleague has just opened a case about this; it stands above. Add the voice to it, or go on."
        )
    return say(error)


def _go_on_in(request: HttpRequest, error: VoiceHasCase) -> HttpResponse:
    tell(request, say(error), tone="info")
    return redirect("case", error.number)


def _find(request: HttpRequest, feedback_id: str) -> tuple[AboutVoice, OrgUnit]:
    """The voice and its unit, which the visitor must be allowed to read and to work for."""
    visitor = visitor_of(request)
    scope = visitor.scope_for(Permission.FEEDBACK_READ)
    voice = find_voice(feedback_id, scope=scope, language=page_language())
    if voice is None:
        raise Http404
    unit_id = voice.detail.feedback.unit_id
    unit = ensure_root() if unit_id is None else find_unit(unit_id)
    if unit is None or not visitor.scope_for(Permission.CASES_WORK).allows(unit.pk):
        raise Http404
    return voice, unit


def _open(
    request: HttpRequest, form: OpenCaseForm, *, voice: AboutVoice, unit: OrgUnit, known: Contact
) -> Case:
    typed = form.contact()
    feedback = voice.detail.feedback
    matter = flow.read_matter(voice.detail, unit_id=unit.pk)
    with flow.opening_alone(*matter.names):
        same = flow.find_same_matter(matter, scope=visitor_of(request).scope_for(Permission.CASES_WORK))
        if same is not None and same.number != request.POST.get("same"):  # it was not there to be seen
            raise SameMatter(same.number)
        case = open_case(
            feedback_id=feedback.feedback_id,
            unit_id=unit.pk,
            title=form.cleaned_data["title"],
            by=actor_of(request),
            owner=form.cleaned_data["owner"],
            by_fit=form.cleaned_data["owner"] is None,
            skill=form.cleaned_data["skill"],
            language=feedback.language or "",
            due_at=form.chosen_due(),
            # What the source told us fills what nobody typed; the page never shows it.
            contact=Contact(
                name=typed.name or known.name,
                phone=typed.phone or known.phone,
                email=typed.email or known.email,
            ),
            urgency=feedback.urgency,
            customer=matter.customer,
            aspect=matter.aspect,
        )
        flow.remember_person(case, matter)
    return case


def _prefilled(request: HttpRequest, voice: AboutVoice, *, unit: OrgUnit) -> OpenCaseForm:
    due_at = foresee_due(Case(unit=unit, urgency=voice.detail.feedback.urgency), at=timezone.now())
    offered = timezone.localtime(due_at).strftime(LOCAL_TIME)
    me = visitor_of(request).account
    owner = me if me is not None and may_own(me, unit=unit) else find_default_owner(unit)
    return OpenCaseForm(
        owners=list_possible_owners(unit),
        initial={
            "title": suggest_title(voice.detail, language=page_language()),
            "owner": owner.pk if owner else None,
            "due_at": offered,
            "due_offered": offered,
        },
    )


def _draw(
    request: HttpRequest,
    voice: AboutVoice,
    *,
    unit: OrgUnit,
    known: Contact,
    form: OpenCaseForm,
    status: int = 200,
) -> HttpResponse:
    known_masked = known.masked()
    for name, value in (
        ("name", known_masked.name),
        ("phone", known_masked.phone),
        ("email", known_masked.email),
    ):
        if value:
            form.fields[name].widget.attrs["placeholder"] = _("known: %(value)s") % {"value": value}
    scope = visitor_of(request).scope_for(Permission.CASES_WORK)
    matter = flow.read_matter(voice.detail, unit_id=unit.pk)
    same = flow.find_same_matter(matter, scope=scope)
    context = {"voice": voice, "unit": unit, "form": form, "same": same, "skills": list_skills()}
    return render(request, "respond/open.html", context, status=status)
