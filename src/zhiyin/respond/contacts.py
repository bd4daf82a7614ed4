"""How a customer can be reached: read from what was typed, and masked for pages."""

from __future__ import annotations

import re
import unicodedata

import msgspec

from zhiyin.errors import InvalidInput
from zhiyin.listen.tidy import tidy_line

_NOT_DIGIT = re.compile(r"[^0-9]")
_PHONE = re.compile(r"\+?[0-9 ()./-]{5,30}")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}\.[^@\s]{2,24}")
_MAX_NAME, _MAX_DIGITS, _MIN_DIGITS = 80, 15, 5


class Contact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the customer left to be reached by; each may be empty. `phone` keeps its `+` and digits."""

    name: str = ""
    phone: str = ""
    email: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was left."""
        return not (self.name or self.phone or self.email)

    @property
    def last_four(self) -> str:
        """The last four digits of the phone; empty without one."""
        return last_four_of(self.phone)

    def masked(self) -> Contact:
        """As pages show it: 张**, 138****5678, li***@example.com."""
        return Contact(
            name=self.name[:1] + "**" if self.name else "",
            phone=_mask_phone(self.phone),
            email=_mask_email(self.email),
        )


def read_contact(*, name: str = "", phone: str = "", email: str = "") -> Contact:
    """The contact as typed, brought to one form.

    Raises:
        InvalidInput: the phone or the e-mail address is none (`field` says which).
    """
    return Contact(
        name=_plain(name)[:_MAX_NAME],
        phone=_read_phone(_plain(phone)) if phone.strip() else "",
        email=_read_email(_plain(email)) if email.strip() else "",
    )


def last_four_of(text: str) -> str:
    """The last four digits in the text; empty where it has fewer."""
    digits = _NOT_DIGIT.sub("", unicodedata.normalize("NFKC", text))
    return digits[-4:] if len(digits) >= 4 else ""


def _plain(text: str) -> str:
    return " ".join(tidy_line(unicodedata.normalize("NFKC", text)).split())


def _read_phone(text: str) -> str:
    digits = _NOT_DIGIT.sub("", text)
    if not _PHONE.fullmatch(text) or not _MIN_DIGITS <= len(digits) <= _MAX_DIGITS:
        raise InvalidInput(
            "This is no phone number.", next_step="Write digits, such as 138 0000 0000.", field="phone"
        )
    return f"+{digits}" if text.startswith("+") else digits


def _read_email(text: str) -> str:
    if not _EMAIL.fullmatch(text):
        raise InvalidInput(
            "This is no e-mail address.", next_step="Write it as name@example.com.", field="email"
        )
    return text


def _mask_phone(phone: str) -> str:
    if len(phone) < 8:
        return "****" + phone[-2:] if phone else ""
    return f"{phone[:-8]}****{phone[-4:]}"


def _mask_email(email: str) -> str:
    name, at, host = email.partition("@")
    return f"{name[:2] if len(name) > 2 else name[:1]}***{at}{host}" if at else ""
