"""The forms of the page of own data."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _

from zhiyin.customers.rights.requests import KINDS, MAX_WORDS
from zhiyin.errors import InvalidInput
from zhiyin.portal.forms import TrapField
from zhiyin.respond.contacts import read_contact

_MAX_ADDRESS = 200


class AddressForm(forms.Form):
    """A phone number or a mail address, whichever codes can be sent to here."""

    address = forms.CharField(required=False, max_length=_MAX_ADDRESS)

    def __init__(self, data: object, *, ways: list[str]) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self._ways = ways
        self.kind = ""

    def clean_address(self) -> str:
        """The address, brought to one form; `kind` says which it is."""
        given: str = self.cleaned_data["address"].strip()
        self.kind = "email" if "@" in given else "phone"
        if not given or self.kind not in self._ways:
            raise forms.ValidationError(self._wanted())
        try:
            contact = read_contact(**{self.kind: given})
        except InvalidInput:
            raise forms.ValidationError(self._wanted()) from None
        return contact.phone or contact.email

    def _wanted(self) -> str:
        if self._ways == ["email"]:
            return _("Please enter an e-mail address.")
        if self._ways == ["phone"]:
            return _("Please enter a phone number.")
        return _("Please enter a phone number or an e-mail address.")


class CodeForm(forms.Form):
    """The six digits."""

    code = forms.CharField(required=False, max_length=12)

    def clean_code(self) -> str:
        """The digits alone."""
        digits = "".join(str(int(sign)) for sign in self.cleaned_data["code"] if sign.isdecimal())
        if len(digits) != 6:
            raise forms.ValidationError(_("Please enter the six digits of the code."))
        return digits


class RequestForm(forms.Form):
    """What somebody asks for whom no code can be sent to; staff find out who it is."""

    kind = forms.ChoiceField(choices=[(kind, kind) for kind in KINDS])
    contact = forms.CharField(required=False, max_length=_MAX_ADDRESS)
    words = forms.CharField(required=False, max_length=MAX_WORDS)
    leave_empty = TrapField(required=False)

    def clean_contact(self) -> str:
        """A phone number or a mail address, to ask back."""
        given: str = self.cleaned_data["contact"].strip()
        try:
            kind = "email" if "@" in given else "phone"
            contact = read_contact(**{kind: given})
        except InvalidInput:
            contact = read_contact()
        if contact.is_empty:
            raise forms.ValidationError(_("Please leave a phone number or an e-mail address to ask back."))
        return contact.phone or contact.email
