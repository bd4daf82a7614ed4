"""The settings of the language model, a trial of it, and what it cost."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from zhiyin.assist.forms import LanguageModelForm
from zhiyin.assist.models import LanguageModel
from zhiyin.assist.queries.costs import list_month_costs, read_month_cost
from zhiyin.assist.services.drafts import Material, make_draft
from zhiyin.assist.services.endpoint import Chosen, find_language_model, save_language_model, turn_off
from zhiyin.assist.wording import purpose_name, say
from zhiyin.console.pages import render_page
from zhiyin.console.templatetags.shell import page_language
from zhiyin.console.toasts import tell
from zhiyin.errors import InvalidInput, ZhiyinError
from zhiyin.people.access import actor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.views.posts import takes_form_of


@requires(Permission.INSTALLATION_MANAGE)
def language_model(request: HttpRequest) -> HttpResponse:
    """The form, filled with what is set, and this month's cost."""
    chosen = find_language_model()
    form = LanguageModelForm(request.POST or None, initial=_initial(chosen))
    if request.method == "POST":
        if form.is_valid() and _save(request, form):
            tell(request, _("Set. Try it now."))
            return redirect("language_model")
        return _render(request, chosen, form=form, status=422)
    return _render(request, chosen, form=form)


@requires(Permission.INSTALLATION_MANAGE)
@takes_form_of("language_model")
def try_language_model(request: HttpRequest) -> HttpResponse:
    """One short request to what is set."""
    chosen = find_language_model()
    form = LanguageModelForm(initial=_initial(chosen))
    try:
        draft = make_draft("trial", Material(), language=page_language(), by=actor_of(request))
    except ZhiyinError as error:
        return _render(request, chosen, form=form, problem=say(error), status=503)
    return _render(request, chosen, form=form, answer=draft.text)


@requires(Permission.INSTALLATION_MANAGE)
@takes_form_of("language_model")
def turn_off_language_model(request: HttpRequest) -> HttpResponse:
    """No drafts any more; the key is forgotten."""
    turn_off(by=actor_of(request))
    tell(request, _("Off. Nothing is sent to it any more, and its key is forgotten."))
    return redirect("language_model")


def _save(request: HttpRequest, form: LanguageModelForm) -> bool:
    given = form.cleaned_data
    try:
        save_language_model(
            Chosen(
                base_url=given["base_url"],
                model=given["model"],
                key=given["key"] or None,
                seconds=given["seconds"],
                price_in=given["price_in"],
                price_out=given["price_out"],
                currency=given["currency"],
                month_limit=given["month_limit"],
            ),
            by=actor_of(request),
        )
    except InvalidInput:
        form.add_error("base_url", _("This is no http or https address. Give it as https://host/v1."))
        return False
    return True


def _render(
    request: HttpRequest,
    chosen: LanguageModel | None,
    *,
    form: LanguageModelForm,
    problem: str = "",
    answer: str = "",
    status: int = 200,
) -> HttpResponse:
    costs = [(purpose_name(one.purpose), one) for one in list_month_costs()]
    context = {
        "chosen": chosen,
        "form": form,
        "problem": problem,
        "answer": answer,
        "costs": costs,
        "spent": read_month_cost(chosen.currency) if chosen else None,
        "has_key": bool(chosen and chosen.sealed_key),
    }
    return render_page(request, "assist/language_model.html", context, status=status)


def _initial(chosen: LanguageModel | None) -> dict[str, object]:
    if chosen is None:
        return {}
    names = ("base_url", "model", "seconds", "price_in", "price_out", "currency", "month_limit")
    return {name: getattr(chosen, name) for name in names}
