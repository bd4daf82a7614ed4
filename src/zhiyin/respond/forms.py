"""What people type on the pages of cases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from zhiyin.people.models import Account
from zhiyin.respond.contacts import Contact, read_contact

LOCAL_TIME = "%Y-%m-%dT%H:%M"


class LocalTime(forms.DateTimeInput):
    """A field for date and time, as browsers and phones draw it."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format=LOCAL_TIME)


class OpenCaseForm(forms.Form):
    """What a case begins with."""

    title = forms.CharField(label=_("What is it about?"), max_length=200)
    owner = forms.ModelChoiceField(
        label=_("Who looks after it?"),
        queryset=Account.objects.none(),
        empty_label=_("Whoever fits best"),
        required=False,
    )
    skill = forms.CharField(
        label=_("Skill that it needs"),
        max_length=40,
        required=False,
        help_text=_("Who is chosen has it, now and when the case is handed on."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "case-skills"}),
    )
    due_at = forms.DateTimeField(label=_("Until when?"), widget=LocalTime(), input_formats=[LOCAL_TIME])
    due_offered = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput())
    name = forms.CharField(label=_("Customer’s name"), max_length=80, required=False)
    phone = forms.CharField(
        label=_("Customer’s phone"),
        max_length=40,
        required=False,
        help_text=_("With number and last four digits the customer can look up the case. Kept encrypted."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    email = forms.CharField(
        label=_("Customer’s e-mail"),
        max_length=255,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "email", "autocomplete": "off"}),
    )

    def __init__(self, *args: object, owners: Sequence[Account], **named: object) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]
        field = self.fields["owner"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Account.objects.filter(pk__in=[one.pk for one in owners]).order_by("username")

    def chosen_due(self) -> datetime | None:
        """The time that somebody chose; None where what the page offered was left as it was."""
        is_offered = self.data.get("due_at") == self.cleaned_data["due_offered"]
        chosen: datetime = self.cleaned_data["due_at"]
        return None if is_offered else chosen

    def contact(self) -> Contact:
        """The contact as typed. Raises `InvalidInput` for what is none."""
        cleaned = self.cleaned_data
        return read_contact(name=cleaned["name"], phone=cleaned["phone"], email=cleaned["email"])


class DueForm(forms.Form):
    """When a case is due."""

    due_at = forms.DateTimeField(widget=LocalTime(), input_formats=[LOCAL_TIME])

    def moment(self) -> datetime | None:
        """The time, None where nothing readable was typed."""
        found: datetime | None = self.cleaned_data["due_at"] if self.is_valid() else None
        return found
