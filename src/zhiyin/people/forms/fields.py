"""Fields that several forms share: a unit found by name or code, a time zone, a password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zhiyin.people.errors import UnitNotFound
from zhiyin.people.models import OrgUnit
from zhiyin.people.queries import get_named_unit
from zhiyin.people.scope import NOTHING, Scope
from zhiyin.people.time_zones import is_time_zone, list_zones, zone_label

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

_MAX_PASSWORD = 200


class UnitField(forms.CharField):
    """A unit by its name or code; suggestions come while one types. Its `scope` says which may be named."""

    scope: Scope = NOTHING

    def __init__(self, *, label: StrPromise, help_text: StrPromise | str = "", required: bool = True) -> None:
        super().__init__(label=label, label_suffix="", help_text=help_text, required=required, max_length=300)
        self.widget.attrs |= {
            "list": "unit-options",
            "autocomplete": "off",
            "placeholder": _("Name or code"),
            "hx-get": reverse_lazy("find_units"),
            "hx-trigger": "focus once, input changed delay:150ms",
            "hx-target": "#unit-options",
        }

    def to_python(self, value: object) -> OrgUnit | None:  # type: ignore[override]
        """The unit; None for empty."""
        text = str(value or "").strip()
        if not text:
            return None
        unit = find_typed_unit(text, scope=self.scope)
        if unit is None:
            raise forms.ValidationError(
                _("No unit has this name or code, or several have the name. Choose one from the list.")
            )
        return unit

    def run_validators(self, value: object) -> None:
        """The look-up has said everything."""


def find_typed_unit(text: str, *, scope: Scope) -> OrgUnit | None:
    """The unit that somebody named: "name · code" as it was offered, or either of them."""
    if not text.strip():
        return None
    unit = _find(text) or _find(text.rsplit(" · ", 1)[-1])
    return unit if unit is not None and scope.allows(unit.pk) else None


def _find(text: str) -> OrgUnit | None:
    try:
        return get_named_unit(text)
    except UnitNotFound:
        return None


class ZoneField(forms.ChoiceField):
    """A time zone by its place; one that is not in the list may stand if it was there before."""

    def __init__(
        self,
        *,
        label: StrPromise,
        help_text: StrPromise | str = "",
        empty: StrPromise | None = None,
    ) -> None:
        super().__init__(
            label=label, label_suffix="", help_text=help_text, required=empty is None, choices=_choices
        )
        self._empty = empty
        if empty is not None:
            self.choices = lambda: [("", str(empty)), *_choices()]

    def valid_value(self, value: object) -> bool:
        """Every zone there is."""
        return is_time_zone(str(value))


def _choices() -> list[tuple[str, str]]:
    language, now = get_language() or "zh", timezone.now()
    return [(zone.code, zone_label(zone, language=language, now=now)) for zone in list_zones()]


def offer_zone(form: forms.Form, field: str, *, code: str) -> None:
    """Add a zone that stands already, but not in the list, to the choices of the field."""
    choices = _choices()
    if code and code not in dict(choices):
        form.fields[field].choices = [(code, code), *choices]  # type: ignore[attr-defined]


def give_scope(form: forms.Form, scope: Scope) -> None:
    """Let the unit fields of the form name the units of the scope."""
    for field in form.fields.values():
        if isinstance(field, UnitField):
            field.scope = scope


def password_field(
    label: StrPromise, *, autocomplete: str, help_text: StrPromise | str = ""
) -> forms.CharField:
    """A password as it is typed: outer spaces belong to it."""
    return forms.CharField(
        label=label,
        label_suffix="",
        help_text=help_text,
        max_length=_MAX_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
    )


class NewPasswordForm(forms.Form):
    """A new password, typed twice."""

    password = password_field(
        _("New password"),
        autocomplete="new-password",
        help_text=_("At least ten characters, not only digits."),
    )
    password_again = password_field(_("Password, once more"), autocomplete="new-password")

    def clean_password_again(self) -> str:
        """The second password; it must be the first."""
        again: str = self.cleaned_data["password_again"]
        if again != self.cleaned_data.get("password"):
            raise forms.ValidationError(_("The two passwords differ."))
        return again
