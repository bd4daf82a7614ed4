"""The form that makes a calendar."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from zhiyin.people.forms.fields import UnitField


class CalendarForm(forms.Form):
    """Whose calendar it is, and from which day it holds."""

    unit = UnitField(label=_("Org unit"), help_text=_("It holds for everything below it too."))
    from_day = forms.DateField(
        label=_("Holds from"), label_suffix="", widget=forms.DateInput(attrs={"type": "date"})
    )
