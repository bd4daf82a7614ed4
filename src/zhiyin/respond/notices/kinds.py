"""What notices tell, and how their mail stands."""

from __future__ import annotations

from enum import StrEnum


class NoticeKind(StrEnum):
    """What happened to the account."""

    CASE_GIVEN = "case_given"
    ESCALATED = "escalated"
    CASE_GONE = "case_gone"
    KICKED_ABOUT = "kicked_about"
    """A case of the account's units was handed over once more, beyond the second time."""
    CUSTOMER_SPOKE = "customer_spoke"
    REOPENED = "reopened"
    URGED = "urged"
    CLOCK_SOON = "clock_soon"
    CLOCK_LATE = "clock_late"
    CALL_MISSED = "call_missed"
    APPROVAL_ASKED = "approval_asked"
    APPROVAL_PASSED_ON = "approval_passed_on"
    """Somebody else did not answer in time, so the account is asked now."""
    APPROVAL_GIVEN = "approval_given"
    APPROVAL_REFUSED = "approval_refused"
    READ_ASKED = "read_asked"
    """An answer waits for a second reader."""
    READ_PASSED = "read_passed"
    READ_REFUSED = "read_refused"
    MENTIONED = "mentioned"
    EXPORT_ASKED = "export_asked"
    """A colleague asks for a file above the limit."""
    EXPORT_GIVEN = "export_given"
    EXPORT_REFUSED = "export_refused"

    @property
    def wants_a_step(self) -> bool:
        """Whether something waits for the account; the rest is good to know."""
        return self not in _GOOD_TO_KNOW


_GOOD_TO_KNOW = frozenset(
    {
        NoticeKind.CASE_GONE,
        NoticeKind.APPROVAL_GIVEN,
        NoticeKind.READ_PASSED,
        NoticeKind.EXPORT_REFUSED,
    }
)


class MailState(StrEnum):
    """How the mail about a notice stands."""

    NONE = "none"
    """None is wanted, or it was read before one went out."""
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class MailWish(StrEnum):
    """Which notices come by mail too."""

    STEPS = "steps"
    """Those that want a step."""
    ALL = "all"
    NONE = "none"
