"""Pages: one policy with its versions, test cases, what a draft would have granted, and its table to edit."""

from __future__ import annotations

from datetime import datetime

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from zhiyin.console.toasts import tell
from zhiyin.errors import Conflict, InvalidInput
from zhiyin.people.access import actor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.services.audit import record_event
from zhiyin.people.views.posts import takes_form_of
from zhiyin.respond.models import Policy, PolicyVersion
from zhiyin.respond.policies import testing, versions
from zhiyin.respond.policies.aspects import join_codes
from zhiyin.respond.policies.deciding import table_of
from zhiyin.respond.policies.editing import EMPTY, change_table, find_focus, read_table
from zhiyin.respond.policies.errors import TableHasFaults
from zhiyin.respond.policies.figures import read_cents, read_values
from zhiyin.respond.policies.going_back_views import keep_dropped, settings_undo_url
from zhiyin.respond.policies.policy_page import act_on_policy, draw_editor, draw_policy, find_policy
from zhiyin.respond.policies.tables import MAX_BYTES, Table, read_jdm
from zhiyin.respond.policies.words import say

_SALT = "policy-test"


@require_safe
@requires(Permission.POLICIES_MANAGE)
def show_policy(request: HttpRequest, code: str) -> HttpResponse:
    """How the policy stands."""
    return draw_policy(request, find_policy(request, code))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.POLICIES_MANAGE)
def edit_policy(request: HttpRequest, code: str) -> HttpResponse:
    """The table as a form; its buttons change the form, and saving keeps it as the draft."""
    policy = find_policy(request, code)
    draft = versions.find_draft(policy)
    if request.method != "POST":
        start = draft or versions.find_live(policy)
        table, note = (table_of(start.jdm), draft.note if draft else "") if start else (EMPTY, "")
        return draw_editor(request, policy, table=table, note=note, revision=draft.revision if draft else 0)
    table, do = read_table(request.POST), request.POST.get("do", "save")
    note, revision = request.POST.get("note", ""), _number(request, "revision")
    if do != "save":
        changed = change_table(table, do=do)
        return draw_editor(
            request,
            policy,
            table=changed,
            note=note,
            revision=revision,
            is_unsaved=True,
            focus=find_focus(do, table=changed),
        )
    return _save(request, policy, table=table, note=note, revision=revision)


@requires(Permission.POLICIES_MANAGE)
@takes_form_of("policy", "code")
def import_table(request: HttpRequest, code: str) -> HttpResponse:
    """A JDM file as the draft; what is wrong in it stands in the form, to be corrected."""
    policy = find_policy(request, code)
    file = request.FILES.get("file")
    try:
        if file is None or (file.size or 0) > MAX_BYTES:
            raise InvalidInput("There is no file, or it is larger than 512 KB.", field="file")
        table = read_jdm(file.read())
    except InvalidInput as error:
        return draw_policy(request, policy, problem=say(error), status=422)
    draft = versions.find_draft(policy)
    return _save(
        request, policy, table=table, note=str(file.name or ""), revision=draft.revision if draft else 0
    )


@require_safe
@requires(Permission.POLICIES_MANAGE)
def export_table(request: HttpRequest, code: str, n: int) -> HttpResponse:
    """A version as a JDM file."""
    policy = find_policy(request, code)
    version = PolicyVersion.objects.filter(policy=policy, n=n).first()
    if version is None:
        raise Http404
    record_event(
        "policy.exported", by=actor_of(request), target=("policy", policy.name), details={"version": n}
    )
    response = HttpResponse(version.jdm, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{policy.code}-{n}.json"'
    return response


@requires(Permission.POLICIES_MANAGE)
@takes_form_of("policy", "code")
def put_in_force(request: HttpRequest, code: str) -> HttpResponse:
    """The draft decides from now, or from a time to come on."""
    policy, by = find_policy(request, code), actor_of(request)

    def act() -> None:
        before, begins = versions.find_live(policy), _from(request)
        version = versions.go_live(policy, by=by, revision=_number(request, "revision"), from_=begins)
        if begins:
            day = timezone.localtime(begins).strftime("%Y-%m-%d %H:%M")
            said = _("Version %(n)s is in force from %(day)s on.") % {"n": version.n, "day": day}
            undo = reverse("policy_call_off", args=[policy.code, version.n])
        else:
            said = _("Version %(n)s is in force.") % {"n": version.n}
            undo = _back_url(before)
        tell(request, said, undo_url=undo)

    return act_on_policy(request, policy, act)


@requires(Permission.POLICIES_MANAGE)
@takes_form_of("policy", "code")
def put_back(request: HttpRequest, code: str, n: int) -> HttpResponse:
    """The table of an earlier version decides again, as a new version."""
    policy, by = find_policy(request, code), actor_of(request)

    def act() -> None:
        before = versions.find_live(policy)
        version = versions.go_back(policy, n=n, by=by)
        said = _("Version %(new)s is in force, with the table of version %(old)s.")
        tell(request, said % {"new": version.n, "old": n}, undo_url=_back_url(before))

    return act_on_policy(request, policy, act)


@requires(Permission.POLICIES_MANAGE)
@takes_form_of("policy", "code")
def drop_draft(request: HttpRequest, code: str) -> HttpResponse:
    """The draft is thrown away."""
    policy = find_policy(request, code)
    draft = versions.find_draft(policy)
    undo = keep_dropped(request, draft) if draft else ""
    versions.drop_draft(policy, by=actor_of(request))
    tell(request, _("The draft is thrown away."), undo_url=undo)
    return redirect("policy", policy.code)


@requires(Permission.POLICIES_MANAGE)
@takes_form_of("policy", "code")
def change_settings(request: HttpRequest, code: str) -> HttpResponse:
    """Name, aspects, time to agree, on or off."""
    policy, by = find_policy(request, code), actor_of(request)

    def act() -> None:
        undo = settings_undo_url(policy)
        versions.change_policy(
            policy,
            name=request.POST.get("name", ""),
            aspects=join_codes(request.POST.getlist("aspects"), before=policy.aspects),
            approval_hours=_number(request, "approval_hours") or 0,
            is_on=bool(request.POST.get("is_on")),
            by=by,
        )
        tell(request, _("Kept."), undo_url=undo)

    return act_on_policy(request, policy, act)


@requires(Permission.POLICIES_MANAGE)
@takes_form_of("policy", "code")
def add_test(request: HttpRequest, code: str) -> HttpResponse:
    """A test case more."""
    policy, by = find_policy(request, code), actor_of(request)
    version = versions.find_draft(policy) or versions.find_live(policy)
    if version is None:
        raise Http404

    def act() -> None:
        amount = request.POST.get("test_amount", "").strip()
        testing.add_test(
            policy,
            name=request.POST.get("test_name", ""),
            given=read_values(table_of(version.jdm), request.POST),
            answer=request.POST.get("test_answer", ""),
            amount_cents=read_cents(amount, field="amount") if amount else None,
            by=by,
        )
        tell(request, _("The test case is added."))

    return act_on_policy(request, policy, act)


@requires(Permission.POLICIES_MANAGE)
@takes_form_of("policy", "code")
def remove_test(request: HttpRequest, code: str, test_id: int) -> HttpResponse:
    """The test case is gone."""
    policy, by = find_policy(request, code), actor_of(request)

    def act() -> None:
        test = testing.remove_test(policy, test_id=test_id, by=by)
        kept = {"name": test.name, "given": test.input, "answer": test.answer, "cents": test.amount_cents}
        undo = f"{reverse('policy_test_undo', args=[policy.code])}?test={signing.dumps(kept, salt=_SALT)}"
        tell(request, _("“%(name)s” is removed.") % {"name": test.name}, undo_url=undo)

    return act_on_policy(request, policy, act)


@requires(Permission.POLICIES_MANAGE)
@takes_form_of("policy", "code")
def put_test_back(request: HttpRequest, code: str) -> HttpResponse:
    """The test case that was removed is there again."""
    policy, by = find_policy(request, code), actor_of(request)
    try:
        kept = signing.loads(request.GET.get("test", ""), salt=_SALT, max_age=3_600)
    except signing.BadSignature:
        raise Http404 from None

    def act() -> None:
        testing.add_test(
            policy,
            name=kept["name"],
            given=kept["given"],
            answer=kept["answer"],
            amount_cents=kept["cents"],
            by=by,
        )
        tell(request, _("“%(name)s” is there again.") % {"name": kept["name"]})

    return act_on_policy(request, policy, act)


def _save(
    request: HttpRequest, policy: Policy, *, table: Table, note: str, revision: int | None
) -> HttpResponse:
    try:
        versions.save_draft(policy, table, by=actor_of(request), note=note, revision=revision)
    except TableHasFaults as error:
        return draw_editor(
            request, policy, table=table, note=note, revision=revision, faults=error.faults, status=422
        )
    except Conflict as error:
        return draw_editor(
            request, policy, table=table, note=note, revision=revision, problem=say(error), status=409
        )
    tell(request, _("The draft is kept. Try it, then put it in force."))
    return redirect("policy", policy.code)


def _back_url(before: PolicyVersion | None) -> str:
    """Where the version that was in force until now comes back; empty where none was."""
    return reverse("policy_back", args=[before.policy.code, before.n]) if before else ""


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _from(request: HttpRequest) -> datetime | None:
    text = request.POST.get("from", "").strip()
    if not text:
        return None
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None:
        raise InvalidInput("The time cannot be read.", next_step="Choose one.", field="from")
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment
