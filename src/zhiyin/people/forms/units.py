"""The forms of the tree of units."""

from __future__ import annotations

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zhiyin.people.forms.fields import UnitField, ZoneField
from zhiyin.people.models import OrgUnit
from zhiyin.people.models.units import ROOT_KIND
from zhiyin.people.unit_words import kind_name, known_kinds


def _kinds() -> list[tuple[str, str]]:
    return list(known_kinds(language=get_language() or "zh").items())


class UnitForm(forms.Form):
    """What is said about one unit."""

    name = forms.CharField(label=_("Unit name"), label_suffix="", max_length=200)
    code = forms.CharField(
        label=_("Code"),
        label_suffix="",
        max_length=64,
        help_text=_("Files and other systems know the unit by it, such as a store's number."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
    )
    kind = forms.ChoiceField(label=_("Kind"), label_suffix="", choices=_kinds, initial="store")
    time_zone = ZoneField(label=_("Time zone"))

    def allow_kind(self, kind: str) -> None:
        """Keep a kind that the list does not have; the root's is its own alone."""
        language = get_language() or "zh"
        choices = [(ROOT_KIND, kind_name(ROOT_KIND, language=language))] if kind == ROOT_KIND else _kinds()
        if kind not in dict(choices):
            choices.append((kind, kind))
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]


class NewUnitForm(UnitForm):
    """A unit that is not there yet."""

    parent = UnitField(label=_("Belongs to"), required=False, help_text=_("The company, if left empty."))
    time_zone = ZoneField(label=_("Time zone"), empty=_("As the unit above"))
    field_order = ("name", "code", "kind", "parent", "time_zone")


class PlaceForm(forms.Form):
    """Where a unit shall stand, or which unit it really is."""

    unit = UnitField(label=_("Org unit"))


class BulkForm(forms.Form):
    """What shall be done with the chosen units."""

    deed = forms.ChoiceField(choices=[(deed, deed) for deed in ("move", "merge", "close", "open")])
    chosen = forms.ModelMultipleChoiceField(queryset=OrgUnit.objects.none())
    target = UnitField(label=_("Org unit"), required=False)

    def clean(self) -> dict[str, object]:
        """Moving and merging need a unit to go to."""
        cleaned: dict[str, object] = super().clean() or {}
        if cleaned.get("deed") in ("move", "merge") and not cleaned.get("target"):
            self.add_error("target", _("Name the unit that they shall go to."))
        return cleaned


class SheetForm(forms.Form):
    """A sheet of units, as a file; or as text that a preview carried."""

    file = forms.FileField(
        label=_("CSV or Excel file"),
        label_suffix="",
        help_text=_("Up to 5 MB and 20,000 units."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
    )


class CarriedSheetForm(forms.Form):
    """The rows of a sheet that was previewed, and what was agreed to."""

    rows = forms.CharField(widget=forms.HiddenInput, strip=False)
    agreed = forms.CharField(widget=forms.HiddenInput, max_length=64)
