"""The form of a destination: each kind shows the fields that it has."""

from __future__ import annotations

import re
from datetime import time

from django import forms
from django.utils.translation import gettext_lazy as _

from zhiyin.insight.delivery.destinations import MAX_NAME, Wanted
from zhiyin.insight.delivery.letters import Address
from zhiyin.insight.models import Destination
from zhiyin.people.forms.fields import UnitField, ZoneField, give_scope, offer_zone
from zhiyin.people.scope import Scope

_BETWEEN = re.compile(r"[\s,;，；、]+")
_FIELDS_OF = {
    "wecom": ("url",),
    "dingtalk": ("url", "secret", "keyword"),
    "feishu": ("url", "secret", "keyword"),
    "mail": ("recipients",),
    "webhook": ("url", "secret"),
}
_ADDRESS_FIELDS = ("url", "secret", "keyword", "recipients")
_PLAIN = {"autocomplete": "off", "spellcheck": "false"}


class DestinationForm(forms.Form):
    """What a person sets. What is secret is never filled in again: empty keeps it."""

    name = forms.CharField(
        label=_("Name"),
        label_suffix="",
        max_length=MAX_NAME,
        help_text=_("As people will choose it, such as the name of the group."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    url = forms.CharField(
        label=_("Address"),
        label_suffix="",
        max_length=1000,
        widget=forms.TextInput(attrs={**_PLAIN, "inputmode": "url"}),
    )
    secret = forms.CharField(
        label=_("Secret for the signature"),
        label_suffix="",
        max_length=200,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    keyword = forms.CharField(
        label=_("Keyword"),
        label_suffix="",
        max_length=40,
        required=False,
        help_text=_("If the robot wants one in every message. It is put in front where it is missing."),
        widget=forms.TextInput(attrs=_PLAIN),
    )
    recipients = forms.CharField(
        label=_("E-mail addresses"),
        label_suffix="",
        max_length=5000,
        help_text=_("One a line, 50 at most."),
        widget=forms.Textarea(attrs={**_PLAIN, "rows": 3}),
    )
    language = forms.ChoiceField(
        label=_("Language of the messages"),
        label_suffix="",
        choices=[("zh", "中文"), ("en", "English")],
    )
    unit = UnitField(
        label=_("Belongs to the unit"),
        required=False,
        help_text=_("Who works for this unit may choose it. Empty: the whole company."),
    )
    time_zone = ZoneField(label=_("Time zone"))
    quiet_from = forms.TimeField(
        label=_("Quiet from"),
        label_suffix="",
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )
    quiet_until = forms.TimeField(
        label=_("Quiet until"),
        label_suffix="",
        required=False,
        help_text=_("Until then only what must be known now is sent; the rest comes together afterwards."),
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )

    def __init__(
        self,
        data: object = None,
        *,
        kind: str,
        scope: Scope,
        stored: Destination | None = None,
        zone: str = "",
    ) -> None:
        initial = _initial(stored) if stored else {"time_zone": zone, "language": "zh"}
        super().__init__(data, initial=initial)  # type: ignore[arg-type]
        for name in _ADDRESS_FIELDS:
            if name not in _FIELDS_OF[kind]:
                del self.fields[name]
        if stored is not None:
            self._keep_secrets(stored)
        elif kind == "webhook":
            self.fields["secret"].help_text = _("Leave it empty and one is made, shown once.")
        give_scope(self, scope)
        if scope.unit_ids is not None:
            self.fields["unit"].required = True
        offer_zone(self, "time_zone", code=stored.time_zone if stored else zone)

    def wanted(self) -> Wanted:
        """What was set, after `is_valid`."""
        given = self.cleaned_data
        recipients = tuple(one for one in _BETWEEN.split(given.get("recipients", "")) if one)
        quiet_from: time | None = given["quiet_from"]
        return Wanted(
            name=given["name"],
            address=Address(
                url=given.get("url", ""),
                secret=given.get("secret", ""),
                keyword=given.get("keyword", ""),
                recipients=recipients,
            ),
            unit=given["unit"],
            language=given["language"],
            time_zone=given["time_zone"],
            quiet_from=quiet_from,
            quiet_until=given["quiet_until"],
        )

    def _keep_secrets(self, stored: Destination) -> None:
        for name in ("url", "recipients"):
            if name in self.fields:
                self.fields[name].required = False
                self.fields[name].widget.attrs["placeholder"] = stored.shown
                self.fields[name].help_text = _(
                    "Stored sealed and not shown again. Empty keeps what is stored."
                )
        if "secret" in self.fields:
            self.fields["secret"].help_text = _("Empty keeps it, as long as the address stays.")


def _initial(stored: Destination) -> dict[str, object]:
    names = ("name", "language", "time_zone", "quiet_from", "quiet_until")
    given: dict[str, object] = {name: getattr(stored, name) for name in names}
    given["unit"] = f"{stored.unit.name} · {stored.unit.code}" if stored.unit else ""
    return given
