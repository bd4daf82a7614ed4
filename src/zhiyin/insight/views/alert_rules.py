"""Rules of alerts: list, form with replay, switch, delete with undo."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhiyin.console.numbers import Language
from zhiyin.console.toasts import tell
from zhiyin.errors import InvalidInput, NotFound
from zhiyin.insight.alerts import managing
from zhiyin.insight.alerts.forms import KINDS, LEVELS, RuleForm, initial_of
from zhiyin.insight.alerts.replaying import Replay, replay
from zhiyin.insight.models import AlertRule
from zhiyin.insight.state import customers_of
from zhiyin.listen.api import open_lake
from zhiyin.people.access import scope_of, visitor_of
from zhiyin.people.models import Account
from zhiyin.people.permissions import Permission, requires

_DEFAULT_REST = {"threshold": 1440, "change": 1440, "absence": 1440, "anomaly": 4320}


@require_safe
@requires(Permission.CHANNELS_MANAGE)
def alert_rules(request: HttpRequest) -> HttpResponse:
    """All rules of the asker."""
    rules = managing.list_rules(scope=scope_of(request))
    lines = [(rule, KINDS.get(rule.kind, rule.kind), LEVELS.get(rule.level, "")) for rule in rules]
    return render(request, "insight/alerts/rules.html", {"lines": lines, "kinds": KINDS})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CHANNELS_MANAGE)
def new_alert_rule(request: HttpRequest) -> HttpResponse:
    """A new rule of the kind that the address names; saved it is off, tried it is held against the past."""
    kind = request.GET.get("kind", "threshold")
    if kind not in KINDS:
        raise Http404
    rule = AlertRule(
        kind=kind,
        name=str(KINDS[kind]),
        level=2,
        cool_down_minutes=_DEFAULT_REST.get(kind, 0),
        created_at=timezone.now(),
    )
    return _edit(request, rule)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CHANNELS_MANAGE)
def alert_rule(request: HttpRequest, rule_id: int) -> HttpResponse:
    """One rule; tried before it is saved, it is held against the past."""
    return _edit(request, _find(request, rule_id))


@require_POST
@requires(Permission.CHANNELS_MANAGE)
def alert_rule_act(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Switch on or off, delete, restore."""
    scope, account, now = scope_of(request), _account(request), timezone.now()
    action = request.POST.get("action") or request.GET.get("action", "")
    undo = {"on": "off", "off": "on", "delete": "restore"}.get(action, "")
    try:
        match action:
            case "on" | "off":
                managing.switch_rule(rule_id, is_on=action == "on", scope=scope, by=account)
            case "delete":
                managing.delete_rule(rule_id, scope=scope, by=account, now=now)
            case "restore":
                managing.restore_rule(rule_id, scope=scope, by=account)
            case _:
                raise Http404
    except NotFound as error:
        raise Http404 from error
    except InvalidInput:
        tell(request, _("This rule came with Zhiyin. Switch it off instead."), tone="bad")
        return redirect("alert_rules")
    texts = {"on": _("Switched on."), "off": _("Switched off."), "delete": _("Deleted.")}
    url = f"{reverse('alert_rule_act', args=[rule_id])}?action={undo}" if undo else ""
    tell(request, texts.get(action, _("Restored.")), undo_url=url)
    return redirect("alert_rules")


def _edit(request: HttpRequest, rule: AlertRule) -> HttpResponse:
    scope, language = scope_of(request), _language()
    given = request.POST if request.method == "POST" else None
    form = RuleForm(
        given,
        initial=initial_of(rule),
        kind=rule.kind,
        scope=scope,
        language=language,
        customers=customers_of(request),
    )
    result: Replay | None = None
    status = 200
    if given is not None:
        now = timezone.now()
        if form.is_valid():
            try:
                if request.POST.get("action") == "try":
                    result = _try(form, rule, request=request, language=language, now=now)
                else:
                    return _save(request, form, rule=rule, now=now)
            except InvalidInput as error:
                form.add_error(error.field if error.field in form.fields else None, _("Check this value."))
        status = 200 if result else 422
    context = {"form": form, "rule": rule, "kind": KINDS[rule.kind], "replay": result}
    return render(request, "insight/alerts/rule.html", context, status=status)


def _try(
    form: RuleForm, rule: AlertRule, *, request: HttpRequest, language: Language, now: datetime
) -> Replay:
    tried = managing.make_rule(
        form.wanted(), scope=scope_of(request), now=now, customers=customers_of(request), before=rule
    )
    return replay(open_lake(), tried, now=now, language=language)


def _save(request: HttpRequest, form: RuleForm, *, rule: AlertRule, now: datetime) -> HttpResponse:
    scope, account, customers = scope_of(request), _account(request), customers_of(request)
    if rule.pk:
        managing.change_rule(rule.pk, form.wanted(), scope=scope, by=account, customers=customers)
        tell(request, _("Saved."))
    else:
        saved = managing.create_rule(form.wanted(), scope=scope, by=account, now=now, customers=customers)
        is_on = request.POST.get("action") == "on"
        if is_on:
            managing.switch_rule(saved.pk, is_on=True, scope=scope, by=account)
        tell(request, _("Saved and switched on.") if is_on else _("Saved. It is still off."))
    return redirect("alert_rules")


def _find(request: HttpRequest, rule_id: int) -> AlertRule:
    try:
        return managing.get_rule(rule_id, scope=scope_of(request))
    except NotFound as error:
        raise Http404 from error


def _account(request: HttpRequest) -> Account:
    account = visitor_of(request).account
    if account is None:
        raise Http404
    return account


def _language() -> Language:
    return "zh" if (get_language() or "zh").startswith("zh") else "en"
