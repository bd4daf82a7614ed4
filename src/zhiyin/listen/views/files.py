"""Answers that a browser saves as a file."""

from __future__ import annotations

from django.http import HttpResponse


def yaml_file(text: str, *, name: str) -> HttpResponse:
    """A YAML text as a download; of the name, what is fit for a file name of any system."""
    safe = "".join(sign for sign in name if sign.isalnum() or sign in "_-")
    file_name = safe if safe and safe.isascii() else "taxonomy"
    return HttpResponse(
        text.encode(),
        content_type="application/yaml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{file_name}.yaml"'},
    )
