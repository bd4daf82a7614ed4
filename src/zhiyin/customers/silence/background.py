"""Learns the rhythm of the customers anew, in the background."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from zhiyin.customers.models import SilenceFit
from zhiyin.customers.rollup.folder import find_making
from zhiyin.customers.silence.fitting import find_fit, fit_silence
from zhiyin.customers.silence.table import connect_silence
from zhiyin.engine import Engine
from zhiyin.errors import InvalidInput
from zhiyin.listen.pipeline.worker import Chore
from zhiyin.people.scope import EVERYTHING

EVERY_SECONDS = 600.0
_OLD = timedelta(days=7)
_GROWTH = 1.2
_KEPT = 26


def make_silence_chore(engine: Engine) -> Chore:
    """Fits where nothing was learned yet, after a week, and where a fifth more customers are known; makes
    the table of the whole company.
    """

    def run(should_stop: Callable[[], bool]) -> None:
        if should_stop():
            return
        if is_due(engine):
            try:
                fit_silence(engine)
            except InvalidInput:
                return  # too few customers yet: the page says so
            old = SilenceFit.objects.order_by("-made_at").values_list("pk", flat=True)[_KEPT:]
            SilenceFit.objects.filter(pk__in=list(old)).delete()
        fit = find_fit()
        if fit is not None and not should_stop():
            # The first to ask for the whole company need not wait.
            with connect_silence(engine, scope=EVERYTHING, fit=fit):
                pass

    return Chore(name="rhythm of customers", every_seconds=EVERY_SECONDS, run=run)


def is_due(engine: Engine) -> bool:
    """Whether the rhythm should be learned now."""
    making = find_making(engine.home)
    if making is None:
        return False
    last = SilenceFit.objects.order_by("-made_at").first()
    if last is None:
        return True
    return timezone.now() - last.made_at > _OLD or making.n_customers > _GROWTH * last.n_customers
