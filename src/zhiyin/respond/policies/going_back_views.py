"""Pages: what was done to a policy is taken back: a plan, a draft thrown away, a change of settings."""

from __future__ import annotations

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from zhiyin.console.toasts import tell
from zhiyin.people.access import actor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.views.posts import takes_form_of
from zhiyin.respond.models import Policy, PolicyVersion
from zhiyin.respond.policies import versions
from zhiyin.respond.policies.policy_page import act_on_policy, find_policy
from zhiyin.respond.policies.tables import read_jdm

_SALT, _SECONDS = "policy-settings", 3_600
_DROPPED = "dropped_policy_draft"


@requires(Permission.POLICIES_MANAGE)
@takes_form_of("policy", "code")
def call_off_version(request: HttpRequest, code: str, n: int) -> HttpResponse:
    """A version that was to come is the draft again."""
    policy, by = find_policy(request, code), actor_of(request)

    def act() -> None:
        version = versions.call_off(policy, n=n, by=by)
        tell(request, _("Version %(n)s does not begin. It is the draft again.") % {"n": version.n})

    return act_on_policy(request, policy, act)


@requires(Permission.POLICIES_MANAGE)
@takes_form_of("policy", "code")
def put_draft_back(request: HttpRequest, code: str) -> HttpResponse:
    """The draft that this visitor threw away last, unless there is another by now."""
    policy, by = find_policy(request, code), actor_of(request)
    kept = request.session.get(_DROPPED)
    if not kept or kept["code"] != policy.code:
        raise Http404

    def act() -> None:
        versions.save_draft(policy, read_jdm(kept["jdm"]), by=by, note=kept["note"], revision=0)
        del request.session[_DROPPED]
        tell(request, _("The draft is there again."))

    return act_on_policy(request, policy, act)


@requires(Permission.POLICIES_MANAGE)
@takes_form_of("policy", "code")
def put_settings_back(request: HttpRequest, code: str) -> HttpResponse:
    """The settings as they were before the change."""
    policy, by = find_policy(request, code), actor_of(request)
    try:
        was = signing.loads(request.GET.get("was", ""), salt=_SALT, max_age=_SECONDS)
    except signing.BadSignature:
        raise Http404 from None
    if was.pop("code") != policy.code:
        raise Http404
    versions.change_policy(policy, **was, by=by)
    tell(request, _("The settings are as they were before."))
    return redirect("policy", policy.code)


def keep_dropped(request: HttpRequest, draft: PolicyVersion) -> str:
    """Where to take it back that the draft was thrown away; its table waits in the session."""
    code = draft.policy.code
    request.session[_DROPPED] = {"code": code, "jdm": draft.jdm, "note": draft.note}
    return reverse("policy_drop_undo", args=[code])


def settings_undo_url(policy: Policy) -> str:
    """Where to go back to the settings that stand now."""
    was = {
        "code": policy.code,
        "name": policy.name,
        "aspects": policy.aspects,
        "approval_hours": policy.approval_hours,
        "is_on": policy.is_on,
    }
    signed = signing.dumps(was, salt=_SALT)
    return f"{reverse('policy_settings_undo', args=[policy.code])}?was={signed}"
