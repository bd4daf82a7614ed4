"""Forms of this room's pages."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from zhiyin.listen.services.channels import MAX_NAME
from zhiyin.listen.wording import list_channel_kinds

MAX_TAXONOMY_BYTES = 2 * 1024 * 1024
MAX_TRY_CHARACTERS = 2_000


class ChannelForm(forms.Form):
    """The names and the kind of a channel."""

    name_zh = forms.CharField(label=_("Chinese name"), max_length=MAX_NAME)
    name_en = forms.CharField(label=_("English name"), max_length=MAX_NAME)
    kind = forms.ChoiceField(label=_("Kind"), choices=list_channel_kinds)


class TryForm(forms.Form):
    """A sentence to be understood."""

    text = forms.CharField(
        label=_("A sentence of a customer"),
        max_length=MAX_TRY_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
