"""Pages: the rules by which signals open cases."""

from __future__ import annotations

from dataclasses import asdict

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from zhiyin.console.pages import render_page
from zhiyin.console.toasts import tell
from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.insight.templatetags.alerts import rule_name
from zhiyin.people.access import actor_of, scope_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.respond.models import SignalRule
from zhiyin.respond.signals import services
from zhiyin.respond.signals.forms import RuleForm, typed_before
from zhiyin.respond.signals.queries import Opened, count_opened
from zhiyin.respond.signals.words import say_case, say_problem, say_signals

_NEW = {"min_level": 2, "urgency": 2, "most_a_day": 20}
_SALT, _UNDO_SECONDS = "signal-rule", 3_600
_UNDO = {"on": "off", "off": "on", "delete": "restore", "restore": "delete"}


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SIGNAL_RULES_MANAGE)
def show_rules(request: HttpRequest) -> HttpResponseBase:
    """All rules of the asker, and a form for one more, which is off until it is switched on."""
    return _form_page(request, rule=None)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SIGNAL_RULES_MANAGE)
def change_rule(request: HttpRequest, rule_id: int) -> HttpResponseBase:
    """One rule."""
    try:
        rule = services.get_rule(rule_id, scope=scope_of(request))
    except NotFound:
        raise Http404 from None
    if rule.deleted_at is not None:
        raise Http404
    return _form_page(request, rule=rule)


@require_POST
@requires(Permission.SIGNAL_RULES_MANAGE)
def act_on_rule(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Switches it on or off, deletes or restores it, as `action` says; each can be undone."""
    by, scope, now = actor_of(request), scope_of(request), timezone.now()
    action = request.POST.get("action") or request.GET.get("action", "")
    try:
        match action:
            case "on" | "off":
                rule = services.switch_rule(rule_id, is_on=action == "on", by=by, scope=scope, now=now)
            case "delete":
                rule = services.delete_rule(rule_id, by=by, scope=scope, now=now)
            case "restore":
                rule = services.restore_rule(rule_id, by=by, scope=scope, now=now)
            case _:
                raise Http404
    except NotFound:
        raise Http404 from None
    except Conflict:
        tell(request, _("This rule came with Zhiyin. Switch it off instead."), tone="bad")
        return redirect("signal_rules")
    undo = f"{reverse('signal_rule_act', args=[rule_id])}?action={_UNDO[action]}"
    tell(request, _say_done(action) % {"name": rule_name(rule)}, undo_url=undo)
    return redirect("signal_rules")


@require_POST
@requires(Permission.SIGNAL_RULES_MANAGE)
def undo_change(request: HttpRequest, rule_id: int) -> HttpResponse:
    """The rule says again what it said before the change, unless somebody changed it since."""
    try:
        kept = signing.loads(request.GET.get("was", ""), salt=_SALT, max_age=_UNDO_SECONDS)
        rule = services.save_rule(
            services.RuleWords(**kept["words"]),
            by=actor_of(request),
            scope=scope_of(request),
            now=timezone.now(),
            rule_id=rule_id,
            version=kept["version"],
        )
    except (signing.BadSignature, NotFound):
        raise Http404 from None
    except Conflict as error:
        tell(request, say_problem(error), tone="bad")
    else:
        tell(request, _("“%(name)s” is as it was before.") % {"name": rule_name(rule)})
    return redirect("signal_rules")


def _sign(before: services.RuleWords, *, version: int) -> str:
    """What the rule said before, and the version that took its place, for the address of the undo."""
    return signing.dumps({"words": asdict(before), "version": version}, salt=_SALT)


def _say_done(action: str) -> str:
    return {
        "on": _("“%(name)s” is on: it acts on signals from now on."),
        "off": _("“%(name)s” is off. Cases that are open stay."),
        "delete": _("“%(name)s” is deleted. Cases that are open stay."),
        "restore": _("“%(name)s” is back."),
    }[action]


def _form_page(request: HttpRequest, *, rule: SignalRule | None) -> HttpResponseBase:
    scope, now = scope_of(request), timezone.now()
    form = RuleForm(request.POST or None, scope=scope, initial=typed_before(rule) if rule else _NEW)
    if request.method == "POST" and form.is_valid() and _save(request, form, rule=rule):
        return redirect("signal_rules")
    context: dict[str, object] = {"form": form, "rule": rule}
    if rule is None:
        rules = services.list_rules(scope=scope)
        opened = count_opened([one.pk for one in rules], now=now)
        context["lines"] = [
            (one, say_signals(one), say_case(one), opened.get(one.pk, Opened())) for one in rules
        ]
        context["above"] = [
            (one, say_signals(one), say_case(one)) for one in services.list_rules_above(scope=scope)
        ]
    status = 422 if request.method == "POST" else 200
    return render_page(request, "respond/signals/rules.html", context, status=status)


def _save(request: HttpRequest, form: RuleForm, *, rule: SignalRule | None) -> bool:
    given = request.POST.get("version", "")
    before = services.words_of(rule) if rule else None
    try:
        saved = services.save_rule(
            form.words(),
            by=actor_of(request),
            scope=scope_of(request),
            now=timezone.now(),
            rule_id=rule.pk if rule else None,
            version=int(given) if rule and given.isascii() and given.isdigit() and len(given) < 10 else None,
        )
    except NotFound:
        form.add_error("unit", _("Choose one of your units."))
    except (InvalidInput, Conflict) as error:
        field = error.field if isinstance(error, InvalidInput) and error.field in form.fields else None
        form.add_error(field, say_problem(error))
    else:
        said = (
            _("“%(name)s” is saved.") if rule else _("“%(name)s” is saved. It is off until you switch it on.")
        )
        undo = (
            f"{reverse('signal_rule_undo', args=[saved.pk])}?was={_sign(before, version=saved.version)}"
            if before
            else f"{reverse('signal_rule_act', args=[saved.pk])}?action=delete"
        )
        tell(request, said % {"name": rule_name(saved)}, undo_url=undo)
        return True
    return False
