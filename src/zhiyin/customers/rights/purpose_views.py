"""Pages: a purpose of contacts, added or changed, with every version of its words."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from zhiyin.console.pages import render_page
from zhiyin.console.toasts import tell
from zhiyin.customers.models import Consent, ConsentText
from zhiyin.customers.rights.purpose_keeping import (
    BASES,
    NewPurpose,
    add_purpose,
    change_purpose,
    find_before,
    take_change_back,
)
from zhiyin.customers.rights.purposes import CHANNELS, Purpose, Words, list_purposes
from zhiyin.customers.rights.saying import current_text
from zhiyin.customers.rights.words import basis_name, channel_name
from zhiyin.errors import Conflict, InvalidInput, ZhiyinError
from zhiyin.people.access import actor_of, visitor_of
from zhiyin.people.permissions import Permission, requires


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.RIGHTS_MANAGE)
def new_purpose(request: HttpRequest) -> HttpResponseBase:
    """A form for a purpose; once it is right, the purpose."""
    if request.method != "POST":
        empty = Purpose(code="", name=Words(zh="", en=""), basis="consent")
        return _page(request, empty, is_new=True)
    purpose, account = _read(request, request.POST.get("code", "").strip()), visitor_of(request).account
    new = NewPurpose(
        purpose=purpose, text_zh=request.POST.get("text_zh", ""), text_en=request.POST.get("text_en", "")
    )
    try:
        add_purpose(new, by=actor_of(request), account_id=account.pk if account else None)
    except ZhiyinError as error:
        return _page(request, purpose, is_new=True, problem=_say(error))
    tell(request, _("People can be asked for it from now on."))
    return redirect("consent_purpose", purpose.code)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.RIGHTS_MANAGE)
def edit_purpose(request: HttpRequest, code: str) -> HttpResponseBase:
    """One purpose, to be read and changed."""
    found = next((one for one in list_purposes() if one.code == code), None)
    if found is None:
        raise Http404
    if request.method != "POST":
        return _page(request, found)
    wanted = _read(request, code)
    try:
        before = change_purpose(wanted, by=actor_of(request))
    except ZhiyinError as error:
        return _page(request, wanted, problem=_say(error))
    if before:
        tell(request, _("The purpose is kept."), undo_url=reverse("take_purpose_back", args=[code]))
    else:
        tell(request, _("Nothing was different."))
    return redirect("consent_purpose", code)


@require_POST
@requires(Permission.RIGHTS_MANAGE)
def take_purpose_back(request: HttpRequest, code: str) -> HttpResponse:
    """The purpose as it was before its last change."""
    if code not in {one.code for one in list_purposes()}:
        raise Http404
    try:
        take_change_back(code, by=actor_of(request))
    except Conflict:
        tell(request, _("There is no change to take back."), tone="info")
    else:
        tell(request, _("The change is taken back."), undo_url=reverse("take_purpose_back", args=[code]))
    return redirect("consent_purpose", code)


def _read(request: HttpRequest, code: str) -> Purpose:
    return Purpose(
        code=code[:80],
        name=Words(zh=request.POST.get("name_zh", ""), en=request.POST.get("name_en", "")),
        basis=request.POST.get("basis", ""),
        is_on=request.POST.get("is_on") == "1",
        channels=tuple(request.POST.getlist("channels")),
    )


def _page(request: HttpRequest, purpose: Purpose, *, is_new: bool = False, problem: str = "") -> HttpResponse:
    texts = ConsentText.objects.filter(purpose=purpose.code).select_related("made_by").order_by("-version")
    if not is_new:
        current_text(purpose.code)  # those of the package become version 1
    context = {
        "purpose": purpose,
        "is_new": is_new,
        "problem": problem,
        "bases": [(code, basis_name(code)) for code in BASES],
        "channels": [(code, channel_name(code), purpose.uses(code)) for code in CHANNELS],
        "texts": [] if is_new else texts,
        "before": None if is_new else _shown(find_before(purpose.code)),
        "n_said": 0 if is_new else Consent.objects.filter(purpose=purpose.code).count(),
        "text_zh": request.POST.get("text_zh", ""),
        "text_en": request.POST.get("text_en", ""),
    }
    return render_page(request, "customers/rights/purpose.html", context, status=422 if problem else 200)


def _shown(before: Purpose | None) -> dict[str, object] | None:
    """What the purpose would be again, in words."""
    if before is None:
        return None
    return {
        "name": f"{before.name.zh} / {before.name.en}",
        "basis": basis_name(before.basis),
        "channels": [channel_name(one) for one in before.channels],
        "is_on": before.is_on,
    }


def _say(error: ZhiyinError) -> str:
    if isinstance(error, Conflict):
        return _("There is a purpose of this code. Change that one, or choose another code.")
    words = {
        "code": _("A code has 2 to 40 signs: small letters, digits and _, a letter first."),
        "name": _("Name it in both languages, within 80 signs."),
        "text_zh": _("Write the words that people agree to, in both languages."),
    }
    field = error.field if isinstance(error, InvalidInput) else None
    return words.get(field or "", _("Something is missing or too long. Look at it again."))
