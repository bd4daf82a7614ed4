"""The forms of people, roles and the own account."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from zhiyin.people.forms.fields import NewPasswordForm, UnitField, password_field
from zhiyin.people.role_words import role_name
from zhiyin.people.roles import NEVER_WITH_UNIT, ONLY_WITH_UNIT, Role


def _roles() -> list[tuple[str, str]]:
    return [(role.value, str(role_name(role))) for role in Role]


class GrantForm(forms.Form):
    """A role, and where it holds."""

    role = forms.ChoiceField(label=_("Role"), label_suffix="", choices=_roles, initial=Role.MANAGER.value)
    unit = UnitField(
        label=_("Where"),
        required=False,
        help_text=_("The role holds for this unit and all below it."),
    )

    def clean(self) -> dict[str, object]:
        """A role of the floor needs a unit, an owner has none."""
        cleaned: dict[str, object] = super().clean() or {}
        if "role" in cleaned and "unit" not in self.errors:
            role = Role(str(cleaned["role"]))
            if role in ONLY_WITH_UNIT and cleaned.get("unit") is None:
                self.add_error("unit", _("This role needs a unit. The company itself is one."))
            if role in NEVER_WITH_UNIT and cleaned.get("unit") is not None:
                self.add_error("unit", _("An owner is one for the whole company. Leave this empty."))
        return cleaned


class InviteForm(GrantForm):
    """A new person with a first role."""

    display_name = forms.CharField(label=_("Display name"), label_suffix="", max_length=150)
    username = forms.CharField(
        label=_("Sign-in name"),
        label_suffix="",
        max_length=150,
        help_text=_("What this person types to sign in, such as a staff number."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
    )
    email = forms.EmailField(label=_("E-mail"), label_suffix="", required=False)
    language = forms.ChoiceField(label=_("Language"), label_suffix="", choices=settings.LANGUAGES)
    field_order = ("display_name", "username", "email", "language", "role", "unit")


class ProfileForm(forms.Form):
    """What an account says about its person."""

    display_name = forms.CharField(
        label=_("Display name"),
        label_suffix="",
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        label_suffix="",
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    language = forms.ChoiceField(label=_("Language"), label_suffix="", choices=settings.LANGUAGES)


class OwnProfileForm(ProfileForm):
    """What one chooses for oneself."""

    theme = forms.ChoiceField(
        label=_("Appearance"),
        label_suffix="",
        choices=[("auto", _("As the device")), ("light", _("Light")), ("dark", _("Dark"))],
    )


class OwnPasswordForm(NewPasswordForm):
    """The password until now, and the one from now on."""

    current = password_field(_("Current password"), autocomplete="current-password")
    field_order = ("current", "password", "password_again")
