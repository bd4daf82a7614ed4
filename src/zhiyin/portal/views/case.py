"""Page: what became of what a customer said; whoever has the link may read and act."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from zhiyin.console.client import client_address
from zhiyin.errors import Conflict
from zhiyin.portal.errors import PageNotFound
from zhiyin.portal.evidence.keeping import list_kept
from zhiyin.portal.evidence.taking import UUID_FIELD, Files, read_form_id, stand_in, take_files
from zhiyin.portal.forms import STARS, RateForm, WordsForm
from zhiyin.portal.links import case_address
from zhiyin.portal.moments import in_zone
from zhiyin.portal.pages import customer_page_with_files
from zhiyin.portal.queries.customer_case import read_case
from zhiyin.portal.queries.progress import heir_of, zone_of
from zhiyin.portal.queries.sender import company_name
from zhiyin.portal.services.following import Stars, add_words, rate, withdraw
from zhiyin.portal.services.throttle import acting, charge, opening
from zhiyin.portal.services.voices import MAX_TEXT, make_form_id
from zhiyin.portal.telling import tell_case
from zhiyin.respond.callbacks.customer import ask_for_call, call_off
from zhiyin.respond.flow.errors import UrgedTooSoon
from zhiyin.respond.flow.services import urge_case
from zhiyin.respond.models import Case
from zhiyin.respond.queries import find_case_by_token, read_token
from zhiyin.respond.services import confirm_solved, reopen_case
from zhiyin.respond.visits.customer import confirm

_MAX_TOKEN = 64


@customer_page_with_files
def show_case(request: HttpRequest, token: str) -> HttpResponse:
    """The page; a form of it does one thing (`do`) and comes back here."""
    case = _find(token, address=client_address(request))
    heir = heir_of(case)
    if heir is not None and request.method in ("GET", "HEAD"):
        return redirect(f"{case_address(read_token(heir))}?done=joined")
    if request.method != "POST":
        return _show(request, case)
    action = _ACTIONS.get(_deed(request))
    if action is None:
        return _show(request, case)
    charge(acting(token=token), now=timezone.now())
    try:
        wrong = action(request, case)
    except UrgedTooSoon:
        return _back(request, done="urged")
    except Conflict:
        # Sent twice, or a colleague was quicker: the page shows how it stands now.
        return _back(request, done="changed")
    return _show(request, case, wrong=wrong) if wrong else _back(request, done=_deed(request))


def _deed(request: HttpRequest) -> str:
    """What the form is to do; the button that leaves a file out belongs to the form around it."""
    return request.POST.get("do") or (request.POST.get("form", "") if UUID_FIELD in request.POST else "")


def _find(token: str, *, address: str) -> Case:
    """The case of the token. Only wrong ones are counted: many people may share an address."""
    case = find_case_by_token(token) if len(token) <= _MAX_TOKEN else None
    if case is None:
        charge(opening(address=address), now=timezone.now())
        raise PageNotFound
    return case


def _solved(request: HttpRequest, case: Case) -> str:
    confirm_solved(case)
    return ""


def _unsolved(request: HttpRequest, case: Case) -> str:
    form = WordsForm(request.POST, is_required=False)
    if not form.is_valid():
        return _first_error(form)
    reopen_case(case, words=form.cleaned_data["words"])
    return ""


def _add(request: HttpRequest, case: Case) -> str:
    form_id = read_form_id(request)
    wrong = take_files(request, form_id=form_id, unit=case.unit, now=timezone.now())
    kept = [one for one in list_kept(form_id) if not one.feedback_id]
    form = WordsForm(request.POST, is_required=not kept)
    if wrong:
        return next(iter(wrong.values()))[0]
    if UUID_FIELD in request.POST:
        return _("The file is out. Send the rest when you are ready.")
    if not form.is_valid():
        return _first_error(form)
    add_words(case, words=form.cleaned_data["words"] or stand_in(kept), form_id=form_id)
    return ""


def _urge(request: HttpRequest, case: Case) -> str:
    urge_case(case)
    return ""


def _call(request: HttpRequest, case: Case) -> str:
    """The hour must be one of those that the page offers now."""
    wanted = request.POST.get("slot", "")
    seen = read_case(case, now=timezone.now())
    slots = {at.isoformat(timespec="minutes"): at for at in seen.progress.slots}
    if wanted not in slots:
        return _("Please choose one of the hours; some may have passed meanwhile.")
    form = WordsForm(request.POST, is_required=False)
    if not form.is_valid():
        return _first_error(form)
    zone = zone_of(case).key
    ask_for_call(case, at=slots[wanted], zone=zone, topic=form.cleaned_data["words"])
    return ""


def _call_off(request: HttpRequest, case: Case) -> str:
    call_off(case, call_back_id=_id_in(request, "call"))
    return ""


def _suits(request: HttpRequest, case: Case) -> str:
    confirm(case, visit_id=_id_in(request, "visit"))
    return ""


def _id_in(request: HttpRequest, name: str) -> int:
    given = request.POST.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 19 else 0


def _withdraw(request: HttpRequest, case: Case) -> str:
    withdraw(case)
    return ""


def _rate(request: HttpRequest, case: Case) -> str:
    form = RateForm(request.POST)
    if not form.is_valid() or not any(form.cleaned_data.values()):
        return _("Please choose the stars.")
    if read_case(case, now=timezone.now()).may_rate:
        rate(case, Stars(**form.cleaned_data))
    return ""


# Each returns what is wrong with the input, in words; empty where it was done.
_ACTIONS: dict[str, Callable[[HttpRequest, Case], str]] = {
    "solved": _solved,
    "unsolved": _unsolved,
    "add": _add,
    "reply": _add,
    "urge": _urge,
    "call": _call,
    "call_off": _call_off,
    "suits": _suits,
    "withdraw": _withdraw,
    "rate": _rate,
}


def _first_error(form: WordsForm) -> str:
    return str(form.errors["words"][0])


def _back(request: HttpRequest, *, done: str) -> HttpResponse:
    response = redirect(f"{request.path}?done={done}")
    response.status_code = 303
    return response


def _show(request: HttpRequest, case: Case, *, wrong: str = "") -> HttpResponse:
    seen = read_case(case, now=timezone.now())
    form_id = read_form_id(request) if wrong else make_form_id()
    with in_zone(case.unit.time_zone):
        context = {
            "sender": company_name(),
            "seen": seen,
            "told": tell_case(seen, done=request.GET.get("done", "")),
            "wrong": wrong,
            "wrong_in": _deed(request) if wrong else "",
            "words": request.POST.get("words", "") if wrong else "",
            "chosen_slot": request.POST.get("slot", "") if wrong else "",
            "stars": STARS,
            "form_id": form_id,
            "files": Files(form_id, list_kept(form_id) if wrong else ()),
            "max_text": MAX_TEXT,
        }
        return render(request, "portal/case.html", context, status=422 if wrong else 200)
