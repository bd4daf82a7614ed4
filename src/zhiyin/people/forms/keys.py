"""The form of API keys."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from zhiyin.people.forms.fields import UnitField
from zhiyin.people.permissions import KeyScope
from zhiyin.people.role_words import scope_words


def _scopes() -> list[tuple[str, str]]:
    return [(scope.value, str(scope_words(scope))) for scope in KeyScope]


class KeyForm(forms.Form):
    """What a new key may do, and how long."""

    name = forms.CharField(
        label=_("Key name"),
        label_suffix="",
        max_length=64,
        help_text=_("The system that will use it, such as the cash register or the mini program."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        label_suffix="",
        choices=_scopes,
        initial=[KeyScope.FEEDBACK_WRITE.value],
        widget=forms.CheckboxSelectMultiple,
    )
    unit = UnitField(label=_("Only for"), required=False, help_text=_("Empty: for the whole company."))
    limit_per_minute = forms.IntegerField(
        label=_("Requests a minute"),
        label_suffix="",
        min_value=0,
        max_value=1_000_000,
        initial=6000,
        help_text=_("0: no limit."),
    )
    valid_days = forms.IntegerField(
        label=_("Valid for days"), label_suffix="", min_value=1, max_value=36_500, initial=365
    )
