"""What a request says for rows that do not say it themselves."""

from __future__ import annotations

from zhiyin.listen.importers.voices import Defaults
from zhiyin.listen.services.imports.report import ImportRequest


def defaults_of(request: ImportRequest) -> Defaults:
    """The converter's defaults."""
    return Defaults(channel=request.channel, unit=request.unit, product=request.product)
