"""Pages: the templates of answers; and on a case, one put into the draft."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhiyin.console.pages import render_page
from zhiyin.console.templatetags.shell import page_language
from zhiyin.console.toasts import tell
from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.insight.voice_names import channel_names
from zhiyin.people.access import actor_of, scope_of
from zhiyin.people.forms.fields import give_scope
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.views.posts import takes_form_of
from zhiyin.respond.answer_templates import services
from zhiyin.respond.answer_templates.forms import TemplateForm, typed_before
from zhiyin.respond.answer_templates.panel import list_for_case
from zhiyin.respond.answer_templates.queries import list_templates
from zhiyin.respond.answer_templates.variables import VARIABLE_NAMES
from zhiyin.respond.answer_templates.wording import say_problem
from zhiyin.respond.models import AnswerTemplate
from zhiyin.respond.queries import find_draft
from zhiyin.respond.services import save_answer_draft
from zhiyin.respond.views.case import find_case


@requires(Permission.POLICIES_MANAGE)
def manage_templates(request: HttpRequest) -> HttpResponseBase:
    """All templates, and a form for one more."""
    return _form_page(request, template=None)


@requires(Permission.POLICIES_MANAGE)
def change_template(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """One template: its form makes a new version; the versions before stand below."""
    return _form_page(request, template=_template(request, key))


@require_POST
@requires(Permission.POLICIES_MANAGE)
def switch_template(request: HttpRequest, key: UUID) -> HttpResponse:
    """Offer it no longer, or again."""
    is_on = request.POST.get("action") == "on"
    try:
        saved = services.switch_template(key, is_on=is_on, by=actor_of(request), scope=scope_of(request))
    except NotFound:
        raise Http404 from None
    except Conflict as error:
        tell(request, say_problem(error), tone="bad")
    else:
        said = _("“%(name)s” is offered again.") if is_on else _("“%(name)s” is offered no longer.")
        tell(request, said % {"name": saved.name}, undo_url=reverse("undo_answer_template", args=[key]))
    return redirect("answer_templates")


@require_POST
@requires(Permission.POLICIES_MANAGE)
def undo_template(request: HttpRequest, key: UUID) -> HttpResponse:
    """The template as it was before."""
    try:
        services.undo_template(key, by=actor_of(request), scope=scope_of(request))
    except NotFound:
        raise Http404 from None
    except Conflict as error:
        tell(request, say_problem(error), tone="bad")
    else:
        tell(request, _("The template is as it was before."))
    return redirect("answer_templates")


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def use_template(request: HttpRequest, number: str) -> HttpResponse:
    """Without script: the template goes above what the draft says."""
    case = find_case(request, number)
    wanted = request.POST.get("template", "")
    found = next((one for one in list_for_case(case) if str(one.template.key) == wanted), None)
    if found is None:
        raise Http404
    if case.is_open:
        draft = find_draft(case)
        text = "\n\n".join(filter(None, [found.filled.text, draft.text if draft else ""]))
        save_answer_draft(case, text=text, by=actor_of(request))
    return redirect(f"{reverse('case', args=[case.number])}#answer")


def _form_page(request: HttpRequest, *, template: AnswerTemplate | None) -> HttpResponseBase:
    scope = scope_of(request)
    form = TemplateForm(request.POST or None, initial=typed_before(template) if template else {})
    give_scope(form, scope)
    if request.method == "POST" and form.is_valid():
        try:
            saved = services.save_template(
                form.words(),
                by=actor_of(request),
                scope=scope,
                key=template.key if template else None,
                version=_version(request),
            )
        except InvalidInput as error:
            field = (error.field or "").removesuffix("_forbidden")
            form.add_error(field if field in form.fields else None, say_problem(error))
        except NotFound:
            form.add_error("unit", _("Choose one of your units."))
        except Conflict as error:
            form.add_error(None, say_problem(error))
        else:
            undo = reverse("undo_answer_template", args=[saved.key])
            tell(request, _("“%(name)s” is kept.") % {"name": saved.name}, undo_url=undo)
            return redirect("answer_templates")
    context: dict[str, object] = {
        "form": form,
        "template": template,
        "variables": [(str(code), name) for code, name in VARIABLE_NAMES.items()],
    }
    if template:
        versions = AnswerTemplate.objects.filter(key=template.key).select_related("made_by")
        context["versions"] = versions.order_by("-version")[:20]
    else:
        context |= {"templates": list_templates(scope=scope), "channel_names": channel_names(page_language())}
    status = 422 if request.method == "POST" else 200
    return render_page(request, "respond/answer_templates/templates.html", context, status=status)


def _template(request: HttpRequest, key: UUID) -> AnswerTemplate:
    try:
        return services.get_template(key, scope=scope_of(request))
    except NotFound:
        raise Http404 from None


def _version(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
