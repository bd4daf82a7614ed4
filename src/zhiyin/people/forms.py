"""The forms of signing in and setting up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

_MAX_PASSWORD = 200


def _password(label: StrPromise, *, autocomplete: str, help_text: StrPromise | str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        label_suffix="",
        help_text=help_text,
        max_length=_MAX_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
    )


class SignInForm(forms.Form):
    """Name and password."""

    username = forms.CharField(
        label=_("Sign-in name"),
        label_suffix="",
        max_length=150,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autofocus": True, "autocapitalize": "none"}
        ),
    )
    password = _password(_("Password"), autocomplete="current-password")


class SetupForm(forms.Form):
    """The company, its first owner, and the language that this person reads."""

    company = forms.CharField(
        label=_("Name of your company"),
        label_suffix="",
        max_length=200,
        widget=forms.TextInput(attrs={"autofocus": True}),
    )
    username = forms.CharField(
        label=_("Your sign-in name"),
        label_suffix="",
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = _password(
        _("Password"),
        autocomplete="new-password",
        help_text=_("At least ten characters, not only digits."),
    )
    password_again = _password(_("Password, once more"), autocomplete="new-password")
    language = forms.ChoiceField(label=_("Language"), label_suffix="", choices=settings.LANGUAGES)

    def clean_password_again(self) -> str:
        """The second password; it must be the first."""
        again: str = self.cleaned_data["password_again"]
        if again != self.cleaned_data.get("password"):
            raise forms.ValidationError(_("The two passwords differ."))
        return again
