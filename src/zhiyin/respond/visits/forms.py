"""What people type about visits and technicians."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhiyin.people.forms.fields import find_typed_unit
from zhiyin.people.models import Account, OrgUnit
from zhiyin.people.scope import Scope
from zhiyin.respond.forms import LocalTime
from zhiyin.respond.models import Technician

MINUTES = (30, 60, 90, 120, 180, 240, 480)


class SlotForm(forms.Form):
    """Who comes when."""

    technician = forms.ChoiceField(label=_("Who comes?"))
    visit_start = forms.CharField(label=_("Day and hour"), max_length=16, widget=LocalTime())
    visit_minutes = forms.TypedChoiceField(
        label=_("How long a time is the customer told?"),
        coerce=int,
        initial=120,
    )

    def __init__(self, *args: object, technicians: Sequence[tuple[int, str]], **named: object) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]
        field = self.fields["technician"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(str(pk), name) for pk, name in technicians]
        length = self.fields["visit_minutes"]
        assert isinstance(length, forms.ChoiceField)
        length.choices = [(n, gettext("%(n)s minutes") % {"n": n}) for n in MINUTES]


class VisitForm(SlotForm):
    """A new visit: who comes when, to which device."""

    device = forms.CharField(
        label=_("Which device"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"list": "owned-products", "autocomplete": "off"}),
        help_text=_("What the customer owns is offered as you type."),
    )
    serial = forms.CharField(
        label=_("Serial number"),
        max_length=80,
        required=False,
        help_text=_("Kept encrypted."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    warranty_until = forms.DateField(
        label=_("Warranty until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    visit_asked = forms.CharField(
        label=_("When did the customer ask for it?"),
        max_length=16,
        required=False,
        widget=LocalTime(),
        help_text=_("The full service time counts from then. Left open, from now."),
    )


class TechnicianForm(forms.Form):
    """A technician."""

    name = forms.CharField(label=_("Full name"), max_length=80)
    public_name = forms.CharField(
        label=_("Name that customers read"),
        max_length=80,
        required=False,
        help_text=_("Such as 张师傅. Left open, the first sign of the name."),
    )
    units = forms.CharField(
        label=_("For which units"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line, by name or code. They go for all units below, too."),
    )
    skills = forms.CharField(
        label=_("Skills"), max_length=200, required=False, help_text=_("Words apart by spaces.")
    )
    phone = forms.CharField(
        label=_("Phone"),
        max_length=40,
        required=False,
        help_text=_("For colleagues. Kept encrypted; customers never see it."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    account = forms.CharField(
        label=_("Account"),
        max_length=150,
        required=False,
        help_text=_("The sign-in name, where there is one."),
    )
    is_active = forms.BooleanField(label=_("Goes to customers"), required=False)

    scope: Scope

    def clean_units(self) -> list[OrgUnit]:
        """The units that were named."""
        found = []
        for line in filter(None, map(str.strip, self.cleaned_data["units"].splitlines()[:50])):
            unit = find_typed_unit(line, scope=self.scope)
            if unit is None:
                raise forms.ValidationError(
                    _("“%(name)s” is none of your units, or several have the name.") % {"name": line[:80]}
                )
            found.append(unit)
        return found

    def clean_account(self) -> Account | None:
        """The account that was named."""
        text = self.cleaned_data["account"].strip()
        if not text:
            return None
        account = Account.objects.filter(username=text.casefold(), is_active=True).first()
        if account is None:
            raise forms.ValidationError(_("There is no active account of this name."))
        return account


def typed_before(technician: Technician, *, phone: str) -> dict[str, object]:
    """The technician as the form shows it."""
    return {
        "name": technician.name,
        "public_name": technician.public_name,
        "units": "\n".join(unit.code for unit in technician.units.order_by("path")),
        "skills": technician.skills,
        "phone": phone,
        "account": technician.account.username if technician.account else "",
        "is_active": technician.is_active,
    }
