"""What kinds and states of requests are called, to customers."""

from __future__ import annotations

from django.utils.translation import gettext as _


def request_kinds() -> list[tuple[str, str]]:
    """Codes and names, in the order of the form."""
    return [
        ("access", _("See what you know about me")),
        ("copy", _("Get a copy of it")),
        ("correct", _("Correct something")),
        ("delete", _("Delete it")),
        ("withdraw", _("Take a consent back")),
        ("explain", _("Have a decision explained")),
        ("complain", _("Complain about how my data is handled")),
    ]


def status_name(status: str) -> str:
    """What the customer reads of a request's state."""
    names = {
        "new": _("Received; we check who asks"),
        "open": _("Being worked on"),
        "done": _("Done"),
        "refused": _("Refused"),
        "withdrawn": _("Withdrawn"),
    }
    return names.get(status, status)


def column_name(code: str) -> str:
    """What a column is called; its code where nobody gave it a name."""
    names = {
        "type": _("Kind"),
        "value": _("What is noted"),
        "source": _("Where from"),
        "is_verified": _("Verified"),
        "first_seen_at": _("First seen"),
        "last_seen_at": _("Last seen"),
        "name": _("Name"),
        "at": _("At what time"),
        "occurred_at": _("At what time"),
        "received_at": _("Received"),
        "channel": _("Channel"),
        "purpose": _("Purpose"),
        "said": _("You said"),
        "method": _("By what way"),
        "text": _("What it says"),
        "product": _("Product"),
        "amount": _("Amount"),
        "number": _("Number"),
        "title": _("Title"),
        "status": _("State"),
        "kind": _("Kind"),
        "sentiment": _("Sentiment"),
        "aspect_name": _("Subject"),
        "opinion": _("Opinion"),
        "stars": _("Stars"),
        "replied_at": _("At what time"),
        "opened_at": _("At what time"),
        "your_words": _("Your words"),
        "our_answers": _("Our answers"),
        "ordered_at": _("At what time"),
        "quantity": _("Quantity"),
        "words": _("What it says"),
        "due_at": _("Answer by"),
    }
    return names.get(code, code)
