"""What knowledge adds to cases."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest

from zhiyin.listen.pipeline import erasure
from zhiyin.respond import hooks
from zhiyin.respond.case_panels import CasePanel
from zhiyin.respond.case_panels import register as register_panel
from zhiyin.respond.knowing.guarding import refuse_forbidden
from zhiyin.respond.knowing.keeping import count_what_helped, forget_typed
from zhiyin.respond.models import Case


def register() -> None:
    """Called once, when the app is ready."""
    register_panel(CasePanel(name="knowledge", template="respond/knowing/_panel.html", build=_build))
    hooks.before_saving(refuse_forbidden)
    hooks.after_telling(count_what_helped)
    if forget_typed not in erasure.on_erased:
        erasure.on_erased.append(forget_typed)


def _build(case: Case, request: HttpRequest) -> Mapping[str, object]:
    return {"case": case}
