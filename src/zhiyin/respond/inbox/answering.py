"""Page: one voice, answered where the customer wrote; and what is done with the answer."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from zhiyin.console.templatetags.shell import page_language
from zhiyin.console.toasts import tell
from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.knowledge.marking import cut, name_remarks
from zhiyin.knowledge.plain import MAX_SIGNS, check_text, language_of
from zhiyin.people.access import actor_of, visitor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.queries import find_unit
from zhiyin.people.views.posts import takes_form_of
from zhiyin.respond.about import find_voice
from zhiyin.respond.answer_templates.queries import Offered, list_offered
from zhiyin.respond.inbox.asking import voices_scope
from zhiyin.respond.models import OutgoingAnswer
from zhiyin.respond.outbox import services
from zhiyin.respond.outbox.changes import find_reply
from zhiyin.respond.outbox.rules import find_breaches, has_markdown
from zhiyin.respond.outbox.states import AnswerState, Way
from zhiyin.respond.outbox.targets import Target, get_target
from zhiyin.respond.outbox.wording import STATE_NAMES, WAY_WORDS, list_risk_names, say, say_breach, say_reason


@require_safe
@requires(Permission.CASES_WORK)
@never_cache
def show_voice(request: HttpRequest, feedback_id: str) -> HttpResponse:
    """The voice, what its channel allows, and the answer as it stands."""
    return draw_voice(request, find_target(request, feedback_id))


@requires(Permission.CASES_WORK)
@takes_form_of("inbox_voice", "feedback_id")
def check_reply(request: HttpRequest, feedback_id: str) -> HttpResponse:
    """How long the answer is, and how it reads, as it stands in the form; nothing is kept."""
    target = find_target(request, feedback_id)
    text = request.POST.get("answer", "").replace("\r\n", "\n")[: MAX_SIGNS * 2]
    return render(request, "respond/inbox/_live.html", _live(target, text))


@requires(Permission.CASES_WORK)
@takes_form_of("inbox_voice", "feedback_id")
def post_reply(request: HttpRequest, feedback_id: str) -> HttpResponse:
    """Keep the draft, or send the answer."""
    target, text = find_target(request, feedback_id), request.POST.get("answer", "").replace("\r\n", "\n")
    is_draft, by, version = request.POST.get("action") == "draft", actor_of(request), read_version(request)
    act = services.save_reply_draft if is_draft else services.send_reply
    try:
        answer = act(target, text=text, by=by, version=version)
    except (InvalidInput, Conflict) as error:
        status = 409 if isinstance(error, Conflict) else 422
        return draw_voice(request, target, problem=say(error), typed=text, status=status)
    if is_draft:
        tell(request, _("The draft is kept."), tone="info")
        return redirect("inbox_voice", feedback_id)
    undo = reverse("inbox_take_back", args=[feedback_id])
    tell(request, _said(answer), undo_url=undo)
    by_hand = answer.state == AnswerState.WAITING and answer.way == Way.HAND
    return redirect("inbox_voice", feedback_id) if by_hand else redirect("inbox")


@requires(Permission.CASES_WORK)
@takes_form_of("inbox_voice", "feedback_id")
def put_there(request: HttpRequest, feedback_id: str) -> HttpResponse:
    """Somebody copied the answer to where the customer wrote."""
    by, version = actor_of(request), read_version(request)
    return _change(
        request,
        feedback_id,
        act=lambda answer, _target: services.mark_put_there(answer, by=by, version=version),
        said=_("Noted: the customer has the answer."),
        can_undo=True,
    )


@requires(Permission.CASES_WORK)
@takes_form_of("inbox_voice", "feedback_id")
def take_back(request: HttpRequest, feedback_id: str) -> HttpResponse:
    """A draft again, as long as it has not gone out."""
    by = actor_of(request)
    return _change(
        request,
        feedback_id,
        act=lambda answer, _target: services.take_back(answer, by=by),
        said=_("Taken back. It is a draft again."),
        stays=True,
    )


@requires(Permission.CASES_WORK)
@takes_form_of("inbox_voice", "feedback_id")
def read_reply(request: HttpRequest, feedback_id: str) -> HttpResponse:
    """The second reader says yes or no."""
    by, version = actor_of(request), read_version(request)
    words, is_yes = request.POST.get("reader_words", ""), request.POST.get("action") == "approve"

    def act(answer: OutgoingAnswer, target: Target) -> object:
        if is_yes:
            return services.approve(answer, target=target, by=by, version=version)
        return services.refuse(answer, words=words, by=by, version=version)

    said = _("Read. It goes out now.") if is_yes else _("Given back to its author, with your words.")
    return _change(request, feedback_id, act=act, said=said)


@requires(Permission.CASES_WORK)
@takes_form_of("inbox_voice", "feedback_id")
def help_reply(request: HttpRequest, feedback_id: str) -> HttpResponse:
    """Send again what did not go out, or say that it arrived."""
    by, version = actor_of(request), read_version(request)
    has_arrived = request.POST.get("action") == "arrived"
    act = services.confirm_arrived if has_arrived else services.try_again
    said = _("Noted: it arrived.") if has_arrived else _("It goes out again now.")
    return _change(
        request, feedback_id, act=lambda answer, _target: act(answer, by=by, version=version), said=said
    )


def find_target(request: HttpRequest, feedback_id: str) -> Target:
    """The voice that the visitor may read and answer; else 404."""
    try:
        return get_target(feedback_id, scope=voices_scope(request))
    except NotFound:
        raise Http404 from None


def read_version(request: HttpRequest) -> int:
    """The version that the form shows; 0 for no answer yet."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def draw_voice(
    request: HttpRequest, target: Target, *, problem: str = "", typed: str | None = None, status: int = 200
) -> HttpResponse:
    """The page. `typed` fills the field again after a `problem`."""
    language, answer = page_language(), find_reply(target.feedback_id)
    offered = _offer(request, target)
    wanted = request.GET.get("template", "")
    begun = next((one.filled.text for one in offered if str(one.template.key) == wanted), "")
    drafted = answer.text if answer else ""
    text = typed if typed is not None else "\n\n".join(filter(None, [begun, drafted]))
    now = timezone.now()
    context = {
        "voice": find_voice(target.feedback_id, scope=voices_scope(request), language=language),
        "target": target,
        "rule": target.rule,
        "ends_at": target.rule.ends_at(said_at=target.said_at),
        "now": now,
        "answer": answer,
        "state_name": STATE_NAMES[answer.stands] if answer else "",
        "reason": say_reason(answer) if answer else "",
        "risks": list_risk_names(answer.risks) if answer else [],
        "way_words": WAY_WORDS[target.way],
        "is_draft": answer is None or answer.stands is AnswerState.DRAFT,
        "is_author": answer is not None and str(answer.author_id or "") == actor_of(request).id,
        "text": text,
        "offered": offered,
        "problem": problem,
        **_live(target, text, told=problem),
    }
    return render(request, "respond/inbox/voice.html", context, status=status)


def _offer(request: HttpRequest, target: Target) -> list[Offered]:
    feedback, account = target.detail.feedback, visitor_of(request).account
    return list_offered(
        unit=find_unit(feedback.unit_id) if feedback.unit_id else None,
        case=target.case,
        channel=feedback.channel,
        owner=account.public_name if account else "",
        is_chinese=not feedback.language or feedback.language.startswith("zh"),
    )


def _change(
    request: HttpRequest,
    feedback_id: str,
    *,
    act: Callable[[OutgoingAnswer, Target], object],
    said: str,
    can_undo: bool = False,
    stays: bool = False,
) -> HttpResponse:
    target = find_target(request, feedback_id)
    answer = find_reply(feedback_id)
    if answer is None:
        raise Http404
    try:
        act(answer, target)
    except (InvalidInput, Conflict) as error:
        status = 409 if isinstance(error, Conflict) else 422
        return draw_voice(request, target, problem=say(error), status=status)
    undo = reverse("inbox_take_back", args=[feedback_id]) if can_undo else ""
    tell(request, said, undo_url=undo)
    return redirect("inbox_voice", feedback_id) if stays else redirect("inbox")


def _live(target: Target, text: str, *, told: str = "") -> dict[str, object]:
    """What is drawn below the field; `told`: what the page says above already."""
    found = find_breaches(target.rule, text, said_at=target.said_at, now=timezone.now())
    breaches = [say_breach(one, target=target, text=text) for one in found]
    context: dict[str, object] = {
        "rule": target.rule,
        "n_counted": target.rule.count(text.strip()),
        "has_markdown": has_markdown(text),
        "is_too_long": target.rule.count(text.strip()) > target.rule.limit,
        "breaches": [one for one in breaches if text.strip() and one != told],
    }
    if text.strip():
        asked = target.detail.feedback.text[:2_000]
        report = check_text(text[:MAX_SIGNS], language=language_of(text), question=asked or None)
        remarks = name_remarks(report, language=page_language())
        context |= {"report": report, "remarks": remarks, "pieces": cut(text[:MAX_SIGNS], remarks)}
    return context


def _said(answer: OutgoingAnswer) -> str:
    if answer.state == AnswerState.READING:
        return _("A colleague reads it first, as everybody will see it.")
    if answer.way == Way.HAND:
        return _("Ready. Copy it to where the customer wrote, then say so here.")
    return _("It goes out in a moment.")
