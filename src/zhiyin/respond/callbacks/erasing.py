"""What becomes of call-backs when a customer is erased: that there was a call stays, its words go."""

from __future__ import annotations

from zhiyin.respond.callbacks.kinds import STILL_OWED, CallBackState
from zhiyin.respond.models import CallAttempt, CallBack, Case


def erase_call_words(case: Case) -> None:
    """Topics and notes go; nobody is called any more."""
    found = CallBack.objects.filter(case=case)
    CallAttempt.objects.filter(call_back__in=found).update(note="")
    found.filter(state__in=[state.value for state in STILL_OWED]).update(state=CallBackState.CANCELLED.value)
    found.update(topic="")
