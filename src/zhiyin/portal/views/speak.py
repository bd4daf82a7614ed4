"""Page: a customer says something, without an account."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from zhiyin.console.client import client_address
from zhiyin.people.models import OrgUnit
from zhiyin.people.services.units import ensure_root
from zhiyin.portal.errors import SpeakLinkNotFound
from zhiyin.portal.evidence.keeping import list_kept
from zhiyin.portal.evidence.taking import UUID_FIELD, Files, read_form_id, stand_in, take_files
from zhiyin.portal.forms import STARS, SpeakForm
from zhiyin.portal.links import absolute, case_address
from zhiyin.portal.models import SpeakLink
from zhiyin.portal.moments import day_and_time, in_zone
from zhiyin.portal.pages import customer_page_with_files
from zhiyin.portal.queries.sender import company_name
from zhiyin.portal.queries.speak_links import find_open_link
from zhiyin.portal.services.speaking import Heard, hear
from zhiyin.portal.services.throttle import charge, speaking
from zhiyin.portal.services.voices import MAX_NAME, MAX_TEXT, make_form_id, read_place


@customer_page_with_files
def speak(request: HttpRequest, code: str = "") -> HttpResponse:
    """The form; and, when it was sent, thanks with what happens next."""
    link = _open_link(code) if code else None
    unit = link.unit if link else ensure_root()
    if request.method != "POST":
        return _show_form(request, SpeakForm(initial={"form_id": make_form_id()}), unit=unit, link=link)
    form_id, now = read_form_id(request), timezone.now()
    limits = speaking(link=code.lower(), address=client_address(request))
    if request.FILES:
        charge(limits, now=now)
    wrong = take_files(request, form_id=form_id, unit=unit, now=now)
    kept = list_kept(form_id)
    form = SpeakForm(request.POST, has_files=bool(kept))
    if not form.is_valid() or wrong or UUID_FIELD in request.POST:
        status = 422 if form.errors or wrong else 200
        return _show_form(
            request, form, unit=unit, link=link, status=status, files=Files(form_id, kept, wrong)
        )
    if not request.FILES:
        charge(limits, now=now)
    place = read_place(request.GET.get("at", ""))
    spoken = form.spoken(place=place, stand_in=stand_in(kept))
    heard = hear(replace(spoken, form_id=form_id), unit=unit, link=link)
    return _show_thanks(request, heard, unit=unit)


def _open_link(code: str) -> SpeakLink:
    link = find_open_link(code)
    if link is None:
        raise SpeakLinkNotFound("There is no such link.", next_step="Check the address.")
    return link


def _show_form(
    request: HttpRequest,
    form: SpeakForm,
    *,
    unit: OrgUnit,
    link: SpeakLink | None,
    status: int = 200,
    files: Files | None = None,
) -> HttpResponse:
    place = read_place(request.GET.get("at", "")) or (link.touchpoint if link else "")
    context = {
        "sender": company_name(),
        "unit": unit if unit.parent_id else None,
        "place": place,
        "form": form,
        "form_id": files.form_id if files else form.initial.get("form_id", ""),
        "files": files or Files(),
        "stars": STARS,
        "chosen_stars": form.data.get("stars", ""),
        "max_text": MAX_TEXT,
        "max_name": MAX_NAME,
    }
    return render(request, "portal/speak.html", context, status=status)


def _show_thanks(request: HttpRequest, heard: Heard, *, unit: OrgUnit) -> HttpResponse:
    with in_zone(unit.time_zone):
        context = {
            "sender": company_name(),
            "unit": unit if unit.parent_id else None,
            "heard": heard,
            "link": absolute(request, case_address(heard.token)) if heard.token else "",
            "answer_sentence": _answer_sentence(heard),
            "again": request.get_full_path(),
        }
        return render(request, "portal/thanks.html", context)


def _answer_sentence(heard: Heard) -> str:
    if heard.due_at is None:
        return ""
    return _("We answer on your page by %(when)s at the latest.") % {"when": day_and_time(heard.due_at)}
