"""The form of the language model."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

_CURRENCIES = ("CNY", "USD", "EUR", "HKD", "JPY", "SGD")


class LanguageModelForm(forms.Form):
    """Where to ask, how long to wait, what it costs."""

    base_url = forms.CharField(
        label=_("Address"),
        label_suffix="",
        max_length=500,
        help_text=_("Of any server that speaks the OpenAI protocol, such as http://127.0.0.1:8000/v1."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "url", "spellcheck": "false"}),
    )
    model = forms.CharField(label=_("Model"), label_suffix="", max_length=200)
    key = forms.CharField(
        label=_("Key"),
        label_suffix="",
        max_length=500,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_(
            "Kept sealed and never shown again. Empty keeps the one there is, as long as the address stays."
        ),
    )
    seconds = forms.IntegerField(
        label=_("Time limit in seconds"), label_suffix="", min_value=1, max_value=120, initial=20
    )
    price_in = forms.DecimalField(
        label=_("Price of a million tokens asked"),
        label_suffix="",
        min_value=Decimal(0),
        max_digits=10,
        decimal_places=4,
        initial=Decimal(0),
    )
    price_out = forms.DecimalField(
        label=_("Price of a million tokens answered"),
        label_suffix="",
        min_value=Decimal(0),
        max_digits=10,
        decimal_places=4,
        initial=Decimal(0),
    )
    currency = forms.ChoiceField(
        label=_("Currency"), label_suffix="", choices=[(code, code) for code in _CURRENCIES]
    )
    month_limit = forms.DecimalField(
        label=_("Most to spend in a month"),
        label_suffix="",
        required=False,
        min_value=Decimal(0),
        max_digits=10,
        decimal_places=2,
        help_text=_("Empty: no limit. When it is reached, no draft is asked for until the next month."),
    )
