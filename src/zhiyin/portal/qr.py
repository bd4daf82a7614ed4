"""QR codes of speak links."""

from __future__ import annotations

import io

import segno
from django.utils.safestring import SafeString, mark_safe

# A quarter of the code may be dirty or worn before it no longer reads: it hangs in a restaurant.
_ERROR_LEVEL = "q"
_BORDER = 4


def inline_svg(address: str) -> SafeString:
    """The code as SVG within a page, sized by its style sheet."""
    svg = _make(address).svg_inline(
        omitsize=True, border=_BORDER, svgclass="qr", lineclass=None, light="#fff"
    )
    return mark_safe(svg)  # noqa: S308 - drawn by the library; it holds no text of ours


def svg_file(address: str) -> bytes:
    """The code as an SVG file, for printers."""
    file = io.BytesIO()
    _make(address).save(file, kind="svg", scale=10, border=_BORDER, light="#fff")
    return file.getvalue()


def png_file(address: str) -> bytes:
    """The code as a picture, some 800 pixels wide: it prints sharp at 6 cm."""
    code = _make(address)
    scale = max(1, 800 // code.symbol_size(border=_BORDER)[0])
    file = io.BytesIO()
    code.save(file, kind="png", scale=scale, border=_BORDER)
    return file.getvalue()


def _make(address: str) -> segno.QRCode:
    return segno.make(address, error=_ERROR_LEVEL, micro=False)
