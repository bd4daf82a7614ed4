"""The form of a report."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from zhiyin.insight.delivery.contract import DestinationRow
from zhiyin.insight.models import Report
from zhiyin.insight.reports.figures import PARTS
from zhiyin.insight.reports.schedule import MAX_MONTH_DAY
from zhiyin.insight.reports.services import MAX_NAME, WantedReport
from zhiyin.insight.reports.wording import PART_NAMES, RHYTHM_NAMES, WEEKDAYS
from zhiyin.people.forms.fields import UnitField, give_scope
from zhiyin.people.scope import Scope


class ReportForm(forms.Form):
    """What is told, of whom, to whom, and when."""

    name = forms.CharField(
        label=_("Name"),
        label_suffix="",
        max_length=MAX_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    unit = UnitField(
        label=_("Of the unit"), required=False, help_text=_("With all below it. Empty: the whole company.")
    )
    parts = forms.MultipleChoiceField(
        label=_("What it tells"),
        label_suffix="",
        choices=lambda: [(code, PART_NAMES[code]) for code in PARTS],
        initial=list(PARTS),
        widget=forms.CheckboxSelectMultiple,
    )
    rhythm = forms.ChoiceField(
        label=_("How often"),
        label_suffix="",
        choices=lambda: list(RHYTHM_NAMES.items()),
        initial="day",
        widget=forms.RadioSelect,
    )
    weekday = forms.TypedChoiceField(
        label=_("On this day of the week"),
        label_suffix="",
        choices=lambda: list(enumerate(WEEKDAYS)),
        coerce=int,
        initial=0,
        help_text=_("Counts for weekly reports."),
    )
    month_day = forms.IntegerField(
        label=_("On this day of the month"),
        label_suffix="",
        min_value=1,
        max_value=MAX_MONTH_DAY,
        initial=1,
        help_text=_("Counts for monthly reports."),
    )
    at = forms.TimeField(
        label=_("At"),
        label_suffix="",
        initial="08:30",
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        help_text=_("In the company's time zone."),
    )
    language = forms.ChoiceField(
        label=_("Language"), label_suffix="", choices=[("zh", "中文"), ("en", "English")]
    )
    destinations = forms.TypedMultipleChoiceField(
        label=_("To"),
        label_suffix="",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self,
        data: object = None,
        *,
        scope: Scope,
        destinations: Sequence[DestinationRow],
        stored: Report | None = None,
        language: str = "zh",
    ) -> None:
        initial = _initial(stored) if stored else {"language": language}
        super().__init__(data, initial=initial)  # type: ignore[arg-type]
        give_scope(self, scope)
        if scope.unit_ids is not None:
            self.fields["unit"].required = True
        choices = [(one.id, one.name) for one in destinations]
        self.fields["destinations"].choices = choices  # type: ignore[attr-defined]
        if not choices:
            del self.fields["destinations"]

    def wanted(self) -> WantedReport:
        """What was set, after `is_valid`."""
        given = self.cleaned_data
        return WantedReport(
            name=given["name"],
            parts=given["parts"],
            rhythm=given["rhythm"],
            at=given["at"],
            destination_ids=given.get("destinations", []),
            unit=given["unit"],
            weekday=given["weekday"],
            month_day=given["month_day"],
            language=given["language"],
        )


def _initial(stored: Report) -> dict[str, object]:
    names = ("name", "parts", "rhythm", "weekday", "month_day", "at", "language")
    given: dict[str, object] = {name: getattr(stored, name) for name in names}
    given["unit"] = f"{stored.unit.name} · {stored.unit.code}" if stored.unit else ""
    given["destinations"] = [one.pk for one in stored.destinations.all()]
    return given
