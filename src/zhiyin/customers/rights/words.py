"""What codes of rights are called on the pages of staff."""

from __future__ import annotations

from django.utils.translation import gettext as _


def kind_name(code: str) -> str:
    """What is asked for."""
    names = {
        "access": _("See what is known"),
        "copy": _("Get a copy"),
        "correct": _("Correct"),
        "delete": _("Delete"),
        "withdraw": _("Take a consent back"),
        "explain": _("Explain a decision"),
        "complain": _("Complain"),
    }
    return names.get(code, code)


def status_name(code: str) -> str:
    """Where a request stands."""
    names = {
        "new": _("Identity to be checked"),
        "open": _("To be answered"),
        "done": _("Done"),
        "refused": _("Refused"),
        "withdrawn": _("Withdrawn"),
    }
    return names.get(code, code)


def way_name(code: str) -> str:
    """How a request came, and how it was found out who asks."""
    names = {
        "portal": _("Customers’ page"),
        "staff": _("Taken down by staff"),
        "api": _("By the API"),
        "paper": _("On paper"),
        "import": _("From a file"),
        "code_phone": _("By a code to the phone"),
        "code_mail": _("By a code to the mailbox"),
        "document": _("By a document"),
        "call_back": _("By calling back"),
        "in_person": _("In person"),
    }
    return names.get(code, code)


def channel_name(code: str) -> str:
    """A channel of contact."""
    names = {
        "": _("All channels"),
        "phone": _("Phone call"),
        "sms": _("Text message"),
        "mail": _("E-mail"),
        "wechat": _("WeChat"),
        "app": _("App"),
        "letter": _("Letter"),
    }
    return names.get(code, code)


def basis_name(code: str) -> str:
    """What allows contacts for a purpose."""
    names = {
        "consent": _("Consent: only who agreed"),
        "contract": _("Contract: until somebody objects"),
        "law": _("Law: until somebody objects"),
    }
    return names.get(code, code)


def restriction_name(code: str) -> str:
    """What stands in the way of contacts."""
    names = {
        "child": _("A child: a guardian decides"),
        "no_contact": _("Not to be contacted"),
        "deceased": _("Deceased"),
    }
    return names.get(code, code)


def reason_name(code: str) -> str:
    """Why a contact is allowed, or is not."""
    names = {
        "consent": _("Agreed"),
        "no_consent_needed": _("Allowed without consent"),
        "no_consent": _("Never agreed"),
        "withdrawn": _("Refused or taken back"),
        "expired": _("Consent has ended"),
        "purpose_off": _("This purpose is switched off"),
        "channel_off": _("This channel is not used for this purpose"),
        "unknown_customer": _("Nobody knows this customer"),
        "no_contact": _("Not to be contacted"),
        "deceased": _("Deceased"),
        "child": _("A guardian has to agree"),
        "legal_hold": _("A legal hold stops contact"),
        "quiet_hours": _("Quiet hours now"),
        "too_often": _("Contacted often enough for now"),
    }
    return names.get(code, code)


def purpose_of_keeping(code: str) -> str:
    """What is kept, in the table of retention."""
    names = {
        "voices": _("Voices"),
        "purchases": _("Purchases"),
        "contacts": _("Contacts"),
        "visits": _("Visits"),
        "events": _("Steps on our pages"),
        "requests": _("Ended requests"),
    }
    return names.get(code, code)


def step_name(code: str) -> str:
    """One step of a request."""
    names = {
        "received": _("Received"),
        "checked": _("Identity checked"),
        "extended": _("Time extended"),
        "done": _("Done"),
        "refused": _("Refused"),
        "withdrawn": _("Withdrawn"),
    }
    return names.get(code, code)
