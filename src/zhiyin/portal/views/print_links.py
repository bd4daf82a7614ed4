"""QR codes for staff: files to download, and sheets to print."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString

from zhiyin.errors import NotFound
from zhiyin.people.access import scope_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.portal.links import absolute, is_only_here, speak_address
from zhiyin.portal.models import SpeakLink
from zhiyin.portal.qr import inline_svg, png_file, svg_file
from zhiyin.portal.queries.sender import company_name
from zhiyin.portal.queries.speak_links import get_link, list_links

_SHEETS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What is printed for one link; `sender` is empty where the unit's name says it already."""

    link: SpeakLink
    address: str
    sender: str
    code: SafeString


@requires(Permission.CHANNELS_MANAGE)
def print_links(request: HttpRequest) -> HttpResponse:
    """One sheet for the link of `?code=`, else for every open link, a hundred a page."""
    scope = scope_of(request)
    wanted = request.GET.get("code", "")
    links = [_get(request, wanted)] if wanted else list_links(scope=scope, is_active=True)
    paginator = Paginator(links, _SHEETS)
    page = paginator.get_page(request.GET.get("page"))
    sender = company_name()
    sheets = [_sheet(request, link, sender=sender) for link in page]
    context = {
        "sheets": sheets,
        "page": page,
        "is_only_here": any(is_only_here(sheet.address) for sheet in sheets),
    }
    return render(request, "portal/print_links.html", context)


@requires(Permission.CHANNELS_MANAGE)
def download_svg(request: HttpRequest, code: str) -> HttpResponse:
    """The QR code for a printer."""
    return _download(request, code, kind="svg")


@requires(Permission.CHANNELS_MANAGE)
def download_png(request: HttpRequest, code: str) -> HttpResponse:
    """The QR code as a picture."""
    return _download(request, code, kind="png")


def _download(request: HttpRequest, code: str, *, kind: str) -> HttpResponse:
    link = _get(request, code)
    address = absolute(request, speak_address(link.code))
    content = svg_file(address) if kind == "svg" else png_file(address)
    response = HttpResponse(content, content_type="image/svg+xml" if kind == "svg" else "image/png")
    name = " ".join(part for part in (link.unit.name, link.touchpoint, link.code) if part)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{name}.{kind}', safe='')}"
    return response


def _get(request: HttpRequest, code: str) -> SpeakLink:
    try:
        return get_link(code, scope=scope_of(request))
    except NotFound:
        raise Http404 from None


def _sheet(request: HttpRequest, link: SpeakLink, *, sender: str) -> Sheet:
    address = absolute(request, speak_address(link.code))
    return Sheet(
        link=link,
        address=address,
        sender="" if sender in link.unit.name else sender,
        code=inline_svg(address),
    )
