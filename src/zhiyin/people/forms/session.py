"""The forms of signing in, setting up and joining."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from zhiyin.people.forms.fields import NewPasswordForm, ZoneField, password_field


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
    password = password_field(_("Password"), autocomplete="current-password")


class SetupForm(NewPasswordForm):
    """The company with its zone, its first owner, and the language that this person reads."""

    company = forms.CharField(
        label=_("Name of your company"),
        label_suffix="",
        max_length=200,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "organization"}),
    )
    username = forms.CharField(
        label=_("Your sign-in name"),
        label_suffix="",
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = password_field(
        _("Password"),
        autocomplete="new-password",
        help_text=_("At least ten characters, not only digits."),
    )
    language = forms.ChoiceField(label=_("Language"), label_suffix="", choices=settings.LANGUAGES)
    time_zone = ZoneField(
        label=_("Time zone of the company"), help_text=_("Times are shown in it; days begin by it.")
    )
    field_order = ("company", "username", "password", "password_again", "language", "time_zone")


class JoinForm(NewPasswordForm):
    """The first or next password of an account, and the language that this person reads."""

    language = forms.ChoiceField(label=_("Language"), label_suffix="", choices=settings.LANGUAGES)
