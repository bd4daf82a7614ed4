"""The link by which a customer follows a case, and its QR code."""

from __future__ import annotations

import io

import segno
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from zhiyin.respond.models import Case
from zhiyin.respond.queries import read_token


def customer_address(request: HttpRequest, case: Case) -> str:
    """The whole address of the customer's page, at the installation's public address where it has one."""
    path = reverse("portal_case", args=[read_token(case)])
    public: str = settings.PUBLIC_URL
    return f"{public}{path}" if public else request.build_absolute_uri(path)


def draw_code(address: str) -> bytes:
    """A QR code of the address as SVG, to be scanned from a screen or from paper."""
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        drawn, kind="svg", scale=5, border=3, dark="#22272e", light="#fff"
    )
    return drawn.getvalue()
