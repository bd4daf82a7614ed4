"""Pages: the proof of an ended request on paper, and the door by which anybody verifies one."""

from __future__ import annotations

from importlib.resources import files

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from zhiyin.console.chromium import find_browser, print_pdf
from zhiyin.console.pages import render_page
from zhiyin.customers.models import RightsRequest
from zhiyin.customers.rights.problem_words import say_problem
from zhiyin.customers.rights.signing import (
    ALGORITHM,
    HEAD,
    MAX_BYTES,
    Told,
    public_key,
    sign_proof,
    verify_proof,
    write_signed,
)
from zhiyin.customers.rights.words import kind_name, status_name, way_name
from zhiyin.errors import Conflict, InvalidInput, Unavailable
from zhiyin.people.access import actor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.services.audit import record_event


@require_safe
@requires(Permission.RIGHTS_MANAGE)
def download_signed_proof(request: HttpRequest, number: str) -> HttpResponse:
    """The signed proof as a file to hand over."""
    found = _ended(number)
    try:
        content = write_signed(sign_proof(found))
    except Conflict as error:
        return _refused(say_problem(error))
    record_event("rights_request.proof", by=actor_of(request), target=("rights_request", number))
    return _file(content, name=f"{number}-proof.json", content_type="application/json")


@require_safe
@requires(Permission.RIGHTS_MANAGE)
def show_proof_paper(request: HttpRequest, number: str) -> HttpResponse:
    """The proof as a page for paper; with `format=pdf` as PDF where a browser is installed."""
    found = _ended(number)
    try:
        context = _paper(request, found)
    except Conflict as error:
        return _refused(say_problem(error))
    if request.GET.get("format") != "pdf":
        return HttpResponse(render_to_string("customers/rights/proof_paper.html", context, request))
    browser = find_browser()
    if not browser:
        return _refused(_("No browser is installed that makes PDF. Print the page instead."))
    css = files("zhiyin.customers").joinpath("static/customers/proof.css").read_text(encoding="utf-8")
    try:
        pdf = print_pdf(
            render_to_string("customers/rights/proof_paper.html", context | {"css": css}), browser=browser
        )
    except Unavailable:
        return _refused(_("The PDF could not be made. Print the page instead."))
    record_event("rights_request.proof", by=actor_of(request), target=("rights_request", number))
    return _file(pdf, name=f"{number}-proof.pdf", content_type="application/pdf")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.PUBLIC)
def check_proof(request: HttpRequest) -> HttpResponse:
    """Tells anybody whether a proof was signed here; what it looks at is not kept."""
    context: dict[str, object] = {
        "key": public_key(),
        "head": HEAD.decode().strip(),
        "address": request.build_absolute_uri(),
    }
    status = 200
    if request.method == "POST":
        file = request.FILES.get("file")
        try:
            found = verify_proof(file.read(MAX_BYTES + 1) if file else b"", key=public_key())
        except InvalidInput:
            context["problem"], status = _("This file is no signed proof."), 422
        else:
            context |= {"found": found, "lines": _lines(found.told) if found.is_genuine else []}
    return render_page(request, "customers/rights/proof_check.html", context, status=status)


@require_safe
@requires(Permission.PUBLIC)
def show_proof_key(_request: HttpRequest) -> JsonResponse:
    """The public key for other people's software."""
    return JsonResponse({"algorithm": ALGORITHM, "key": public_key(), "head": HEAD.decode()})


def _paper(request: HttpRequest, found: RightsRequest) -> dict[str, object]:
    signed = sign_proof(found)
    return {
        "number": found.number,
        "lines": _lines(verify_proof(write_signed(signed), key=signed.key).told),
        "sha256": found.proof_hash,
        "signed": signed,
        "address": request.build_absolute_uri("/proof/"),
        "has_browser": bool(find_browser()),
    }


def _lines(told: Told) -> list[tuple[str, object]]:
    """What a proof says, line by line: name and value (times are times)."""
    lines: list[tuple[str, object]] = [
        (_("Number"), told.number),
        (_("What is asked for"), kind_name(told.kind)),
        (_("Received"), parse_datetime(told.received_at)),
        (_("Answer by"), parse_datetime(told.due_at)),
        (_("When it ended"), parse_datetime(told.ended_at) if told.ended_at else None),
        (_("How it ended"), status_name(told.status)),
        (_("Identity checked"), way_name(told.checked_how)),
        (_("SHA-256 of what was handed over"), told.proof.get("package_sha256")),
        (_("Line of the erasure ledger"), told.proof.get("entry")),
    ]
    return [(name, value) for name, value in lines if value]


def _ended(number: str) -> RightsRequest:
    found = RightsRequest.objects.filter(number=number).first()
    if found is None or found.ended_at is None:
        raise Http404
    return found


def _refused(words: str) -> HttpResponse:
    return HttpResponse(words, content_type="text/plain; charset=utf-8", status=409)


def _file(content: bytes, *, name: str, content_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
