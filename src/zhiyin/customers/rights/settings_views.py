"""Pages: the words that people agree to, the dated tables, legal holds, and what holds personal data."""

from __future__ import annotations

from datetime import date, time

import msgspec
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_time
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zhiyin.console.pages import render_page
from zhiyin.console.toasts import tell
from zhiyin.customers.models import ConsentText, LegalHold
from zhiyin.customers.rights.clock import read_clock
from zhiyin.customers.rights.consent import ContactRules
from zhiyin.customers.rights.dated import list_versions, read_rules, set_rules
from zhiyin.customers.rights.holders import list_holders
from zhiyin.customers.rights.holds import lift_hold
from zhiyin.customers.rights.problem_words import say_problem
from zhiyin.customers.rights.purposes import list_purposes
from zhiyin.customers.rights.retention import PURPOSES, RetentionRules, count_due, read_retention
from zhiyin.customers.rights.saying import current_text, set_text
from zhiyin.customers.rights.words import purpose_of_keeping
from zhiyin.errors import InvalidInput, NotFound, ZhiyinError
from zhiyin.people.access import actor_of, visitor_of
from zhiyin.people.permissions import Permission, requires


@require_safe
@requires(Permission.RIGHTS_MANAGE)
def show_rights(request: HttpRequest) -> HttpResponse:
    """Everything that rules consents and rights, with what retention would erase now."""
    today, now, language = timezone.localdate(), timezone.now(), get_language() or "zh"
    clock, contact = read_clock(on=today), read_rules("contact", ContactRules, on=today)
    wanted = _wanted_retention(request)
    shown = wanted or read_retention(on=today)
    context = {
        "purposes": [
            (one, one.name.in_language(language), current_text(one.code)) for one in list_purposes()
        ],
        "n_texts": ConsentText.objects.count(),
        "clock": clock,
        "regimes": [(code, one, one.name.in_language(language)) for code, one in clock.regimes.items()],
        "contact": contact,
        "due": [(purpose_of_keeping(one.purpose), one) for one in count_due(shown, now=now)],
        "is_tried": wanted is not None,
        "holds": LegalHold.objects.filter(lifted_at__isnull=True).order_by("made_at")[:200],
        "holders": [str(one.title) for one in list_holders()],
        "versions": [one for kind in ("clock", "retention", "contact") for one in list_versions(kind)[:5]],
        "today": today,
    }
    return render_page(request, "customers/rights/settings.html", context)


@require_POST
@requires(Permission.RIGHTS_MANAGE)
def set_consent_text(request: HttpRequest, purpose: str) -> HttpResponse:
    """A new version of the words of a purpose."""
    account = visitor_of(request).account
    try:
        set_text(
            purpose,
            text_zh=request.POST.get("text_zh", ""),
            text_en=request.POST.get("text_en", ""),
            by=actor_of(request),
            account_id=account.pk if account else None,
        )
    except InvalidInput as error:
        tell(request, say_problem(error), tone="bad")
    else:
        tell(request, _("The new words hold from now on."))
    return redirect("rights_settings")


@require_POST
@requires(Permission.RIGHTS_MANAGE)
def set_rights_rules(request: HttpRequest, kind: str) -> HttpResponse:
    """A new version of one of the dated tables, from a day on."""
    if kind not in ("clock", "retention", "contact"):
        raise Http404
    account = visitor_of(request).account
    try:
        day = parse_date(request.POST.get("from_day", "")) or timezone.localdate()
        set_rules(
            kind,
            _read_rules(kind, request),
            from_day=day,
            by=actor_of(request),
            now=timezone.localtime(),
            account_id=account.pk if account else None,
        )
    except ZhiyinError as error:
        tell(request, say_problem(error), tone="bad")
    except ValueError:
        tell(request, _("Something is missing or too long. Look at it again."), tone="bad")
    else:
        tell(request, _("The new rules are kept; what held before stays to be read."))
    return redirect("rights_settings")


@require_POST
@requires(Permission.RIGHTS_MANAGE)
def lift_legal_hold(request: HttpRequest, hold_id: int) -> HttpResponse:
    """The hold ends; what was asked for can be erased then."""
    account = visitor_of(request).account
    try:
        lift_hold(hold_id, by=actor_of(request), account_id=account.pk if account else None)
    except NotFound:
        raise Http404 from None
    tell(request, _("The legal hold is lifted."))
    return redirect("rights_settings")


def _read_rules(kind: str, request: HttpRequest) -> msgspec.Struct:
    today = timezone.localdate()
    if kind == "clock":
        return _read_clock(request, today=today)
    if kind == "contact":
        return _read_contact(request, today=today)
    return RetentionRules(**{purpose: _days(request.POST.get(purpose, "")) for purpose in PURPOSES})


def _read_clock(request: HttpRequest, *, today: date) -> msgspec.Struct:
    clock = read_clock(on=today)
    regimes = {}
    for code, one in clock.regimes.items():
        given = _days(request.POST.get(f"time_{code}", ""))
        name = "months" if one.months else "working_days" if one.working_days else "days"
        regimes[code] = msgspec.structs.replace(one, **{name: max(1, given)})
    clock.get(request.POST.get("regime", ""))
    return msgspec.structs.replace(clock, regime=request.POST["regime"], regimes=regimes)


def _read_contact(request: HttpRequest, *, today: date) -> ContactRules:
    times: list[time] = []
    for name in ("quiet_from", "quiet_until"):
        found = parse_time(request.POST.get(name, ""))
        if found is None:
            raise InvalidInput("Give the time as 21:00.", field=name)
        times.append(found)
    before = read_rules("contact", ContactRules, on=today)
    return msgspec.structs.replace(
        before,
        quiet_from=times[0],
        quiet_until=times[1],
        most_contacts=_whole(request.POST.get("most_contacts", str(before.most_contacts)), most=100),
        within_days=max(1, _whole(request.POST.get("within_days", str(before.within_days)), most=365)),
    )


def _wanted_retention(request: HttpRequest) -> RetentionRules | None:
    """Days that are tried by the form, to be counted before they are set."""
    if "try" not in request.GET:
        return None
    try:
        return RetentionRules(**{purpose: _days(request.GET.get(purpose, "")) for purpose in PURPOSES})
    except InvalidInput:
        return None


def _days(text: str) -> int:
    return _whole(text, most=36_500)


def _whole(text: str, *, most: int) -> int:
    given = text.strip() or "0"
    if not (given.isascii() and given.isdigit()) or int(given) > most:
        raise InvalidInput(f"This is a whole number from 0 to {most:,}.", field="number")
    return int(given)
