"""What is done on a case's page with a letter that tells of an answer."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from zhiyin.console.toasts import tell
from zhiyin.errors import Conflict, NotFound
from zhiyin.people.access import actor_of, scope_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.views.posts import takes_form_of
from zhiyin.respond.inbox.answering import read_version
from zhiyin.respond.models import OutgoingAnswer
from zhiyin.respond.outbox import services
from zhiyin.respond.outbox.changes import get_answer
from zhiyin.respond.outbox.wording import say
from zhiyin.respond.views.case import find_case


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def change_letter(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """Send it again, say that the customer has it, or stop it."""
    case = find_case(request, number)
    try:
        letter = get_answer(key, scope=scope_of(request))
    except NotFound:
        raise Http404 from None
    if letter.case_id != case.pk or letter.is_reply:
        raise Http404
    try:
        said = _act(request, letter)
    except Conflict as error:
        tell(request, say(error), tone="bad")
    else:
        tell(request, said)
    return redirect(f"{reverse('case', args=[case.number])}#outgoing")


def _act(request: HttpRequest, letter: OutgoingAnswer) -> str:
    action, by, version = request.POST.get("action", ""), actor_of(request), read_version(request)
    if action == "take_back":
        services.take_back(letter, by=by)
        return _("The letter stays here. The customer’s page shows the answer all the same.")
    if action == "arrived":
        services.confirm_arrived(letter, by=by, version=version)
        return _("Noted: it arrived.")
    if action == "put_there":
        services.mark_put_there(letter, by=by, version=version)
        return _("Noted: the customer has the answer.")
    services.try_again(letter, by=by, version=version)
    return _("It goes out again now.")
