"""What events bring to the shell: a log that holds sealed bodies, which erasing must empty first."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext_lazy

from zhiyin.customers.events.storing import take_waiting_events
from zhiyin.customers.rights.holders import Holder, Person, register_holder
from zhiyin.engine import open_engine
from zhiyin.engine.sealed import LogBodies, register_sealed


def register() -> None:
    """Called once, when the apps are ready."""
    register_sealed(LogBodies(name="events", path=settings.HOME.events))
    # Before the lake: what is still on its way would come back after its person was erased.
    register_holder(Holder(name="events", title=gettext_lazy("Events"), erase=_empty_log, order=5))


def _empty_log(_person: Person) -> int:
    """Makes facts of what waits, which are erased with the others; nothing is gone by that itself."""
    take_waiting_events(open_engine(settings.HOME))
    return 0
